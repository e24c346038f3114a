import { crc32 } from "node:zlib";

/** A file to put into an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const utf8 = new TextEncoder();
const MOST_16 = 0xffff;
const MOST_32 = 0xffffffff;

interface Listed {
  readonly name: Uint8Array;
  readonly crc: number;
  readonly size: number;
  readonly offset: number;
}

/**
 * A zip archive as it is made: files one after the other, stored, not packed (pixels hardly shrink), with zip64 records where
 * there are more than 65,535 files or 4 GiB. Holds one file and the list of names in memory. Names are at most 400
 * bytes. Source: APPNOTE 6.3.
 */
export async function* zipStream(entries: AsyncIterable<ZipEntry>): AsyncGenerator<Uint8Array> {
  const listed: Listed[] = [];
  let at = 0;
  for await (const { name, bytes } of entries) {
    const entry = { name: utf8.encode(name), crc: crc32(bytes), size: bytes.length, offset: at };
    listed.push(entry);
    const head = localHeader(entry);
    yield head;
    yield bytes;
    at += head.length + bytes.length;
  }
  const start = at;
  for (const entry of listed) {
    const record = centralRecord(entry);
    yield record;
    at += record.length;
  }
  yield ending(listed.length, start, at);
}

/** Little-endian numbers and bytes, one after the other. */
class Fields {
  readonly #bytes = Buffer.alloc(512);
  #at = 0;
  u16(...values: number[]): this {
    for (const value of values) this.#at = this.#bytes.writeUInt16LE(value, this.#at);
    return this;
  }
  u32(...values: number[]): this {
    for (const value of values) this.#at = this.#bytes.writeUInt32LE(value, this.#at);
    return this;
  }
  u64(...values: number[]): this {
    for (const value of values) this.#at = this.#bytes.writeBigUInt64LE(BigInt(value), this.#at);
    return this;
  }
  raw(bytes: Uint8Array): this {
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
    return this;
  }
  done(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#at));
  }
}

/** 1 January 1980: when an archive was made is nobody's business. */
const DOS_TIME = [0, 0x21] as const;
const UTF8_NAMES = 0x0800;

function localHeader({ name, crc, size }: Listed): Buffer {
  return new Fields()
    .u32(0x04034b50)
    .u16(20, UTF8_NAMES, 0, ...DOS_TIME)
    .u32(crc, size, size)
    .u16(name.length, 0)
    .raw(name)
    .done();
}

function centralRecord({ name, crc, size, offset }: Listed): Buffer {
  const far = offset >= MOST_32;
  const record = new Fields()
    .u32(0x02014b50)
    .u16(45, far ? 45 : 20, UTF8_NAMES, 0, ...DOS_TIME)
    .u32(crc, size, size)
    .u16(name.length, far ? 12 : 0, 0, 0, 0)
    .u32(0, far ? MOST_32 : offset)
    .raw(name);
  return far ? record.u16(1, 8).u64(offset).done() : record.done();
}

function ending(count: number, start: number, end: number): Buffer {
  const record = new Fields();
  if (count >= MOST_16 || end >= MOST_32) {
    record
      .u32(0x06064b50)
      .u64(44)
      .u16(45, 45)
      .u32(0, 0)
      .u64(count, count, end - start, start);
    record.u32(0x07064b50, 0).u64(end).u32(1);
  }
  return record
    .u32(0x06054b50)
    .u16(0, 0, Math.min(count, MOST_16), Math.min(count, MOST_16))
    .u32(Math.min(end - start, MOST_32), Math.min(start, MOST_32))
    .u16(0)
    .done();
}
