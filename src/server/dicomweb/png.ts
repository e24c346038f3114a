import { crc32, deflateSync } from "node:zlib";

/** Chunks of a PNG file: length, type, data, checksum (ISO 15948 5.3). */
function chunk(type: string, data: Uint8Array): Buffer {
  const out = Buffer.alloc(data.length + 12);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, "latin1");
  out.set(data, 8);
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length);
  return out;
}

/**
 * An 8-bit grey or RGB picture as PNG. Every row is filtered against the one above (ISO 15948 9.2): best for images that
 * change little from row to row, and cheap.
 */
export function png(data: Uint8Array, width: number, height: number, channels: 1 | 3): Uint8Array {
  const row = width * channels;
  const filtered = new Uint8Array((row + 1) * height);
  for (let y = 0, to = 0, from = 0; y < height; y++) {
    filtered[to++] = y === 0 ? 0 : 2;
    for (let x = 0; x < row; x++, from++) filtered[to++] = y === 0 ? data[from]! : data[from]! - data[from - row]!;
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 8;
  head[9] = channels === 1 ? 0 : 2;
  const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  const body = deflateSync(filtered, { level: 3 });
  return Uint8Array.from(
    Buffer.concat([signature, chunk("IHDR", head), chunk("IDAT", body), chunk("IEND", new Uint8Array(0))]),
  );
}
