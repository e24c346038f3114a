/** Elements as bytes, right or wrong: the writer of the product refuses to write what a fuzz test needs. */

const LONG = new Set(["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"]);
export const UNDEFINED = 0xffffffff;

export interface Coding {
  readonly explicit: boolean;
  readonly bigEndian: boolean;
}
export const EXPLICIT_LITTLE: Coding = { explicit: true, bigEndian: false };

/** One element; `length` may say something else than the value has. */
export function element(tag: number, vr: string, value: Uint8Array, coding = EXPLICIT_LITTLE, length = value.length) {
  const long = !coding.explicit || LONG.has(vr);
  const head = Buffer.alloc(coding.explicit && LONG.has(vr) ? 12 : 8);
  const u16 = (n: number, at: number) => (coding.bigEndian ? head.writeUInt16BE(n, at) : head.writeUInt16LE(n, at));
  u16(tag >>> 16, 0);
  u16(tag & 0xffff, 2);
  if (coding.explicit) head.write(vr, 4, "latin1");
  const at = coding.explicit ? (LONG.has(vr) ? 8 : 6) : 4;
  if (long) coding.bigEndian ? head.writeUInt32BE(length >>> 0, at) : head.writeUInt32LE(length >>> 0, at);
  else u16(length & 0xffff, at);
  return Buffer.concat([head, value]);
}

export function str(text: string): Buffer {
  return Buffer.from(text.length % 2 ? `${text} ` : text, "latin1");
}

/** Item and delimiters have no VR. */
export function item(length: number, tag = 0xfffee000): Buffer {
  const out = Buffer.alloc(8);
  out.writeUInt16LE(tag >>> 16, 0);
  out.writeUInt16LE(tag & 0xffff, 2);
  out.writeUInt32LE(length >>> 0, 4);
  return out;
}

/** Where an element lies in a file. */
export interface Place {
  readonly at: number;
  readonly tag: number;
  readonly vr: string;
  readonly valueAt: number;
  readonly length: number;
}

/** The elements of the top level, explicit little endian, from `at` to the first that is not simple. */
export function places(file: Uint8Array, at: number): Place[] {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const found: Place[] = [];
  while (at + 12 <= file.length) {
    const tag = ((view.getUint16(at, true) << 16) | view.getUint16(at + 2, true)) >>> 0;
    const vr = String.fromCharCode(file[at + 4]!, file[at + 5]!);
    if (!/^[A-Z]{2}$/.test(vr)) break;
    const long = LONG.has(vr);
    const length = long ? view.getUint32(at + 8, true) : view.getUint16(at + 6, true);
    const valueAt = at + (long ? 12 : 8);
    found.push({ at, tag, vr, valueAt, length });
    if (length === UNDEFINED) break;
    at = valueAt + length;
  }
  return found;
}

/** Little-endian explicit elements without sequences as big-endian ones: numbers swapped, text left. */
export function asBigEndian(elements: Uint8Array): Buffer {
  const out: Buffer[] = [];
  for (const { tag, vr, valueAt, length } of places(elements, 0)) {
    const value = Buffer.from(elements.subarray(valueAt, valueAt + length));
    if (["US", "SS", "OW", "AT"].includes(vr)) value.swap16();
    else if (["UL", "SL", "FL", "OF", "OL"].includes(vr)) value.swap32();
    else if (["FD", "OD", "SV", "UV", "OV"].includes(vr)) value.swap64();
    else if (vr === "SQ") continue;
    out.push(element(tag, vr, value, { explicit: true, bigEndian: true }));
  }
  return Buffer.concat(out);
}
