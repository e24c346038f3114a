import { fromBase64 } from "../wasm/base64.ts";
import { MOTION_BINARY } from "../wasm/motion-binary.ts";
import { type MotionKernel, referenceKernel } from "./motion-kernel.ts";
import { splineWeights } from "./warp.ts";

interface Exports {
  memory: WebAssembly.Memory;
  heapBase(): number;
  log16(...numbers: number[]): void;
  halve(...numbers: number[]): void;
  warp(...numbers: number[]): void;
  blockSums(...numbers: number[]): void;
}

let compiled: WebAssembly.Module | null = null;
const PADDING = 64;

/**
 * `referenceKernel` in WebAssembly SIMD (float32) for pictures of `rows` x `columns` and smaller: same meaning, equal
 * within 1e-4 ln (float32 sums). Its pictures must come from its own `array`, which gives out one memory made for
 * `localMask`. A picture whose width is no multiple of 4 at every level is left to the reference, which is also
 * returned when WebAssembly is not allowed (a page whose policy forbids it).
 */
export function motionKernel(rows: number, columns: number): MotionKernel {
  if (columns % 16 !== 0) return referenceKernel;
  try {
    compiled ??= new WebAssembly.Module(fromBase64(MOTION_BINARY));
    return instance(new WebAssembly.Instance(compiled).exports as unknown as Exports, rows, columns);
  } catch {
    return referenceKernel;
  }
}

function instance(kernel: Exports, rows: number, columns: number): MotionKernel {
  const pixels = rows * columns;
  const points = (columns / 4 + 4) * (rows / 4 + 4);
  // mask and live with their pyramids, the moved mask, sums of blocks, one stored frame, its table, the field
  const bytes = 4 * (2 * 1.4 * pixels + pixels + 0.75 * pixels + pixels + 65536 + 4 * points) + 65536 * 4;
  const grow = Math.ceil(bytes / 65536);
  kernel.memory.grow(grow);
  const { buffer } = kernel.memory;
  let next = (kernel.heapBase() + PADDING) & ~63;
  const array = (length: number): Float32Array => {
    const made = new Float32Array(buffer, next, length);
    next = (next + 4 * length + 2 * PADDING) & ~63;
    return made;
  };
  const tablePlace = array(65536);
  const framePlace = array(pixels);
  const field = array(3 * points);
  const weights = array(4 * 64);
  const line = array(3 * (columns / 4 + 4));
  let table: Float32Array | undefined;
  const frame16 = new Uint16Array(buffer, framePlace.byteOffset, pixels);
  return {
    array,
    log(frame, given, out) {
      if (frame instanceof Float32Array) return referenceKernel.log(frame, given, out);
      if (table !== given) {
        tablePlace.set(given);
        table = given;
      }
      frame16.set(frame instanceof Int16Array ? new Uint16Array(frame.buffer, frame.byteOffset, frame.length) : frame);
      kernel.log16(framePlace.byteOffset, frame.length, tablePlace.byteOffset, out.byteOffset);
    },
    halve: (image, r, c, out) => kernel.halve(image.byteOffset, r, c, out.byteOffset),
    warp(image, r, c, { spacing, across, x, y, offset }, out) {
      const n = x.length;
      field.set(x);
      field.set(y, n);
      field.set(offset, 2 * n);
      const table = splineWeights(spacing);
      for (let k = 0; k < spacing; k++) for (let m = 0; m < 4; m++) weights[m * spacing + k] = table[4 * k + m];
      const at = field.byteOffset;
      kernel.warp(
        ...[image.byteOffset, r, c, spacing, across, at, at + 4 * n, at + 8 * n],
        ...[weights.byteOffset, line.byteOffset, out.byteOffset],
      );
      return out;
    },
    blockSums: (moved, live, r, c, block, cut, [low, high], out) =>
      kernel.blockSums(moved.byteOffset, live.byteOffset, r, c, block, cut, low, high, out.byteOffset),
  };
}
