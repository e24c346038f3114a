// Perfusion deconvolution (SIMD oSVD) against a dense NumPy oSVD on the same curves in the same run.
// CPU seconds of one thread, best of three. Run: node bench/perfusion.ts [--json] [--voxels N]
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { normal, uniform } from "../src/core/random.ts";
import { harmonicPlan } from "../src/imaging/perfusion/harmonic-plan.ts";
import { osvdSimd } from "../src/imaging/perfusion/osvd-simd.ts";

const LIMIT = 0.5;
const { values } = parseArgs({ options: { json: { type: "boolean" }, voxels: { type: "string" } } });
const n = 45;
const dt = 1.5;
const repeat = 3;
const voxels = Number(values.voxels ?? 411792);

const gamma = (t: number, t0: number, a: number, b: number, peak: number): number => {
  const s = Math.max(0, t - t0);
  return peak * (s / (a * b)) ** a * Math.exp(a - s / b);
};
const aif = Float64Array.from({ length: n }, (_, i) => gamma(i * dt, 9, 3, 2, 300));

/** Tissue curves with exponential residues: 5 transit times x 5 delays x 2 blood volumes, as in a stroke. */
function library(): Float64Array[] {
  const curves: Float64Array[] = [];
  const h = 0.05;
  for (const mtt of [4, 5, 8, 12, 18])
    for (const delay of [0, 1, 2, 4, 7])
      for (const cbv of [2, 4]) {
        const curve = new Float64Array(n);
        let tissue = 0;
        let next = 0;
        for (let s = 0; next < n; s++) {
          if (s * h >= next * dt - 1e-9) curve[next++] = tissue;
          tissue += h * ((cbv / 100) * (1.05 / 0.73) * (gamma(s * h - delay, 9, 3, 2, 300) / mtt) - tissue / mtt);
        }
        curves.push(curve);
      }
  return curves;
}

const kinds = library();
const random = uniform(1);
const noise = normal(random);
const curves = new Float32Array(n * voxels);
for (let v = 0; v < voxels; v++) {
  const kind = kinds[Math.floor(random() * kinds.length)]!;
  for (let t = 0; t < n; t++) curves[t * voxels + v] = kind[t]! + 4 * noise();
}

let ours = Number.POSITIVE_INFINITY;
let result = osvdSimd(curves, 8, harmonicPlan(aif, dt));
for (let i = 0; i < repeat; i++) {
  const start = process.cpuUsage();
  result = osvdSimd(curves, voxels, harmonicPlan(aif, dt));
  const used = process.cpuUsage(start);
  ours = Math.min(ours, (used.user + used.system) / 1e6);
}

const rows: Record<string, unknown>[] = [{ what: "Willis oSVD, WebAssembly SIMD", cpu_s: ours, ratio: null }];
let pass: boolean | null = null;
let remark = "";
const folder = mkdtempSync(join(tmpdir(), "willis-bench-"));
try {
  const python = ["/usr/bin/python3", "python3"].find((name) => {
    const probe = spawnSync(name, ["-c", "import numpy"], { stdio: "ignore" });
    return probe.status === 0;
  });
  if (!python) remark = "NumPy is absent (apt install python3-numpy), so there is no peer to compare with.";
  else {
    const byVoxel = new Float32Array(n * voxels);
    for (let t = 0; t < n; t++) for (let v = 0; v < voxels; v++) byVoxel[v * n + t] = curves[t * voxels + v]!;
    writeFileSync(join(folder, "case.json"), JSON.stringify({ n, voxels, dt, repeat }));
    writeFileSync(join(folder, "curves.f32"), byVoxel);
    writeFileSync(join(folder, "aif.f64"), aif);
    // settings that force OpenBLAS onto an old processor's kernels would slow the peer: leave them out
    const { OPENBLAS_CORETYPE: _a, OPENBLAS_L2_SIZE: _b, ...env } = process.env;
    const threads = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
    const script = fileURLToPath(new URL("./peer_osvd.py", import.meta.url));
    const run = spawnSync(python, [script, folder], { encoding: "utf8", env: { ...env, ...threads } });
    if (run.status !== 0) throw new Error(`The peer failed: ${run.stderr}`);
    const peer = JSON.parse(run.stdout) as { cpu_s: number; numpy: string };
    rows.push({ what: `dense NumPy ${peer.numpy} oSVD`, cpu_s: peer.cpu_s, ratio: ours / peer.cpu_s });
    pass = ours / peer.cpu_s <= LIMIT;
    remark = agreement(folder);
  }
} finally {
  if (existsSync(folder)) rmSync(folder, { recursive: true });
}

function agreement(at: string): string {
  const read = (name: string) => readFileSync(join(at, name)).buffer as ArrayBuffer;
  const flow = new Float32Array(read("flow.f32"));
  const index = new Int32Array(read("index.i32"));
  const level = new Int32Array(read("level.i32"));
  let same = 0;
  let sameIndex = 0;
  let worst = 0;
  for (let v = 0; v < voxels; v++) {
    if (level[v] !== result.level[v]) continue;
    same++;
    if (index[v] === result.index[v]) sameIndex++;
    worst = Math.max(worst, Math.abs(flow[v]! - result.flow[v]!) / flow[v]!);
  }
  const share = (x: number) => ((100 * x) / voxels).toFixed(3);
  return `same level ${share(same)} %, same Tmax ${share(sameIndex)} %, largest relative CBF difference ${worst.toExponential(1)}`;
}

if (values.json)
  console.log(JSON.stringify({ bench: "perfusion", voxels, frames: n, rows, limit: LIMIT, pass, remark }));
else {
  console.log(`oSVD of ${voxels} voxels x ${n} frames, one thread, best of ${repeat}`);
  console.log("what                                 CPU s   ours / this");
  for (const { what, cpu_s, ratio } of rows)
    console.log(
      `${String(what).padEnd(36)} ${Number(cpu_s).toFixed(3)}   ${ratio === null ? "" : Number(ratio).toFixed(2)}`,
    );
  console.log(remark);
  if (pass !== null) console.log(pass ? `at most ${LIMIT}: yes` : `at most ${LIMIT}: NO`);
}
process.exitCode = pass === false ? 1 : 0;
