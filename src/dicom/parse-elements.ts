import { WillisError } from "../core/errors.ts";
import { type Charset, charsetOf, DEFAULT_CHARSET } from "./charset.ts";
import type { DataSet } from "./data-set.ts";
import { tagText } from "./dictionary.ts";
import { elementHeader } from "./element-header.ts";
import { scanFragments } from "./frames.ts";
import type { ParseLimits } from "./parse.ts";
import { readValue } from "./value.ts";
import type { Vr } from "./vr.ts";

/** Thrown when the bytes at hand end before `bytes`; `where` names the element. Never leaves this room. */
export class NeedMore extends Error {
  readonly bytes: number;
  readonly where: string;
  constructor(bytes: number, where: string) {
    super(`need ${bytes} bytes`);
    this.bytes = bytes;
    this.where = where;
  }
}

/** How elements are coded; `meta` reads only group 0002 and stops before the next group. */
export interface ElementCoding {
  readonly explicit: boolean;
  readonly bigEndian: boolean;
  readonly meta: boolean;
}

/** What `readElements` found. `pixels.length` is -1 when the pixels are encapsulated. */
export interface ElementsEnd {
  readonly dataSet: DataSet;
  readonly end: number;
  readonly pixels: { tag: number; vr: Vr; offset: number; length: number } | null;
  readonly warnings: readonly string[];
}

/** One open data set or sequence. `end` is exclusive, Infinity for an undefined length. */
interface Open {
  readonly dataSet: DataSet | null;
  readonly items: DataSet[];
  readonly end: number;
  readonly explicit: boolean;
  readonly bigEndian: boolean;
  readonly tag: number;
  charset: Charset;
}

const CHARACTER_SET = 0x00080005;
const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;
const UNDEFINED = 0xffffffff;
const PIXELS: ReadonlySet<number> = new Set([0x7fe00008, 0x7fe00009, 0x7fe00010]);

/**
 * Read data elements from `at` to `total` with an explicit stack. Stops at Pixel Data of the root unless `past` is set
 * and its end is at hand. Throws `NeedMore` when `bytes` (a prefix of `total` bytes) ends early, `WillisError`
 * otherwise.
 */
export function readElements(
  bytes: Uint8Array,
  total: number,
  at: number,
  coding: ElementCoding,
  limits: ParseLimits,
  past = false,
): ElementsEnd {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const warnings: string[] = [];
  const root: Open = {
    ...{ dataSet: new Map(), items: [], end: total, tag: 0, charset: DEFAULT_CHARSET },
    ...{ explicit: coding.explicit, bigEndian: coding.bigEndian },
  };
  const stack: Open[] = [root];
  let pixels: ElementsEnd["pixels"] = null;
  let count = 0;
  let nonZeroAt = -1;
  let pos = at;

  const need = (end: number, tag: number, start: number): void => {
    if (end > bytes.length) throw new NeedMore(end, `${tag < 0 ? "The element" : tagText(tag)} at byte ${start}`);
  };
  const readTag = (little: boolean): number =>
    ((view.getUint16(pos, little) << 16) | view.getUint16(pos + 2, little)) >>> 0;
  const finish = (): ElementsEnd => ({ dataSet: root.dataSet!, end: pos, pixels, warnings });

  while (stack.length > 0) {
    const top = stack[stack.length - 1]!;
    if (pos >= top.end) {
      stack.pop();
      continue;
    }
    if (++count > limits.elements) {
      throw new WillisError("too-large", `More than ${limits.elements} data elements at byte ${pos}.`);
    }
    const little = !top.bigEndian;
    if (pixels && total - pos < 8) break;
    need(pos + 8, top === root ? -1 : top.tag, pos);
    const tag = readTag(little);

    if (top.dataSet === null) {
      const length = view.getUint32(pos + 4, little);
      if (tag === SEQUENCE_END) {
        pos += 8;
        stack.pop();
      } else if (tag === ITEM) {
        const dataSet: DataSet = new Map();
        top.items.push(dataSet);
        pos += 8;
        const end = length === UNDEFINED ? Number.POSITIVE_INFINITY : pos + length;
        if (end !== Number.POSITIVE_INFINITY && end > Math.min(top.end, total)) throw tooLong(top.tag, pos, length);
        stack.push({ ...top, dataSet, items: [], end });
      } else throw new WillisError("not-dicom", `${tagText(top.tag)}: no item at byte ${pos} but ${tagText(tag)}.`);
      continue;
    }

    if (tag === ITEM_END && top !== root) {
      pos += 8;
      stack.pop();
      continue;
    }
    if (coding.meta && tag >>> 16 !== 2) break;
    if (pixels && tag >>> 16 < 0x7fe0) {
      warnings.push(`Bytes after Pixel Data at ${pos} are no data element: left out.`);
      break;
    }
    if (tag === 0 && top === root && nonZeroAt < pos) nonZeroAt = firstNonZero(bytes, pos);
    const zeros = tag === 0 && top === root && nonZeroAt === total;
    if (tag >>> 16 === 0xfffe || zeros) {
      if (pixels || zeros) {
        warnings.push(`Bytes from ${pos} on are padding: left out.`);
        break;
      }
      throw new WillisError("not-dicom", `${tagText(tag)} at byte ${pos} has no place there: the file is damaged.`);
    }

    const start = pos;
    const header = elementHeader(view, pos, tag, top.explicit, little, top.dataSet);
    if (!header) {
      if (pixels) break;
      throw new WillisError("not-dicom", `${tagText(tag)} at byte ${pos} has no value representation.`);
    }
    need(header.valueAt, tag, pos);
    const { length, nestedImplicit } = header;
    let { vr } = header;
    pos = header.valueAt;

    // Pixel Data of the root: located, not read.
    if (top === root && PIXELS.has(tag) && !coding.meta) {
      if (length === UNDEFINED) {
        pixels = { tag, vr: "OB", offset: pos, length: -1 };
        if (!past) return finish();
        pos = scanFragments(bytes.subarray(0, total), pos).end;
        continue;
      }
      let available = length;
      if (pos + length > total) {
        if (!limits.cutOffPixels) throw new NeedMore(pos + length, `${tagText(tag)} at byte ${start}`);
        available = total - pos;
        warnings.push(`${tagText(tag)} says ${length} bytes, the file has ${available} of them.`);
      }
      pixels = { tag, vr, offset: pos, length: available };
      if (!past) return finish();
      pos += available;
      continue;
    }

    if (length === UNDEFINED) {
      if (vr === "OB" || vr === "OW") {
        if (bytes.length < total) throw new NeedMore(total, tagText(tag));
        const { end } = scanFragments(bytes, pos);
        top.dataSet.set(tag, { vr, value: bytes.subarray(pos, end) });
        pos = end;
        continue;
      }
      if (vr !== "SQ" && vr !== "UN" && top.explicit) {
        throw new WillisError("not-dicom", `${tagText(tag)} at byte ${start}: VR ${vr} cannot have undefined length.`);
      }
      vr = "SQ";
    }
    const end = length === UNDEFINED ? Number.POSITIVE_INFINITY : pos + length;
    if (length !== UNDEFINED && end > Math.min(top.end, total)) {
      if (pixels) break;
      throw tooLong(tag, start, length);
    }
    if (vr === "SQ") {
      if (stack.length >= 2 * limits.depth) {
        throw new WillisError("too-deep", `${tagText(tag)} at byte ${start} is nested more than ${limits.depth} deep.`);
      }
      const items: DataSet[] = [];
      top.dataSet.set(tag, { vr, value: items });
      const explicit = top.explicit && !nestedImplicit;
      const bigEndian = top.bigEndian && !nestedImplicit;
      stack.push({ dataSet: null, items, end, explicit, bigEndian, tag, charset: top.charset });
      continue;
    }
    need(end, tag, start);
    const value = readValue(vr, bytes.subarray(pos, end), top.bigEndian && !nestedImplicit, top.charset);
    top.dataSet.set(tag, { vr, value });
    if (tag === CHARACTER_SET && vr === "CS") top.charset = charsetOf(value as readonly string[]);
    pos = end;
  }
  return finish();
}

function tooLong(tag: number, at: number, length: number): WillisError {
  const message = `${tagText(tag)} at byte ${at} claims ${length} bytes, more than there are: cut off or damaged.`;
  return new WillisError("not-dicom", message);
}

/** Index of the first byte that is not zero, from `from` on; the length when there is none. */
function firstNonZero(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] === 0) at++;
  return at;
}
