// Subtraction of an angiographic run against NumPy on the same frames in the same run, and registration against NumPy's
// exhaustive search. CPU milliseconds a frame on one thread, best of three.
// Run: node bench/dsa.ts [--json] [--frames N] [--size N]
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { normal, uniform } from "../src/core/random.ts";
import { globalShift, registrationMask } from "../src/imaging/angiography/register.ts";
import { logFrame, logMask, subtractedPicture } from "../src/imaging/angiography/subtract.ts";

const { values } = parseArgs({
  options: { json: { type: "boolean" }, frames: { type: "string" }, size: { type: "string" } },
});
const size = Number(values.size ?? 1024);
const count = Number(values.frames ?? 20);
const repeat = 3;
const random = uniform(5);
const noise = normal(random);

/** A head with a skull, fine bone, a vessel tree that fills and a head that moves by up to 4 pixels. */
const moves = Array.from({ length: count }, (_, t) =>
  t < 4 ? ([0, 0] as const) : ([8 * (random() - 0.5), 8 * (random() - 0.5)] as const),
);
const scale = size / 1024;
const bone = (x: number, y: number): number =>
  0.6 * Math.exp(-(((Math.hypot(x - 512, y - 512) - 360) / 16) ** 2)) +
  0.25 * Math.sin(x / 31) * Math.sin(y / 43) +
  0.1 * Math.sin((x + 2 * y) / 17);
const frames = moves.map(([mx, my], t) => {
  const filling = t < 4 ? 0 : 0.6 * Math.exp(-(((t - 9) / 5) ** 2));
  return Uint16Array.from({ length: size * size }, (_, p) => {
    const [x, y] = [(p % size) / scale, Math.floor(p / size) / scale];
    const vessel = Math.abs(x - 500 - 40 * Math.sin(y / 60)) < 5 || Math.abs(y - 600 - 30 * Math.sin(x / 50)) < 4;
    const ln = Math.log(2400) - bone(x - mx / scale, y - my / scale) - (vessel ? filling : 0);
    return Math.round(Math.exp(ln + 0.02 * noise()));
  });
});

/** CPU milliseconds a frame, best of `repeat`. */
function timed(work: () => void, per: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let k = 0; k < repeat; k++) {
    const start = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, (user + system) / 1000 / per);
  }
  return best;
}

const run = { frames, rows: size, columns: size, times: [], bitsStored: 12, relationship: "LIN" as const };
const mask = logMask(run, [0, 1, 2, 3]);
let pictures: Int16Array[] = [];
const subtraction = timed(() => {
  pictures = frames.map((frame) => subtractedPicture(mask, mask.values, frame, 0));
}, count);
const live = moves.map((_, t) => t).slice(4);
let errors: number[] = [];
const registration = timed(() => {
  const prepared = registrationMask(mask.values, size, size);
  errors = live.map((t) => {
    const { x, y } = globalShift(prepared, logFrame(frames[t]!, mask.table));
    return Math.hypot(x - moves[t]![0], y - moves[t]![1]);
  });
}, live.length);

interface Peer {
  readonly numpy: string;
  readonly subtract_ms: number;
  readonly register_ms: number;
  readonly register_error_px: number;
  readonly sums: readonly number[];
}
let peer: Peer | null = null;
const folder = mkdtempSync(join(tmpdir(), "willis-bench-"));
try {
  const python = ["/usr/bin/python3", "python3"].find(
    (name) => spawnSync(name, ["-c", "import numpy"], { stdio: "ignore" }).status === 0,
  );
  if (python) {
    const all = new Uint16Array(count * size * size);
    frames.forEach((frame, t) => {
      all.set(frame, t * size * size);
    });
    writeFileSync(join(folder, "frames.u16"), all);
    writeFileSync(join(folder, "run.json"), JSON.stringify({ count, size, repeat, moves, masks: [0, 1, 2, 3] }));
    const { OPENBLAS_CORETYPE: _a, OPENBLAS_L2_SIZE: _b, ...env } = process.env;
    const threads = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
    const script = fileURLToPath(new URL("./peer_dsa.py", import.meta.url));
    const child = spawnSync(python, [script, folder], { encoding: "utf8", env: { ...env, ...threads } });
    if (child.status !== 0) throw new Error(`The peer failed: ${child.stderr}`);
    peer = JSON.parse(child.stdout) as Peer;
  }
} finally {
  rmSync(folder, { recursive: true });
}

const worst = Math.max(...errors);
const ratio = (ours: number, theirs: number | undefined) => (theirs === undefined ? null : ours / theirs);
const rows = [
  { what: "Willis log subtraction, TypeScript", ms: subtraction, ratio: null },
  ...(peer
    ? [
        {
          what: `NumPy ${peer.numpy} log subtraction`,
          ms: peer.subtract_ms,
          ratio: ratio(subtraction, peer.subtract_ms),
        },
      ]
    : []),
  { what: "Willis registration, TypeScript", ms: registration, ratio: null },
  ...(peer
    ? [
        {
          what: `NumPy ${peer.numpy} histogram-energy pyramid`,
          ms: peer.register_ms,
          ratio: ratio(registration, peer.register_ms),
        },
      ]
    : []),
];
const remark = peer
  ? `largest error of the shift: ours ${worst.toFixed(3)} px, NumPy ${peer.register_error_px.toFixed(3)} px; ` +
    `mean picture differs by at most ${difference(peer.sums).toFixed(2)} of 1000ths`
  : "NumPy is absent (apt install python3-numpy), so there is no peer to compare with.";

/** Mean of each picture against the peer's, thousandths of ln. */
function difference(sums: readonly number[]): number {
  return Math.max(
    ...pictures.map((picture, t) => {
      let sum = 0;
      for (const value of picture) sum += value;
      return Math.abs(sum / picture.length - sums[t]!);
    }),
  );
}

if (values.json) console.log(JSON.stringify({ bench: "dsa", frames: count, size, rows, error_px: worst, remark }));
else {
  console.log(`${count} frames of ${size} x ${size}, one thread, best of ${repeat}`);
  console.log("what                                       CPU ms/frame   ours / this");
  for (const { what, ms, ratio: share } of rows)
    console.log(`${what.padEnd(42)} ${ms.toFixed(1).padStart(12)}   ${share === null ? "" : share.toFixed(2)}`);
  console.log(remark);
  console.log(
    `the whole run registered and subtracted: ${((count * (registration + subtraction)) / 1000).toFixed(2)} s`,
  );
}
process.exitCode = worst < 0.1 ? 0 : 1;
