/**
 * Code streams can carry text beside the pixels: JPEG comments, EXIF and makers' segments, JPEG 2000 comments, metadata boxes
 * of JPEG XL, bytes behind the end. These functions overwrite it with zeros in place, so that no offset moves and no pixel
 * changes.
 */

/** Clean one code stream (a fragment that begins one). Returns the bytes that were overwritten and were not zero. */
export function cleanCodestream(bytes: Uint8Array): number {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return cleanJpeg(bytes);
  if (bytes[0] === 0xff && bytes[1] === 0x4f && bytes[2] === 0xff) return cleanJpeg2000(bytes);
  if (bytes[4] === 0x4a && bytes[5] === 0x58 && bytes[6] === 0x4c && bytes[7] === 0x20) return cleanBoxes(bytes);
  return 0;
}

function wipe(bytes: Uint8Array, from: number, to: number): number {
  let changed = 0;
  for (let at = from; at < Math.min(to, bytes.length); at++) {
    if (bytes[at] === 0) continue;
    bytes[at] = 0;
    changed++;
  }
  return changed;
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** Segments that decoders read: JFIF, Adobe's colour transform, the colour transform of HP's JPEG-LS. */
function isNeeded(bytes: Uint8Array, marker: number, at: number): boolean {
  const name = String.fromCharCode(...bytes.subarray(at, at + 5));
  return (
    (marker === 0xe0 && name === "JFIF\0") ||
    (marker === 0xee && name === "Adobe") ||
    (marker === 0xe8 && /^mrfx/.test(name))
  );
}

/** JPEG and JPEG-LS: their marker segments have the same form (ISO 10918-1 B.1.1, ISO 14495-1 C.1). */
function cleanJpeg(bytes: Uint8Array): number {
  let changed = 0;
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) {
      const next = bytes.indexOf(0xff, at);
      if (next < 0) break;
      at = next;
      continue;
    }
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker < 0x80 || (marker >= 0xd0 && marker <= 0xd7)) {
      at += 2; // stuffed byte or restart: still inside a scan
      continue;
    }
    if (marker === 0xd9) return changed + wipe(bytes, at + 2, bytes.length);
    const length = word(bytes, at + 2);
    const application = marker >= 0xe0 && marker <= 0xef;
    if (marker === 0xfe || (application && !isNeeded(bytes, marker, at + 4)))
      changed += wipe(bytes, at + 4, at + 2 + length);
    // A JFIF segment may hold a thumbnail: its size is told in the two bytes before it.
    if (marker === 0xe0 && isNeeded(bytes, marker, at + 4) && length > 16) {
      changed += wipe(bytes, at + 18, at + 2 + length);
    }
    at += 2 + Math.max(2, length);
  }
  return changed;
}

/** JPEG 2000 and HTJ2K: comments of the main header and of each tile part (ISO 15444-1 A.9.2). */
function cleanJpeg2000(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let changed = 0;
  let at = 2;
  let partEnd = 0;
  while (at + 4 <= bytes.length) {
    const marker = word(bytes, at);
    if (marker === 0xffd9) return changed + wipe(bytes, at + 2, bytes.length);
    if (marker === 0xff93) {
      if (partEnd <= at) return changed; // the last part, of unknown length
      at = partEnd;
      if (at + 2 <= bytes.length && word(bytes, at) === 0xffd9) return changed + wipe(bytes, at + 2, bytes.length);
      continue;
    }
    const length = word(bytes, at + 2);
    if (marker >>> 8 !== 0xff || length < 2) return changed;
    if (marker === 0xff90 && at + 12 <= bytes.length) {
      const size = view.getUint32(at + 6);
      partEnd = size === 0 ? 0 : at + size;
    }
    if (marker === 0xff64) changed += wipe(bytes, at + 6, at + 2 + length);
    at += 2 + length;
  }
  return changed;
}

/** The container of JPEG XL: Exif, XML and JUMBF boxes (ISO 18181-2). */
function cleanBoxes(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let changed = 0;
  for (let at = 0; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at);
    const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const end = size === 0 ? bytes.length : at + size;
    if (size === 1 || (size !== 0 && size < 8)) return changed;
    if (["Exif", "xml ", "jumb", "brob"].includes(kind)) changed += wipe(bytes, at + 8, end);
    at = end;
  }
  return changed;
}
