// Motion correction of an angiographic run against elastix (B-spline, 64 px grid, 2-D) on the same frame in the same run:
// what is left over the noise, what is left of the vessels, and CPU time on one thread. A head of 1024 x 1024 with
// 1.5 px of shift and 2.5 px of sine warp, vessels and blush in the live frames, quantum noise.
// Run: node bench/angiography.ts [--json]
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { normal, uniform } from "../src/core/random.ts";
import { localMask, localMotion } from "../src/imaging/angiography/local-register.ts";
import { referenceKernel } from "../src/imaging/angiography/motion-kernel.ts";
import { motionKernel } from "../src/imaging/angiography/motion-simd.ts";
import { logFrame, logMask, subtractedPicture } from "../src/imaging/angiography/subtract.ts";

const { values } = parseArgs({ options: { json: { type: "boolean" } } });
const SIZE = 1024;
const FRAMES = 20;
const MASKS = 4;
const noise = normal(uniform(7));
const LIMIT = { residual: 1.15, loss: 0.03, seconds: 2 };

const bone = (x: number, y: number): number =>
  0.6 * Math.exp(-(((Math.hypot(x - 512, y - 512) - 360) / 14) ** 2)) +
  0.25 * Math.sin(x / 29) * Math.sin(y / 37) +
  0.1 * Math.sin((x + 2 * y) / 11) +
  0.15 * Math.tanh(4 * Math.sin(x / 53 + y / 91));
const way = (x: number, y: number): readonly [number, number] => [
  1.5 + 2.5 * Math.sin((2 * Math.PI * y) / 340),
  -1.5 + 2.5 * Math.cos((2 * Math.PI * x) / 340),
];
const tube = (d: number, r: number, density: number): number => (d < r ? density * Math.sqrt(1 - (d / r) ** 2) : 0);
const vessel = Float32Array.from({ length: SIZE * SIZE }, (_, p) => {
  const [x, y] = [p % SIZE, Math.floor(p / SIZE)];
  return (
    tube(Math.abs(x - 500 - 60 * Math.sin(y / 80)), 7, 0.9) +
    tube(Math.abs(y - 600 - 30 * Math.sin(x / 50)), 2.2, 0.25) +
    tube(Math.abs(y - 300 - 0.4 * x) / 1.08, 15, 1.2) +
    0.08 * Math.exp(-(((x - 700) ** 2 + (y - 500) ** 2) / 150 ** 2))
  );
});

function frame(moved: boolean, contrast: boolean): Uint16Array {
  return Uint16Array.from({ length: SIZE * SIZE }, (_, p) => {
    const [x, y] = [p % SIZE, Math.floor(p / SIZE)];
    const [a, b] = moved ? way(x, y) : [0, 0];
    const mean = 2400 * Math.exp(-bone(x - a, y - b) - (contrast ? vessel[p]! : 0));
    return Math.max(0, Math.min(4095, Math.round(mean + Math.sqrt(0.6 * mean) * noise())));
  });
}

const masks = Array.from({ length: MASKS }, () => frame(false, false));
const still = frame(false, true);
const live = [frame(true, true), frame(true, true)];
const run = { frames: masks, rows: SIZE, columns: SIZE, times: [], bitsStored: 12, relationship: "LIN" as const };
const mask = logMask(
  run,
  masks.map((_, k) => k),
);

interface Judged {
  /** Root mean square of what is left once the vessels are taken off, ln units; share of the vessels' contrast. */
  readonly rms: number;
  readonly share: number;
}

function judge(moved: Float32Array, of: Float32Array): Judged {
  let [n, sum, seen, all] = [0, 0, 0, 0];
  for (let y = 80; y < SIZE - 80; y++)
    for (let x = 80; x < SIZE - 80; x++) {
      const p = y * SIZE + x;
      const d = moved[p]! - of[p]!;
      sum += (d - vessel[p]!) ** 2;
      n++;
      if (vessel[p]! > 0.1) {
        seen += d * vessel[p]!;
        all += vessel[p]! ** 2;
      }
    }
  return { rms: Math.sqrt(sum / n), share: seen / all };
}

const logLive = live.map((one) => logFrame(one, mask.table));
const floor = judge(mask.values, logFrame(still, mask.table));
const before = judge(mask.values, logLive[0]!);

/** The whole of a frame: logarithm, pyramid, movement, warp, residual, subtraction. CPU ms, the least of all rounds. */
function ours(kernel = motionKernel(SIZE, SIZE), rounds = 12): { judged: Judged; ms: number; preparation: number } {
  const cpu = (work: () => void): number => {
    const start = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  };
  let prepared = localMask(mask.values, SIZE, SIZE, undefined, kernel);
  const preparation = cpu(() => {
    prepared = localMask(
      mask.values,
      SIZE,
      SIZE,
      undefined,
      kernel === referenceKernel ? kernel : motionKernel(SIZE, SIZE),
    );
  });
  let ms = Number.POSITIVE_INFINITY;
  for (let k = 0; k < rounds; k++)
    ms = Math.min(
      ms,
      cpu(() => {
        localMotion(prepared, live[k % 2]!, mask.table);
        subtractedPicture(mask, prepared.moved, live[k % 2]!, 0);
      }),
    );
  localMotion(prepared, live[0]!, mask.table);
  return { judged: judge(prepared.moved, logLive[0]!), ms, preparation };
}

const PARAMETERS = `(FixedInternalImagePixelType "float")
(MovingInternalImagePixelType "float")
(FixedImageDimension 2)
(MovingImageDimension 2)
(Registration "MultiResolutionRegistration")
(Interpolator "BSplineInterpolator")
(ResampleInterpolator "FinalBSplineInterpolator")
(Resampler "DefaultResampler")
(FixedImagePyramid "FixedRecursiveImagePyramid")
(MovingImagePyramid "MovingRecursiveImagePyramid")
(Optimizer "AdaptiveStochasticGradientDescent")
(Transform "BSplineTransform")
(Metric "AdvancedMattesMutualInformation")
(FinalGridSpacingInPhysicalUnits 64)
(HowToCombineTransforms "Compose")
(NumberOfResolutions 3)
(MaximumNumberOfIterations 250)
(NumberOfSpatialSamples 2048)
(NewSamplesEveryIteration "true")
(ImageSampler "RandomCoordinate")
(RandomSeed 5)
(FinalBSplineInterpolationOrder 1)
(WriteResultImage "true")
(ResultImagePixelType "float")
(ResultImageFormat "mhd")
`;

/** elastix with one thread on the logarithms; null when it is not installed. */
function elastix(): { judged: Judged; ms: number } | null {
  if (spawnSync("elastix", ["--version"], { stdio: "ignore" }).status !== 0) return null;
  const folder = mkdtempSync(join(tmpdir(), "willis-bench-"));
  try {
    const write = (name: string, image: Float32Array): string => {
      writeFileSync(join(folder, `${name}.raw`), image);
      const head = `ObjectType = Image\nNDims = 2\nDimSize = ${SIZE} ${SIZE}\nElementType = MET_FLOAT\nElementSpacing = 1 1\nElementByteOrderMSB = False\nElementDataFile = ${name}.raw\n`;
      writeFileSync(join(folder, `${name}.mhd`), head);
      return join(folder, `${name}.mhd`);
    };
    writeFileSync(join(folder, "p.txt"), PARAMETERS);
    const words = ["-f", write("live", logLive[0]!), "-m", write("mask", mask.values), "-p", join(folder, "p.txt")];
    const child = spawnSync(
      "bash",
      ["-c", 'time -p elastix "$@" > /dev/null', "-", ...words, "-out", folder, "-threads", "1"],
      {
        encoding: "utf8",
      },
    );
    if (child.status !== 0) throw new Error(`elastix failed: ${child.stderr}`);
    const seconds = (name: string): number => Number(new RegExp(`${name} ([\\d.]+)`).exec(child.stderr)?.[1]);
    const bytes = readFileSync(join(folder, "result.0.raw"));
    const moved = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    return { judged: judge(moved, logLive[0]!), ms: 1000 * (seconds("user") + seconds("sys")) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const simd = ours();
const reference = ours(referenceKernel, 4);
const peer = elastix();
const over = ({ rms }: Judged): number => rms / floor.rms;
const total = (simd.preparation + FRAMES * simd.ms) / 1000;
const rows = [
  { what: "not corrected", residual: over(before), contrast: before.share, ms: 0 },
  { what: "Willis, SIMD", residual: over(simd.judged), contrast: simd.judged.share, ms: simd.ms },
  { what: "Willis, TypeScript", residual: over(reference.judged), contrast: reference.judged.share, ms: reference.ms },
  ...(peer
    ? [{ what: "elastix B-spline 64 px", residual: over(peer.judged), contrast: peer.judged.share, ms: peer.ms }]
    : []),
];
const ratio = peer && { residual: over(simd.judged) / over(peer.judged), cpu: simd.ms / peer.ms };
const holds =
  over(simd.judged) <= LIMIT.residual && Math.abs(1 - simd.judged.share) < LIMIT.loss && total <= LIMIT.seconds;
if (values.json)
  console.log(JSON.stringify({ bench: "angiography", size: SIZE, frames: FRAMES, rows, ratio, run_s: total, holds }));
else {
  console.log(`one frame of ${SIZE} x ${SIZE}, one thread, 1.5 px shift + 2.5 px warp; residual over the noise floor`);
  console.log("what                        residual   vessel contrast   CPU ms");
  for (const { what, residual, contrast, ms } of rows)
    console.log(
      `${what.padEnd(26)} ${residual.toFixed(3).padStart(9)} ${`${(100 * contrast).toFixed(2)} %`.padStart(17)} ${ms.toFixed(0).padStart(8)}`,
    );
  if (ratio) console.log(`ours / elastix: residual ${ratio.residual.toFixed(2)}, CPU ${ratio.cpu.toFixed(3)}`);
  else console.log("elastix is absent (apt install elastix), so there is no peer to compare with.");
  console.log(`a run of ${FRAMES} frames moved and subtracted: ${total.toFixed(2)} s CPU (limit ${LIMIT.seconds} s)`);
}
process.exitCode = holds ? 0 : 1;
