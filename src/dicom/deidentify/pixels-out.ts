import { type DataSet, number, put } from "../data-set.ts";
import { frameCount, nativeFrameBits, scanFragments } from "../frames.ts";
import type { Part10 } from "../parse.ts";
import { TS, transferSyntaxOf } from "../transfer-syntax.ts";
import { swapped } from "../value.ts";
import { VR_FACTS, type Vr } from "../vr.ts";
import { writePart10 } from "../write.ts";
import { cleanCodestream } from "./codestream.ts";
import type { Flag } from "./pixel-risk.ts";

const UNDEFINED = 0xffffffff;
const INTEGER_PIXELS = 0x7fe00010;

/**
 * A file of a treated data set and the pixels of the original, without what stands beside them: comments and segments of code
 * streams, bytes behind the last frame, overlay planes in unused bits (what cannot be cleared is flagged). The transfer syntax
 * stays; big endian becomes little endian. The pixels are copied once, into the result.
 */
export function writeWithPixels(out: DataSet, part10: Part10, file: Uint8Array, flags: Flag[]): Uint8Array {
  const { pixels, transferSyntax } = part10;
  const { bigEndian, deflated, explicit } = transferSyntaxOf(transferSyntax);
  const written = bigEndian ? TS.ExplicitLittle : transferSyntax;
  if (!pixels) return writePart10(out, written);
  const source = part10.inflated ?? file;
  const value = source.subarray(pixels.offset, pixels.offset + kept(part10));
  const vr: Vr = pixels.encapsulated ? "OB" : pixels.vr === "UN" ? "OW" : pixels.vr;
  const last = [...out.keys()].every((tag) => tag < pixels.tag);
  if (bigEndian || deflated || !last) {
    // Rare: whole in memory once more. Swapping and inflating need their own copy anyway.
    const own = bigEndian ? swapped(value, wordSize(part10)) : value.slice();
    put(out, pixels.tag, vr, closed(cleaned(own, part10, source, flags), part10, source));
    return writePart10(out, written);
  }
  const head = writePart10(out, written);
  const tail = pixels.encapsulated && !isClosed(part10, source) ? 8 : value.length & 1;
  const opening = elementHead(pixels.tag, vr, pixels.encapsulated ? UNDEFINED : value.length + tail, explicit);
  const bytes = new Uint8Array(head.length + opening.length + value.length + tail);
  bytes.set(head);
  bytes.set(opening, head.length);
  const at = head.length + opening.length;
  bytes.set(value, at);
  cleaned(bytes.subarray(at, at + value.length), part10, source, flags);
  if (tail === 8) bytes.set(DELIMITER, at + value.length);
  return bytes;
}

const DELIMITER = Uint8Array.of(0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0);

function elementHead(tag: number, vr: Vr, length: number, explicit: boolean): Uint8Array {
  const bytes = new Uint8Array(explicit ? 12 : 8);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, tag >>> 16, true);
  view.setUint16(2, tag & 0xffff, true);
  if (explicit) {
    bytes[4] = vr.charCodeAt(0);
    bytes[5] = vr.charCodeAt(1);
  }
  view.setUint32(explicit ? 8 : 4, length, true);
  return bytes;
}

/** Bytes of the value that are pixels: text can hide behind the last frame of native ones. */
function kept({ dataSet, pixels }: Part10): number {
  if (!pixels) return 0;
  if (pixels.encapsulated || pixels.tag !== INTEGER_PIXELS) return pixels.length;
  const needed = neededBytes(dataSet);
  return needed > 0 ? Math.min(pixels.length, needed + (needed & 1)) : pixels.length;
}

function neededBytes(ds: DataSet): number {
  return Math.ceil((nativeFrameBits(ds) * frameCount(ds)) / 8);
}

/** Overwrites in place what stands beside the pixels; `value` is a copy of the pixel value. */
function cleaned(value: Uint8Array, part10: Part10, source: Uint8Array, flags: Flag[]): Uint8Array {
  const { pixels, dataSet } = part10;
  if (!pixels) return value;
  if (pixels.encapsulated) {
    const { offsets, lengths } = scanFragments(source, pixels.offset);
    offsets.forEach((offset, i) => {
      cleanCodestream(value.subarray(offset - pixels.offset, offset - pixels.offset + (lengths[i] ?? 0)));
    });
  } else if (pixels.tag === INTEGER_PIXELS) {
    const needed = neededBytes(dataSet);
    if (needed & 1 && value.length === needed + 1) value[needed] = 0;
  }
  const planes = embeddedOverlays(dataSet);
  if (planes.length > 0) {
    if (pixels.encapsulated || number(dataSet, "BitsAllocated") !== 16)
      flags.push({ kind: "overlay", risk: "likely", why: "an overlay is coded in unused bits of the pixels" });
    else clearBits(value, planes);
  }
  return value;
}

function isClosed({ pixels }: Part10, source: Uint8Array): boolean {
  return !pixels?.encapsulated || scanFragments(source, pixels.offset).closed;
}

function closed(value: Uint8Array, part10: Part10, source: Uint8Array): Uint8Array {
  if (isClosed(part10, source)) return value;
  const out = new Uint8Array(value.length + DELIMITER.length);
  out.set(value);
  out.set(DELIMITER, value.length);
  return out;
}

function wordSize({ dataSet, pixels }: Part10): number {
  const bytes = (number(dataSet, "BitsAllocated") ?? 8) / 8;
  return Math.max(bytes, VR_FACTS[pixels?.vr ?? "OB"].size);
}

/** Bit positions of overlay planes that lie in the pixels themselves (retired, still seen). */
function embeddedOverlays(ds: DataSet): number[] {
  const positions: number[] = [];
  for (let group = 0x6000; group <= 0x601e; group += 2) {
    const at = (element: number) => ds.get(((group << 16) | element) >>> 0);
    if (!at(0x0010) || at(0x3000)) continue;
    const position = Number(at(0x0102)?.value[0] ?? 0);
    if (position > 0 && position < 16) positions.push(position);
  }
  return positions;
}

function clearBits(value: Uint8Array, positions: readonly number[]): void {
  const mask = positions.reduce((bits, position) => bits | (1 << position), 0);
  const [low, high] = [~mask & 0xff, (~mask >> 8) & 0xff];
  for (let at = 0; at + 1 < value.length; at += 2) {
    value[at] = value[at]! & low;
    value[at + 1] = value[at + 1]! & high;
  }
}
