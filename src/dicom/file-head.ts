import { WillisError } from "../core/errors.ts";

/**
 * Where the data set begins in a file whose first bytes these are: behind the preamble and group 0002, or at 0 for a file
 * that has neither. Null when the head goes on beyond them. Errors: `not-dicom` for a meta group that is none.
 * Source: PS3.10 7.1.
 */
export function dataSetStart(head: Uint8Array): number | null {
  if (head.length < 144) return null;
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const magic = (at: number): boolean => view.getUint32(at) === 0x4449434d;
  let at = magic(128) ? 132 : magic(0) ? 4 : 0;
  for (;;) {
    if (at + 12 > head.length) return null;
    if (view.getUint16(at, true) !== 2) return at;
    const vr = String.fromCharCode(head[at + 4]!, head[at + 5]!);
    const explicit = /^[A-Z]{2}$/.test(vr);
    const long = explicit && /^(OB|OW|OF|OD|OL|OV|SQ|UC|UN|UR|UT|SV|UV)$/.test(vr);
    const length = !explicit
      ? view.getUint32(at + 4, true)
      : long
        ? view.getUint32(at + 8, true)
        : view.getUint16(at + 6, true);
    if (length > 1 << 20) throw new WillisError("not-dicom", `An element of group 0002 claims ${length} bytes.`);
    at += (long ? 12 : 8) + length;
  }
}
