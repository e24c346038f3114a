import { huffmanCode } from "./huffman-code.ts";

/** Samples for the lossless JPEG encoder: interleaved by pixel; only the low `precision` bits (2..16) are coded. */
export interface LosslessPicture {
  readonly samples: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
  readonly components: number;
  readonly precision: number;
}

/** Every category 0..16 gets a code, so that one pass over the picture counts and one writes. */
const CATEGORIES = 17;

/**
 * Differences to the left neighbour (first column: above; first sample: half of the range), modulo 2^16 as -32767 ..
 * 32768, in stream order (T.81 H.1.2, predictor 1).
 */
function differences({ samples, width, height, components: n, precision }: LosslessPicture): Int32Array {
  const out = new Int32Array(width * height * n);
  const mask = 2 ** precision - 1;
  const row = width * n;
  const start = 2 ** (precision - 1);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < row; x++, i++) {
      const before = x >= n ? samples[i - n]! & mask : y > 0 ? samples[i - row]! & mask : start;
      const d = ((samples[i]! & mask) - before) & 0xffff;
      out[i] = d > 32768 ? d - 65536 : d;
    }
  }
  return out;
}

function category(difference: number): number {
  return difference === 32768 ? 16 : 32 - Math.clz32(difference < 0 ? -difference : difference);
}

function head({ width, height, components, precision }: LosslessPicture, table: readonly number[]): number[] {
  const ids = Array.from({ length: components }, (_, i) => i + 1);
  const word = (value: number): number[] => [value >> 8, value & 0xff];
  return [
    ...[0xff, 0xd8, 0xff, 0xc3, ...word(8 + 3 * components), precision, ...word(height), ...word(width), components],
    ...ids.flatMap((id) => [id, 0x11, 0]),
    ...[0xff, 0xc4, ...word(3 + table.length), 0, ...table],
    ...[0xff, 0xda, ...word(6 + 2 * components), components, ...ids.flatMap((id) => [id, 0]), 1, 0, 0],
  ];
}

/**
 * Encode as lossless JPEG, process 14, selection value 1 (SOF3, one scan, no restart), with a Huffman table made for
 * this picture. `samples` has width * height * components values; signed ones are coded as two's complement in
 * `precision` bits. Decodes with any decoder of 1.2.840.10008.1.2.4.57 and .70. Source: ITU-T T.81 annex H.
 */
export function encodeJpegLossless(picture: LosslessPicture): Uint8Array {
  const coded = differences(picture);
  const counts = new Array<number>(CATEGORIES).fill(0);
  for (const d of coded) counts[category(d)]!++;
  const { lengths, symbols, codes } = huffmanCode(counts);
  const start = head(picture, [...lengths, ...symbols]);
  // At most 16 bits of code and 16 of difference a sample, each byte perhaps stuffed: grown where it is needed.
  let out = new Uint8Array(start.length + coded.length * 2 + 1024);
  out.set(start);
  let length = start.length;
  let bits = 0;
  let held = 0;
  const put = (value: number, count: number): void => {
    bits = (bits << count) | value;
    held += count;
    while (held >= 8) {
      const byte = (bits >> (held - 8)) & 0xff;
      out[length++] = byte;
      if (byte === 0xff) out[length++] = 0;
      held -= 8;
    }
  };
  for (let i = 0; i < coded.length; i++) {
    if (length + 16 > out.length) {
      const grown = new Uint8Array(out.length * 2);
      grown.set(out.subarray(0, length));
      out = grown;
    }
    const d = coded[i]!;
    const size = category(d);
    const code = codes[size]!;
    put(code >> 5, code & 31);
    if (size > 0 && size < 16) put((d < 0 ? d - 1 : d) & ((1 << size) - 1), size);
  }
  if (held > 0) put((1 << (8 - held)) - 1, 8 - held);
  out[length++] = 0xff;
  out[length++] = 0xd9;
  return out.slice(0, length);
}
