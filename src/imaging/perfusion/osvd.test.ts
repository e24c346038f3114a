import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { normal, uniform } from "../../core/random.ts";
import { harmonicPlan, OSVD_LEVELS, resolutionLimit } from "./harmonic-plan.ts";
import { KAPPA, RHO } from "./maps.ts";
import { osvd } from "./osvd.ts";
import { osvdSimd } from "./osvd-simd.ts";
import { correctResolution, resolutionTable } from "./resolution.ts";

const gamma = (t: number, t0: number, a: number, b: number, peak: number): number => {
  const s = Math.max(0, t - t0);
  return peak * (s / (a * b)) ** a * Math.exp(a - s / b);
};
const series = (n: number, dt: number, of: (t: number) => number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => of(i * dt));

type Shape = "exp" | "box" | "lin";
const residue = (shape: Shape, t: number, mtt: number): number => {
  if (t < 0) return 0;
  if (shape === "exp") return Math.exp(-t / mtt);
  return shape === "box" ? (t < mtt ? 1 : 0) : Math.max(0, 1 - t / (2 * mtt));
};

/** The grid of Kudo 2013 (10.1148/radiol.12112618): 5 volumes x 7 transit times x 7 delays for one residue. */
function kudo(shape: Shape): { n: number; dt: number; aif: Float64Array; curves: Float32Array; truth: number[][] } {
  const n = 60;
  const dt = 1;
  const h = 0.05;
  const aif = series(n, dt, (t) => gamma(t, 10, 3, 1.5, 389));
  const fine = series(Math.round(n / h), h, (t) => gamma(t, 10, 3, 1.5, 389));
  const truth: number[][] = [];
  for (const cbv of [1, 2, 3, 4, 5])
    for (const mtt of [24, 12, 8, 6, 4.8, 4, 3.43])
      for (const delay of [0, 0.5, 1, 1.5, 2, 2.5, 3]) truth.push([cbv, mtt, delay]);
  const memo = new Map<number, Float64Array>();
  const convolved = (mtt: number): Float64Array => {
    let c = memo.get(mtt);
    if (!c) {
      const r = series(fine.length, h, (t) => residue(shape, t + h / 2, mtt));
      c = new Float64Array(fine.length);
      for (let i = 200; i < 400; i++)
        if (fine[i] > 0) for (let j = 0; i + j < c.length; j++) c[i + j] += fine[i] * r[j] * h;
      for (let i = 400; i < fine.length; i++)
        if (fine[i] > 1e-3) for (let j = 0; i + j < c.length; j++) c[i + j] += fine[i] * r[j] * h;
      memo.set(mtt, c);
    }
    return c;
  };
  const curves = new Float32Array(n * truth.length);
  truth.forEach(([cbv, mtt, delay], v) => {
    const c = convolved(mtt);
    const flow = ((cbv / 100) * RHO) / KAPPA / mtt;
    for (let t = 0; t < n; t++) curves[t * truth.length + v] = flow * (c[Math.round((t * dt - delay) / h)] ?? 0);
  });
  return { n, dt, aif, curves, truth };
}

const correlation = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  const n = a.length;
  const mean = (x: ArrayLike<number>): number => Array.from(x).reduce((s, y) => s + y, 0) / n;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    ab += (a[i] - ma) * (b[i] - mb);
    aa += (a[i] - ma) ** 2;
    bb += (b[i] - mb) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
};
const slope = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let [ab, bb] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += a[i] * b[i];
    bb += b[i] * b[i];
  }
  return ab / bb;
};

for (const n of [45, 44, 60])
  test(`the SIMD kernel equals the reference on ${n} noisy frames: same level, flow within 3e-5, same Tmax`, () => {
    const noise = normal(uniform(n));
    const dt = 1.5;
    const aif = series(n, dt, (t) => gamma(t, 9, 3, 2, 300));
    const plan = harmonicPlan(aif, dt);
    const voxels = 2003;
    const curves = new Float32Array(n * voxels);
    for (let v = 0; v < voxels; v++)
      for (let t = 0; t < n; t++)
        curves[t * voxels + v] = gamma(t * dt, 9 + (v % 9), 3, 2.4 + (v % 5) / 2, 12) + noise() * (1 + (v % 4));
    const a = osvd(curves, voxels, plan);
    const b = osvdSimd(curves, voxels, plan);
    assert.deepEqual(b.level, a.level);
    assert.deepEqual(b.index, a.index);
    assert.deepEqual(b.unresolved, a.unresolved);
    for (let v = 0; v < voxels; v++) {
      assert.ok(Math.abs(b.flow[v] - a.flow[v]) <= 3e-5 * a.flow[v]);
      assert.ok(Math.abs(b.peak[v] - a.peak[v]) <= 3e-5 * a.peak[v]);
      assert.ok(Math.abs(b.tmax[v] - a.tmax[v]) < 1e-3);
    }
    assert.ok(new Set(a.level).size >= 6, "several levels are exercised");
  });

for (const [shape, least, most] of [
  ["exp", 0.7, 0.78],
  ["lin", 0.82, 0.9],
  ["box", 1.05, 1.17],
] as const)
  test(`on the Kudo grid with ${shape} residues r(CBF) >= .98, r(CBV) >= .98, r(MTT) >= .99, CBF slope ${least}-${most}`, () => {
    const { n, dt, aif, curves, truth } = kudo(shape);
    const plan = harmonicPlan(aif, dt);
    const out = osvd(curves, truth.length, plan);
    const area = aif.reduce((a, b) => a + b, 0);
    const cbf = Array.from(out.flow, (k) => (KAPPA / RHO) * 6000 * k);
    const cbv = truth.map((_, v) => {
      let sum = 0;
      for (let t = 0; t < n; t++) sum += curves[t * truth.length + v];
      return (100 * (KAPPA / RHO) * sum) / area;
    });
    const trueCbf = truth.map(([v, m]) => (60 * v) / m);
    assert.ok(correlation(cbf, trueCbf) >= 0.98, `r(CBF) ${correlation(cbf, trueCbf)}`);
    const volumes = truth.map((x) => x[0]);
    assert.ok(correlation(cbv, volumes) >= 0.98, `r(CBV) ${correlation(cbv, volumes)}`);
    assert.ok(
      correlation(
        cbv.map((v, i) => (60 * v) / cbf[i]),
        truth.map((x) => x[1]),
      ) >= 0.99,
    );
    const s = slope(cbf, trueCbf);
    assert.ok(s >= least && s <= most, `slope ${s}`);
    const mean = (delay: number): number => {
      const picked = cbf.filter((_, v) => truth[v][2] === delay);
      return picked.reduce((a, b) => a + b, 0) / picked.length;
    };
    assert.ok(Math.abs(mean(3) / mean(0) - 1) <= 0.0015, "3 s of delay change CBF by at most 0.15 %");
  });

test("with one fixed threshold (bSVD) Tmax follows shifts of -5 to +5 s one to one", () => {
  const n = 60;
  const aif = series(n, 1, (t) => gamma(t, 15, 3, 1.5, 300));
  const plan = harmonicPlan(aif, 1, [0.1]);
  const shifts = Array.from({ length: 41 }, (_, i) => -5 + i / 4);
  const curves = new Float32Array(n * shifts.length);
  shifts.forEach((s, v) => {
    for (let t = 0; t < n; t++) curves[t * shifts.length + v] = gamma(t - s, 15, 3, 2.5, 10);
  });
  const { tmax } = osvd(curves, shifts.length, plan);
  const zero = tmax[20];
  shifts.forEach((s, v) => {
    assert.ok(Math.abs(tmax[v] - zero - s) < 0.1, `shift ${s}: ${tmax[v] - zero}`);
  });
});

test("flow and Tmax corrected for resolution give an exponential residue back within 6 % and 0.15 s (0.3 s at 24 s of transit)", () => {
  const { dt, aif, curves, truth } = kudo("exp");
  const plan = harmonicPlan(aif, dt);
  const out = osvd(curves, truth.length, plan);
  const area = aif.reduce((a, b) => a + b, 0);
  const volume = Float32Array.from(truth, (_, v) => {
    let sum = 0;
    for (let t = 0; t < 60; t++) sum += curves[t * truth.length + v];
    return sum / area;
  });
  const fixed = correctResolution(out, volume, plan, resolutionTable(aif, plan));
  truth.forEach(([cbv, mtt, delay], v) => {
    const cbf = (KAPPA / RHO) * 6000 * fixed.peak[v];
    assert.ok(Math.abs(cbf / ((60 * cbv) / mtt) - 1) < 0.06, `CBV ${cbv} MTT ${mtt} delay ${delay}: ${cbf}`);
    assert.ok(Math.abs(fixed.tmax[v] - delay) < (mtt > 12 ? 0.3 : 0.15), `delay ${delay} MTT ${mtt}: ${fixed.tmax[v]}`);
  });
});

test("levels that keep the same harmonics are named once, and the resolution limit is that of the highest harmonic", () => {
  const aif = series(45, 1.5, (t) => gamma(t, 9, 3, 2, 300));
  const plan = harmonicPlan(aif, 1.5);
  assert.equal(OSVD_LEVELS.length, 19);
  assert.deepEqual([...plan.keep], [19, 15, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
  assert.ok(Math.abs(resolutionLimit(plan) - (90 * 1.5) / (2 * 18)) < 1e-9);
});

test("an arterial curve of zeros or of three samples is refused with a reason", () => {
  assert.throws(() => harmonicPlan(new Float64Array(40), 1), /zero or not finite/);
  assert.throws(() => harmonicPlan([1, 2, 3], 1), /too short/);
});

const table = fileURLToPath(
  new URL("../../../../shared/data/PERFUSION/DCE-DSC-MRI_CodeCollection/dsc_data.csv", import.meta.url),
);

test("the OSIPI DSC table gives r .991, slope .81, RMSE 7.0 for CBF and +10 % for CBV", (t) => {
  if (!existsSync(table)) return t.skip("the OSIPI table is not on this machine");
  const text = readFileSync(table, "utf8");
  const rows = [
    ...text.matchAll(/^(test_[^,]*),((?:[^,"]|"[^"]*")*),((?:[^,"]|"[^"]*")*),([^,]*),([^,]*),([^,\n]*)$/gm),
  ];
  assert.equal(rows.length, 14);
  const list = (s: string): Float64Array => Float64Array.from(s.replaceAll('"', "").trim().split(/\s+/), Number);
  const cbf: number[] = [];
  const trueCbf: number[] = [];
  const ratio: number[] = [];
  for (const [, , tissue, artery, cbv, flow, tr] of rows) {
    const [c, a] = [list(tissue), list(artery)];
    const out = osvd(Float32Array.from(c), 1, harmonicPlan(a, Number(tr)));
    cbf.push(6000 * out.flow[0]);
    trueCbf.push(Number(flow));
    const sum = (x: Float64Array): number => x.reduce((p, q) => p + q, 0);
    ratio.push((100 * sum(c)) / sum(a) / Number(cbv));
  }
  const rmse = Math.sqrt(cbf.reduce((s, x, i) => s + (x - trueCbf[i]) ** 2, 0) / cbf.length);
  assert.ok(Math.abs(correlation(cbf, trueCbf) - 0.991) < 0.001, `r ${correlation(cbf, trueCbf)}`);
  assert.ok(Math.abs(slope(cbf, trueCbf) - 0.81) < 0.006, `slope ${slope(cbf, trueCbf)}`);
  assert.ok(Math.abs(rmse - 7.0) < 0.06, `RMSE ${rmse}`);
  assert.ok(Math.abs(ratio.reduce((a, b) => a + b, 0) / 14 - 1.1) < 0.01);
});
