import type { JpegComponent, JpegFrame, JpegScan } from "./codec-jpeg.ts";
import { BitReader } from "./jpeg-huffman.ts";

/** Zigzag order: position in the stream to position in the 8x8 block. */
export const ZIGZAG = Uint8Array.of(
  ...[0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21],
  ...[28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61],
  ...[54, 47, 55, 62, 63],
);

type BlockDecoder = (bits: BitReader, component: JpegComponent, at: number) => void;

/**
 * Decode one scan of a DCT frame (sequential or progressive, 8 or 12 bits) into the coefficients of its components.
 * Returns the reader where it stopped. Source: ITU-T T.81 annexes F and G.
 */
export function decodeDctScan(data: Uint8Array, at: number, frame: JpegFrame, scan: JpegScan): BitReader {
  const bits = new BitReader(data, at);
  const decode = frame.progressive ? progressive(scan) : sequential;
  const single = scan.components.length === 1;
  const first = scan.components[0]!;
  const across = single ? Math.ceil(Math.ceil((frame.width * first.h) / frame.hMax) / 8) : frame.mcusAcross;
  const down = single ? Math.ceil(Math.ceil((frame.height * first.v) / frame.vMax) / 8) : frame.mcusDown;
  let left = scan.restartInterval > 0 ? scan.restartInterval : Number.POSITIVE_INFINITY;
  scan.run = 0;
  for (const c of scan.components) c.prediction = 0;
  for (let y = 0; y < down; y++) {
    for (let x = 0; x < across; x++) {
      if (left-- === 0) {
        bits.restart();
        left = scan.restartInterval - 1;
        scan.run = 0;
        for (const c of scan.components) c.prediction = 0;
      }
      if (single) decode(bits, first, (y * first.blocksAcross + x) * 64);
      else {
        for (const c of scan.components) {
          for (let v = 0; v < c.v; v++) {
            for (let h = 0; h < c.h; h++) decode(bits, c, ((y * c.v + v) * c.blocksAcross + x * c.h + h) * 64);
          }
        }
      }
    }
    if (bits.overrun > 65536) throw new Error(`the entropy-coded data ends in block row ${y + 1} of ${down}`);
  }
  return bits;
}

function sequential(bits: BitReader, c: JpegComponent, at: number): void {
  const { coefficients } = c;
  c.prediction += bits.signed(bits.symbol(c.dc!));
  coefficients[at] = c.prediction;
  const ac = c.ac!;
  for (let k = 1; k < 64; ) {
    const rs = bits.symbol(ac);
    const size = rs & 15;
    k += rs >> 4;
    if (size === 0) {
      if (rs >> 4 < 15) break;
      k++;
      continue;
    }
    coefficients[at + ZIGZAG[k & 63]!] = bits.signed(size);
    k++;
  }
}

function progressive(scan: JpegScan): BlockDecoder {
  const { selection: from, end: to, high, low } = scan;
  if (from === 0) {
    if (high === 0) {
      return (bits, c, at) => {
        c.prediction += bits.signed(bits.symbol(c.dc!));
        c.coefficients[at] = c.prediction << low;
      };
    }
    return (bits, c, at) => {
      if (bits.bit()) c.coefficients[at]! |= 1 << low;
    };
  }
  return high === 0 ? acFirst(scan, from, to, low) : acRefine(scan, from, to, low);
}

function acFirst(scan: JpegScan, from: number, to: number, low: number): BlockDecoder {
  return (bits, c, at) => {
    if (scan.run > 0) {
      scan.run--;
      return;
    }
    for (let k = from; k <= to; ) {
      const rs = bits.symbol(c.ac!);
      const size = rs & 15;
      const zeros = rs >> 4;
      if (size === 0) {
        if (zeros < 15) {
          scan.run = (1 << zeros) - 1 + bits.read(zeros);
          return;
        }
        k += 16;
        continue;
      }
      k += zeros;
      c.coefficients[at + ZIGZAG[k & 63]!] = bits.signed(size) << low;
      k++;
    }
  };
}

function acRefine(scan: JpegScan, from: number, to: number, low: number): BlockDecoder {
  const one = 1 << low;
  return (bits, c, at) => {
    const { coefficients } = c;
    const refine = (i: number): void => {
      const v = coefficients[i]!;
      if (bits.bit() && (Math.abs(v) & one) === 0) coefficients[i] = v > 0 ? v + one : v - one;
    };
    let k = from;
    if (scan.run === 0) {
      for (; k <= to; k++) {
        const rs = bits.symbol(c.ac!);
        let zeros = rs >> 4;
        let value = 0;
        if ((rs & 15) !== 0) value = bits.bit() ? one : -one;
        else if (zeros < 15) {
          scan.run = (1 << zeros) + bits.read(zeros);
          break;
        }
        for (; k <= to; k++) {
          const i = at + ZIGZAG[k]!;
          if (coefficients[i] !== 0) refine(i);
          else if (zeros-- === 0) {
            coefficients[i] = value;
            break;
          }
        }
      }
    }
    if (scan.run > 0) {
      for (; k <= to; k++) {
        const i = at + ZIGZAG[k]!;
        if (coefficients[i] !== 0) refine(i);
      }
      scan.run--;
    }
  };
}
