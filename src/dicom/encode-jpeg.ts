import { WillisError } from "../core/errors.ts";
import { ZIGZAG } from "./jpeg-dct.ts";

/** An 8-bit picture to be coded: row-major, one byte a pixel (grey) or three (RGB). */
export interface JpegPicture {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

// The tables of ITU-T T.81 annex K, as nearly every encoder writes them; K.1 and K.2 in natural order.
const LUMINANCE = Uint8Array.of(
  ...[16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29],
  ...[51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121],
  ...[120, 101, 72, 92, 95, 98, 112, 100, 103, 99],
);
const CHROMINANCE = Uint8Array.from({ length: 64 }, (_, i) => {
  const near = [17, 18, 24, 47, 18, 21, 26, 66, 24, 26, 56, 99, 47, 66, 99, 99];
  return i >> 3 < 4 && (i & 7) < 4 ? near[(i >> 3) * 4 + (i & 7)]! : 99;
});
const DC_COUNTS = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
const DC_SYMBOLS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const AC_COUNTS = [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125];
const AC_SYMBOLS = [
  ...[0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07, 0x22, 0x71],
  ...[0x14, 0x32, 0x81, 0x91, 0xa1, 0x08, 0x23, 0x42, 0xb1, 0xc1, 0x15, 0x52, 0xd1, 0xf0, 0x24, 0x33, 0x62, 0x72],
  ...[0x82, 0x09, 0x0a, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2a],
  ...[0x34, 0x43, 0x53, 0x63, 0x73, 0x83, 0x92, 0xa2, 0xb2, 0xc2, 0xd2, 0xe1, 0xf1].flatMap((from) =>
    Array.from({ length: (from | 15) - 5 - from + 1 }, (_, i) => from + i),
  ),
];

/** Code and length of each symbol of a Huffman table: `code << 5 | length` (T.81 annex C). */
function codesOf(counts: readonly number[], symbols: readonly number[]): Int32Array {
  const out = new Int32Array(256);
  let code = 0;
  let k = 0;
  counts.forEach((count, i) => {
    for (let n = 0; n < count; n++) out[symbols[k++]!] = (code++ << 5) | (i + 1);
    code <<= 1;
  });
  return out;
}
const DC = codesOf(DC_COUNTS, DC_SYMBOLS);
const AC = codesOf(AC_COUNTS, AC_SYMBOLS);

/** A quantisation table (natural order) for a quality of 1..100, by the scaling that the common encoders share. */
function quantisation(base: Uint8Array, quality: number): Uint8Array {
  const scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  return base.map((v) => Math.min(255, Math.max(1, Math.floor((v * scale + 50) / 100))));
}

function segment(marker: number, body: readonly number[]): number[] {
  return [0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 0xff, ...body];
}

function header({ width, height, channels }: JpegPicture, tables: readonly Uint8Array[]): number[] {
  const components = Array.from({ length: channels }, (_, i) => i + 1);
  const zigzag = (table: Uint8Array): number[] => Array.from(ZIGZAG, (at) => table[at]!);
  return [
    ...[0xff, 0xd8],
    ...segment(0xe0, [0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]),
    ...tables.flatMap((table, i) => segment(0xdb, [i, ...zigzag(table)])),
    ...segment(0xc0, [
      ...[8, height >> 8, height & 0xff, width >> 8, width & 0xff, channels],
      ...components.flatMap((id) => [id, 0x11, id === 1 ? 0 : 1]),
    ]),
    ...segment(0xc4, [0x00, ...DC_COUNTS, ...DC_SYMBOLS]),
    ...segment(0xc4, [0x10, ...AC_COUNTS, ...AC_SYMBOLS]),
    ...segment(0xda, [channels, ...components.flatMap((id) => [id, 0x00]), 0, 63, 0]),
  ];
}

/** Factors of the scaled transform below, per row or column (Arai, Agui and Nakajima 1988). */
const AAN = [1, 1.387039845, 1.306562965, 1.175875602, 1, 0.785694958, 0.5411961, 0.275899379];

/** Multiplier of each coefficient in zigzag order: quantises and undoes the scale of the transform. */
function divisors(table: Uint8Array): Float64Array {
  return Float64Array.from(ZIGZAG, (at) => 1 / (table[at]! * AAN[at >> 3]! * AAN[at & 7]! * 8));
}

const work = new Float64Array(64);

/** Scaled 8-point transform of `work` in place, eight times: rows (step 1) or columns (step 8). */
function transform(step: number, next: number): void {
  for (let n = 0, p = 0; n < 8; n++, p += next) {
    const a = work[p]!;
    const b = work[p + step]!;
    const c = work[p + 2 * step]!;
    const d = work[p + 3 * step]!;
    const e = work[p + 4 * step]!;
    const f = work[p + 5 * step]!;
    const g = work[p + 6 * step]!;
    const h = work[p + 7 * step]!;
    const s0 = a + h + (d + e);
    const s1 = b + g + (c + f);
    const d0 = a + h - (d + e);
    const d1 = b + g - (c + f);
    work[p] = s0 + s1;
    work[p + 4 * step] = s0 - s1;
    const z1 = (d1 + d0) * Math.SQRT1_2;
    work[p + 2 * step] = d0 + z1;
    work[p + 6 * step] = d0 - z1;
    const t0 = d - e + (c - f);
    const t1 = c - f + (b - g);
    const t2 = b - g + (a - h);
    const z5 = (t0 - t2) * 0.382683433;
    const z2 = 0.5411961 * t0 + z5;
    const z4 = 1.306562965 * t2 + z5;
    const z3 = t1 * Math.SQRT1_2;
    const z11 = a - h + z3;
    const z13 = a - h - z3;
    work[p + 5 * step] = z13 + z2;
    work[p + 3 * step] = z13 - z2;
    work[p + step] = z11 + z4;
    work[p + 7 * step] = z11 - z4;
  }
}

/** Entropy coder: blocks in, stuffed bytes out. */
class BlockWriter {
  bytes: Uint8Array;
  length: number;
  #bits = 0;
  #count = 0;

  constructor(head: readonly number[], room: number) {
    this.bytes = new Uint8Array(head.length + room);
    this.bytes.set(head);
    this.length = head.length;
  }

  /** Append `count` (up to 16) bits. */
  #put(value: number, count: number): void {
    this.#bits = (this.#bits << count) | value;
    this.#count += count;
    while (this.#count >= 8) {
      const byte = (this.#bits >> (this.#count - 8)) & 0xff;
      this.bytes[this.length++] = byte;
      if (byte === 0xff) this.bytes[this.length++] = 0;
      this.#count -= 8;
    }
  }

  /** A value of the category that its code has announced: negative ones as one's complement (T.81 F.1.2.1). */
  #signed(codes: Int32Array, run: number, value: number): void {
    const size = 32 - Math.clz32(value < 0 ? -value : value);
    const code = codes[(run << 4) | size]!;
    this.#put(code >> 5, code & 31);
    if (size > 0) this.#put((value < 0 ? value - 1 : value) & ((1 << size) - 1), size);
  }

  /** Code what `work` holds; returns the DC value that the next block of this component is predicted from. */
  block(scale: Float64Array, before: number): number {
    // A block takes at most 64 x 26 bits, twice that when every byte is stuffed.
    if (this.length + 512 > this.bytes.length) {
      const grown = new Uint8Array(this.bytes.length * 2 + 1024);
      grown.set(this.bytes.subarray(0, this.length));
      this.bytes = grown;
    }
    const dc = Math.round((work[0]! - 8192) * scale[0]!);
    this.#signed(DC, 0, dc - before);
    let zeros = 0;
    for (let k = 1; k < 64; k++) {
      const v = work[ZIGZAG[k]!]! * scale[k]!;
      if (v < 0.5 && v > -0.5) {
        zeros++;
        continue;
      }
      for (; zeros > 15; zeros -= 16) this.#put(AC[0xf0]! >> 5, AC[0xf0]! & 31);
      // Beyond ten bits no baseline code exists; only quality 100 comes near.
      const rounded = v < 0 ? -Math.floor(0.5 - v) : Math.floor(v + 0.5);
      this.#signed(AC, zeros, Math.max(-1023, Math.min(1023, rounded)));
      zeros = 0;
    }
    if (zeros > 0) this.#put(AC[0]! >> 5, AC[0]! & 31);
    return dc;
  }

  end(): Uint8Array {
    if (this.#count > 0) this.#put((1 << (8 - this.#count)) - 1, 8 - this.#count);
    if (this.length + 2 > this.bytes.length) this.bytes = Uint8Array.from([...this.bytes, 0, 0]);
    this.bytes[this.length++] = 0xff;
    this.bytes[this.length++] = 0xd9;
    return this.bytes.slice(0, this.length);
  }
}

/** One component of an RGB picture as YCbCr (T.871); null takes a grey picture as it is. */
function planesOf({ data, width, height, channels }: JpegPicture): readonly Uint8Array[] {
  if (channels === 1) return [data];
  const pixels = width * height;
  const [y, cb, cr] = [new Uint8Array(pixels), new Uint8Array(pixels), new Uint8Array(pixels)];
  for (let i = 0, p = 0; i < pixels; i++, p += 3) {
    const [r, g, b] = [data[p]!, data[p + 1]!, data[p + 2]!];
    y[i] = 0.299 * r + 0.587 * g + 0.114 * b + 0.5;
    cb[i] = Math.min(255, 128.5 - 0.168735892 * r - 0.331264108 * g + 0.5 * b);
    cr[i] = Math.min(255, 128.5 + 0.5 * r - 0.418687589 * g - 0.081312411 * b);
  }
  return [y, cb, cr];
}

/** Load the block at (x, y); beyond the picture its last row and column go on. */
function load(plane: Uint8Array, width: number, height: number, x: number, y: number): void {
  if (x + 8 <= width && y + 8 <= height) {
    for (let r = 0, from = y * width + x, to = 0; r < 8; r++, from += width, to += 8)
      for (let i = 0; i < 8; i++) work[to + i] = plane[from + i]!;
    return;
  }
  for (let r = 0; r < 8; r++) {
    const from = Math.min(y + r, height - 1) * width;
    for (let i = 0; i < 8; i++) work[8 * r + i] = plane[from + Math.min(x + i, width - 1)]!;
  }
}

/**
 * A picture as baseline JPEG (JFIF): grey as one component, RGB as YCbCr without subsampling; `quality` 1..100. It is
 * made for speed: the float transform, the standard Huffman tables. Errors: `bad-request` for a picture wider or higher
 * than 65535. Source: ITU-T T.81 annexes F and K, T.871.
 */
export function encodeJpeg(picture: JpegPicture, quality: number): Uint8Array {
  const { width, height, channels } = picture;
  if (width < 1 || height < 1 || width > 65535 || height > 65535)
    throw new WillisError("bad-request", `A JPEG of ${width} x ${height} cannot be made: 1 to 65535 pixels a side.`);
  const within = Math.min(100, Math.max(1, Math.round(quality)));
  const tables = [LUMINANCE, CHROMINANCE].slice(0, channels === 1 ? 1 : 2).map((base) => quantisation(base, within));
  const scales = tables.map(divisors);
  const planes = planesOf(picture);
  const writer = new BlockWriter(header(picture, tables), Math.ceil((width * height * channels) / 3) + 1024);
  const before = [0, 0, 0];
  for (let y = 0; y < height; y += 8) {
    for (let x = 0; x < width; x += 8) {
      for (let c = 0; c < channels; c++) {
        load(planes[c]!, width, height, x, y);
        transform(1, 8);
        transform(8, 1);
        before[c] = writer.block(scales[c === 0 ? 0 : 1]!, before[c]!);
      }
    }
  }
  return writer.end();
}
