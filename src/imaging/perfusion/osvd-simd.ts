import { fromBase64 } from "../wasm/base64.ts";
import { OSVD_BINARY } from "../wasm/osvd-binary.ts";
import { type HarmonicPlan, OSCILLATION_LIMIT } from "./harmonic-plan.ts";
import { type Deconvolution, emptyDeconvolution, signedTime } from "./osvd.ts";

interface Kernel {
  memory: WebAssembly.Memory;
  heapBase(): number;
  configure(...numbers: number[]): void;
  deconvolve(...numbers: number[]): void;
}

let compiled: WebAssembly.Module | null = null;
const BLOCK = 4096;

/**
 * `osvd` of osvd.ts in WebAssembly SIMD (float32): same arguments, same meaning. `told` hears the fraction done.
 * Agreement with the reference: same level, flow within 3e-5 relative. About 100 numbers of state a voxel stay in the
 * first-level cache, so it costs about a microsecond a voxel for 45 frames. Throws what `WebAssembly` throws where it
 * is not allowed (a page whose policy forbids it): call the reference then.
 * Source: as osvd.ts.
 */
export function osvdSimd(
  curves: Float32Array,
  voxels: number,
  plan: HarmonicPlan,
  limit: number = OSCILLATION_LIMIT,
  told: (fraction: number) => void = () => {},
): Deconvolution {
  compiled ??= new WebAssembly.Module(fromBase64(OSVD_BINARY));
  const kernel = new WebAssembly.Instance(compiled).exports as unknown as Kernel;
  const { n, harmonics } = plan;
  const count = harmonics.length;
  const half = (n >> 1) + 1;
  const top = Math.max(...harmonics);
  let next = (kernel.heapBase() + 63) & ~63;
  const take = (numbers: number): number => {
    const here = next;
    next += (numbers * 4 + 63) & ~63;
    return here;
  };
  const place = {
    numbers: take(count),
    inverse: take(count * 2),
    analysis: take(count * half * 2),
    synthesis: take((n + 1) * count * 2),
    keep: take(plan.keep.length),
    fold: take(half * 16),
    x: take(count * 16),
    e: take((n + 1) * 16),
    place: take(top + 1),
    curves: take(n * BLOCK),
    flow: take(BLOCK),
    peak: take(BLOCK),
    tmax: take(BLOCK),
    index: take(BLOCK),
    level: take(BLOCK),
  };
  const missing = Math.ceil((next - kernel.memory.buffer.byteLength) / 65536);
  if (missing > 0) kernel.memory.grow(missing);
  const f32 = (at: number, length: number) => new Float32Array(kernel.memory.buffer, at, length);
  const i32 = (at: number, length: number) => new Int32Array(kernel.memory.buffer, at, length);
  fillTables(
    plan,
    half,
    f32(place.inverse, count * 2),
    f32(place.analysis, count * half * 2),
    f32(place.synthesis, (n + 1) * count * 2),
  );
  i32(place.numbers, count).set(harmonics);
  i32(place.keep, plan.keep.length).set(plan.keep);
  i32(place.place, top + 1).fill(-1);
  harmonics.forEach((k, q) => {
    i32(place.place, top + 1)[k] = q;
  });
  kernel.configure(
    n,
    half,
    count,
    plan.keep.length,
    top,
    limit,
    place.numbers,
    place.inverse,
    place.analysis,
    place.synthesis,
    place.keep,
    place.fold,
    place.x,
    place.e,
    place.place,
  );
  const out = emptyDeconvolution(voxels);
  const block = f32(place.curves, n * BLOCK);
  const flow = f32(place.flow, BLOCK);
  const peak = f32(place.peak, BLOCK);
  const tmax = f32(place.tmax, BLOCK);
  const index = i32(place.index, BLOCK);
  const level = i32(place.level, BLOCK);
  for (let from = 0; from < voxels; from += BLOCK) {
    const size = Math.min(BLOCK, voxels - from);
    for (let t = 0; t < n; t++) {
      block.set(curves.subarray(t * voxels + from, t * voxels + from + size), t * BLOCK);
      if (size & 7) block.fill(0, t * BLOCK + size, t * BLOCK + ((size + 7) & ~7));
    }
    kernel.deconvolve(
      (size + 7) & ~7,
      place.curves,
      BLOCK * 4,
      place.flow,
      place.peak,
      place.tmax,
      place.index,
      place.level,
    );
    out.flow.set(flow.subarray(0, size), from);
    out.peak.set(peak.subarray(0, size), from);
    out.index.set(index.subarray(0, size), from);
    for (let v = 0; v < size; v++) {
      out.tmax[from + v] = signedTime(tmax[v], plan);
      out.unresolved[from + v] = level[v] < 0 ? 1 : 0;
      out.level[from + v] = level[v] < 0 ? plan.thresholds.length - 1 : plan.levels[level[v]];
    }
    told(Math.min(1, (from + size) / voxels));
  }
  return out;
}

function fillTables(
  plan: HarmonicPlan,
  half: number,
  inverse: Float32Array,
  analysis: Float32Array,
  synthesis: Float32Array,
): void {
  const { n, length, harmonics } = plan;
  const count = harmonics.length;
  for (let q = 0; q < count; q++) {
    inverse[q * 2] = plan.inverseRe[q] * plan.weight[q];
    inverse[q * 2 + 1] = plan.inverseIm[q] * plan.weight[q];
    for (let t = 0; t <= n; t++) {
      const angle = (2 * Math.PI * ((harmonics[q] * t) % length)) / length;
      const cos = Math.cos(angle);
      const sin = Math.sin(angle);
      synthesis[(t * count + q) * 2] = cos;
      synthesis[(t * count + q) * 2 + 1] = sin;
      // folded about n/2: when n is odd the last row of the fold is an ordinary pair (t, n - t) with t < n/2
      if (t < half) {
        analysis[(q * half + t) * 2] = cos;
        analysis[(q * half + t) * 2 + 1] = sin;
      }
    }
  }
}
