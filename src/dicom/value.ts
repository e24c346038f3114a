import { type Charset, decodeText, latin1Text } from "./charset.ts";
import type { ElementValue } from "./data-set.ts";
import { VR_FACTS, type Vr } from "./vr.ts";

/**
 * The value of one element (not a sequence) from its bytes. Text is decoded, split at backslashes and freed of
 * padding; bytes stay a view, except that big-endian words are copied into little-endian order. A number VR with a
 * length that is no multiple of its size keeps its whole numbers. Source: PS3.5 6.2 and 7.3.
 */
export function readValue(vr: Vr, bytes: Uint8Array, bigEndian: boolean, charset: Charset): ElementValue {
  const facts = VR_FACTS[vr];
  if (facts.kind === "text") return readText(vr, bytes, charset);
  if (facts.kind === "numbers") return readNumbers(vr, bytes, bigEndian);
  return bigEndian && facts.size > 1 ? swapped(bytes, facts.size) : bytes;
}

function readText(vr: Vr, bytes: Uint8Array, charset: Charset): readonly string[] {
  if (bytes.length === 0) return [];
  const facts = VR_FACTS[vr];
  const all = facts.charset ? decodeText(bytes, charset, vr === "PN") : latin1Text(bytes);
  if (!facts.multiple || !all.includes("\\")) {
    const one = trimmed(all, facts.trimStart);
    return one === "" ? [] : [one];
  }
  return all.split("\\").map((v) => trimmed(v, facts.trimStart));
}

function trimmed(text: string, start: boolean): string {
  let to = text.length;
  while (to > 0 && (text.charCodeAt(to - 1) === 0x20 || text.charCodeAt(to - 1) === 0)) to--;
  let from = 0;
  while (start && from < to && text.charCodeAt(from) === 0x20) from++;
  return from === 0 && to === text.length ? text : text.slice(from, to);
}

function readNumbers(vr: Vr, bytes: Uint8Array, bigEndian: boolean): number[] {
  const little = !bigEndian;
  const size = vr === "AT" ? 4 : VR_FACTS[vr].size;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const out: number[] = [];
  for (let at = 0; at + size <= bytes.length; at += size) {
    if (vr === "US") out.push(view.getUint16(at, little));
    else if (vr === "SS") out.push(view.getInt16(at, little));
    else if (vr === "UL") out.push(view.getUint32(at, little));
    else if (vr === "SL") out.push(view.getInt32(at, little));
    else if (vr === "FL") out.push(view.getFloat32(at, little));
    else if (vr === "FD") out.push(view.getFloat64(at, little));
    else if (vr === "UV") out.push(Number(view.getBigUint64(at, little)));
    else if (vr === "SV") out.push(Number(view.getBigInt64(at, little)));
    else out.push(((view.getUint16(at, little) << 16) | view.getUint16(at + 2, little)) >>> 0);
  }
  return out;
}

/** A copy of bytes with the order within each unit of `size` bytes reversed; a rest shorter than that stays. */
export function swapped(bytes: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(bytes);
  for (let at = 0; at + size <= out.length; at += size) out.subarray(at, at + size).reverse();
  return out;
}

/**
 * The same memory as a plain Uint8Array. A subclass (Node's Buffer) has a `slice` that does not copy and would leak its
 * kind into values and frames.
 */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  if (bytes.constructor === Uint8Array) return bytes;
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
