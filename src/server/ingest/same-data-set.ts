import type { BlobStore } from "../blobs/blob-store.ts";

const STEP = 1 << 20;

/**
 * Whether two files hold the same data set, byte for byte, in the same transfer syntax: each sender writes its own file
 * header (PS3.10 7.1), and over DIMSE it is we who write it.
 */
export async function sameDataSet(blobs: BlobStore, a: string, b: string): Promise<boolean> {
  const [one, two] = await Promise.all([headOf(blobs, a), headOf(blobs, b)]);
  if (!one || !two || one.transferSyntax !== two.transferSyntax || one.size - one.start !== two.size - two.start)
    return false;
  const length = one.size - one.start;
  for (let at = 0; at < length; at += STEP) {
    const step = Math.min(STEP, length - at);
    const [x, y] = await Promise.all([blobs.read(a, one.start + at, step), blobs.read(b, two.start + at, step)]);
    if (Buffer.compare(x, y) !== 0) return false;
  }
  return true;
}

/** Size of the file, where its data set begins, and the transfer syntax that its header names. */
async function headOf(blobs: BlobStore, key: string) {
  const size = await blobs.size(key);
  const bytes = Buffer.from(await blobs.read(key, 0, Math.min(size, 4096)));
  if (bytes.length < 144 || bytes.toString("latin1", 128, 132) !== "DICM" || bytes.readUInt32LE(132) !== 2) return null;
  const start = 144 + bytes.readUInt32LE(140);
  const at = bytes.indexOf(Buffer.from([0x02, 0x00, 0x10, 0x00, 0x55, 0x49])); // (0002,0010) UI
  if (start > bytes.length || at < 0) return null;
  const transferSyntax = bytes.toString("latin1", at + 8, at + 8 + bytes.readUInt16LE(at + 6)).replaceAll("\0", "");
  return { size, start, transferSyntax };
}
