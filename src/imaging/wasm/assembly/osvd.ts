// oSVD for groups of eight voxels, the SIMD twin of ../../perfusion/osvd.ts (AssemblyScript; built by ../build.mjs).
// The circle is folded: k(t) = E(t) + O(t) and k(L - t) = E(t) - O(t), so that synthesis and every dropped harmonic
// cost half; the analysis is folded the same way about n/2. All tables are float32 and given by the caller.

let n: i32 = 0;
let half: i32 = 0;
let harmonics: i32 = 0;
let levels: i32 = 0;
let highest: i32 = 0;
let limit: f32 = 0;
let pNumber: usize = 0; // i32[harmonics] harmonic numbers
let pInverse: usize = 0; // f32[harmonics][2] weight/lambda
let pAnalysis: usize = 0; // f32[harmonics][half][2] cos, sin
let pSynthesis: usize = 0; // f32[n + 1][harmonics][2] cos, sin
let pKeep: usize = 0; // i32[levels]
let pFold: usize = 0; // f32[half][16] sums, then differences
let pX: usize = 0; // f32[harmonics][16] real, then minus imaginary
let pE: usize = 0; // f32[n + 1][16] even of lanes 0-3, 4-7, odd of lanes 0-3, 4-7
let pPlace: usize = 0; // i32[highest + 1] place of a harmonic in the order, or -1

export function heapBase(): usize {
  return __heap_base;
}

export function configure(
  frames: i32, halfFrames: i32, count: i32, levelCount: i32, top: i32, oscillation: f32,
  numbers: usize, inverse: usize, analysis: usize, synthesis: usize, keep: usize,
  fold: usize, x: usize, e: usize, place: usize,
): void {
  n = frames; half = halfFrames; harmonics = count; levels = levelCount; highest = top; limit = oscillation;
  pNumber = numbers; pInverse = inverse; pAnalysis = analysis; pSynthesis = synthesis; pKeep = keep;
  pFold = fold; pX = x; pE = e; pPlace = place;
}

// @ts-expect-error: decorator of AssemblyScript
@inline
function at(p: usize, i: i32): usize {
  return p + (<usize>i << 2);
}

function analyse(curves: usize, stride: usize): void {
  for (let t = 0; t < half; t++) {
    const a = curves + <usize>t * stride;
    const f = pFold + (<usize>t << 6);
    const a0 = v128.load(a);
    const a1 = v128.load(a, 16);
    if (t == 0 || t + t == n) {
      v128.store(f, a0); v128.store(f, a1, 16); v128.store(f, a0, 32); v128.store(f, a1, 48);
    } else {
      const b = curves + <usize>(n - t) * stride;
      const b0 = v128.load(b);
      const b1 = v128.load(b, 16);
      v128.store(f, f32x4.add(a0, b0)); v128.store(f, f32x4.add(a1, b1), 16);
      v128.store(f, f32x4.sub(a0, b0), 32); v128.store(f, f32x4.sub(a1, b1), 48);
    }
  }
  let table = pAnalysis;
  for (let q = 0; q < harmonics; q++) {
    const odd = load<i32>(at(pNumber, q)) & 1;
    let forCos = pFold + (odd ? 32 : 0);
    let forSin = pFold + (odd ? 0 : 32);
    let r0 = f32x4.splat(0), r1 = r0, s0 = r0, s1 = r0;
    for (let t = 0; t < half; t++) {
      const c = v128.load32_splat(table);
      const s = v128.load32_splat(table, 4);
      r0 = f32x4.add(r0, f32x4.mul(c, v128.load(forCos)));
      r1 = f32x4.add(r1, f32x4.mul(c, v128.load(forCos, 16)));
      s0 = f32x4.add(s0, f32x4.mul(s, v128.load(forSin)));
      s1 = f32x4.add(s1, f32x4.mul(s, v128.load(forSin, 16)));
      table += 8; forCos += 64; forSin += 64;
    }
    const a = v128.load32_splat(at(pInverse, q + q));
    const b = v128.load32_splat(at(pInverse, q + q), 4);
    const x = pX + (<usize>q << 6);
    v128.store(x, f32x4.add(f32x4.mul(r0, a), f32x4.mul(s0, b)));
    v128.store(x, f32x4.add(f32x4.mul(r1, a), f32x4.mul(s1, b)), 16);
    v128.store(x, f32x4.sub(f32x4.mul(s0, a), f32x4.mul(r0, b)), 32);
    v128.store(x, f32x4.sub(f32x4.mul(s1, a), f32x4.mul(r1, b)), 48);
  }
}

function synthesise(): void {
  let table = pSynthesis;
  let e = pE;
  for (let t = 0; t <= n; t++) {
    let e0 = f32x4.splat(0), e1 = e0, o0 = e0, o1 = e0;
    let x = pX;
    for (let q = 0; q < harmonics; q++) {
      const c = v128.load32_splat(table);
      const s = v128.load32_splat(table, 4);
      e0 = f32x4.add(e0, f32x4.mul(c, v128.load(x)));
      e1 = f32x4.add(e1, f32x4.mul(c, v128.load(x, 16)));
      o0 = f32x4.add(o0, f32x4.mul(s, v128.load(x, 32)));
      o1 = f32x4.add(o1, f32x4.mul(s, v128.load(x, 48)));
      table += 8; x += 64;
    }
    v128.store(e, e0); v128.store(e, e1, 16); v128.store(e, o0, 32); v128.store(e, o1, 48);
    e += 64;
  }
}

// Exact peak of one lane near a sample: Newton on the derivative of the trigonometric polynomial.
function refine(lane: usize, keep: i32, sample: i32, outPeak: usize, outTmax: usize): void {
  const unit = 2.0 * Math.PI / <f64>(2 * n);
  let offset: f64 = 0;
  let value: f64 = 0;
  for (let step = 0; step < 5; step++) {
    const angle = unit * (<f64>sample + offset);
    const c1 = Math.cos(angle);
    const s1 = Math.sin(angle);
    let c: f64 = 1, s: f64 = 0, f: f64 = 0, d: f64 = 0, dd: f64 = 0;
    for (let k = 0; k <= highest; k++) {
      const q = load<i32>(at(pPlace, k));
      if (q >= 0 && q < keep) {
        const x = pX + (<usize>q << 6) + lane;
        const re = <f64>load<f32>(x);
        const im = <f64>load<f32>(x, 32);
        const w = unit * <f64>k;
        const even = re * c + im * s;
        f += even;
        d += w * (im * c - re * s);
        dd -= w * w * even;
      }
      const next = c * c1 - s * s1;
      s = s * c1 + c * s1;
      c = next;
    }
    value = f;
    if (step == 4 || !(dd < 0)) break;
    const move = d / dd;
    offset = Math.max(-1, Math.min(1, offset - move));
    if (Math.abs(move) < 1e-4 && step > 0) break;
  }
  store<f32>(outPeak, <f32>value);
  store<f32>(outTmax, <f32>(<f64>sample + offset));
}

function accept(side: usize, lane: i32, v: i32, j: i32, passed: i32, pFlow: usize, pPeak: usize, pTmax: usize, pIndex: usize, pLevel: usize): void {
  const column = side + (<usize>lane << 2);
  let e = pE + column;
  let best = load<f32>(e) + load<f32>(e, 32);
  let index = 0;
  for (let t = 1; t <= n; t++) {
    e += 64;
    const value = load<f32>(e) + load<f32>(e, 32);
    if (value > best) { best = value; index = t; }
  }
  for (let t = n - 1; t > 0; t--) {
    e -= 64;
    const value = load<f32>(e) - load<f32>(e, 32);
    if (value > best) { best = value; index = 2 * n - t; }
  }
  store<f32>(at(pFlow, v), best);
  store<i32>(at(pIndex, v), index);
  store<i32>(at(pLevel, v), passed ? j : -1 - j);
  refine(column, load<i32>(at(pKeep, j)), index, at(pPeak, v), at(pTmax, v));
}

function scan(side: usize, v: i32, pFlow: usize, pPeak: usize, pTmax: usize, pIndex: usize, pLevel: usize): void {
  const two = f32x4.splat(2);
  const samples: i32 = 2 * n;
  const bound = f32x4.splat(limit * (samples as f32));
  const floor = f32x4.splat(1e-12);
  let done = 0;
  for (let j = 0; j < levels; j++) {
    let e = pE + side;
    const keep = load<i32>(at(pKeep, j));
    const dropped = j > 0 ? load<i32>(at(pKeep, j - 1)) - keep : 0;
    let table = at(pSynthesis, keep + keep);
    const row = <usize>harmonics << 3;
    let f1 = f32x4.splat(0), f2 = f1, b1 = f1, b2 = f1, sum = f1, largest = f1;
    for (let t = 0; t <= n; t++) {
      let even = v128.load(e);
      let odd = v128.load(e, 32);
      if (dropped) {
        let x = pX + (<usize>keep << 6) + side;
        let p = table;
        for (let q = 0; q < dropped; q++) {
          even = f32x4.sub(even, f32x4.mul(v128.load32_splat(p), v128.load(x)));
          odd = f32x4.sub(odd, f32x4.mul(v128.load32_splat(p, 4), v128.load(x, 32)));
          p += 8; x += 64;
        }
        v128.store(e, even);
        v128.store(e, odd, 32);
        table += row;
      }
      const f = f32x4.add(even, odd);
      const b = f32x4.sub(even, odd);
      if (t == 0) largest = f;
      largest = f32x4.max(largest, f32x4.max(f, b));
      if (t > 1) {
        sum = f32x4.add(sum, f32x4.abs(f32x4.add(f32x4.sub(f, f32x4.mul(two, f1)), f2)));
        if (t > 2) sum = f32x4.add(sum, f32x4.abs(f32x4.add(f32x4.sub(b, f32x4.mul(two, b1)), b2)));
      }
      f2 = f1; f1 = f; b2 = b1; b1 = b;
      e += 64;
    }
    // the triple about sample n closes the two halves: k[n-1], k[n], k[n+1]
    sum = f32x4.add(sum, f32x4.abs(f32x4.add(f32x4.sub(f2, f32x4.mul(two, f1)), b2)));
    const passed = i32x4.bitmask(f32x4.lt(sum, f32x4.mul(bound, f32x4.max(largest, floor))));
    const last = j == levels - 1;
    const now = (last ? 15 : passed) & ~done;
    if (now)
      for (let lane = 0; lane < 4; lane++)
        if (now & (1 << lane)) accept(side, lane, v + lane, j, (passed >> lane) & 1, pFlow, pPeak, pTmax, pIndex, pLevel);
    done |= now;
    if (done == 15) return;
  }
}

// voxels must be a multiple of 8; curves are f32[n][stride / 4].
export function deconvolve(voxels: i32, curves: usize, stride: usize, pFlow: usize, pPeak: usize, pTmax: usize, pIndex: usize, pLevel: usize): void {
  for (let v = 0; v < voxels; v += 8) {
    analyse(curves + (<usize>v << 2), stride);
    synthesise();
    scan(0, v, pFlow, pPeak, pTmax, pIndex, pLevel);
    scan(16, v + 4, pFlow, pPeak, pTmax, pIndex, pLevel);
  }
}
