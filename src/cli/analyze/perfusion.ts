import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { WillisError } from "../../core/errors.ts";
import type { Vec3 } from "../../core/geometry.ts";
import type { Limitation } from "../../core/limitation.ts";
import { number } from "../../dicom/data-set.ts";
import { toTimeSeries } from "../../dicom/series-volume.ts";
import { nifti } from "../../imaging/nifti.ts";
import type { InputFunction } from "../../imaging/perfusion/input-function.ts";
import { perfusion } from "../../imaging/perfusion/perfusion.ts";
import type { PerfusionOptions, PerfusionResult } from "../../imaging/perfusion/result.ts";
import { nodeCodecs } from "../../server/codecs/node-codecs.ts";
import { perfusionMapFiles } from "../../server/jobs/kinds/perfusion-maps.ts";
import { type FoundFolder, type FoundSeries, findSeries, readSeries } from "../dicom-folder.ts";
import { UsageError } from "../verb.ts";
import type { AnalysisKind, Asked, Outcome } from "./kind.ts";

const HELP = `Computes CT perfusion (or DSC MR perfusion) from a folder of DICOM files. OUT gets the maps: cbf cbv mtt tmax ttp core
tmax6 as NIfTI (.nii, float32, on the source grid) and as DICOM Parametric Maps (OUT/dicom).

  DIR              a file or folder (subfolders too); what is no DICOM image is passed over
  --series UID     choose the series; without it the one with the most time points is taken
  --aif X,Y,Z      place of the arterial curve, LPS mm; without it it is chosen automatically
  --vof X,Y,Z      place of the venous curve, LPS mm
  --smoothing MM   Gaussian sigma in the plane; without it it follows the noise
  --no-motion      do not align the frames
  --plain          plain oSVD: leave flow and Tmax uncorrected for the resolution of the deconvolution
  --no-dicom       write no DICOM maps

Positions are LPS mm. Volumes are in mL.
`;

/** Least time points of a perfusion series; diffusion and multi-echo series have fewer. */
const LEAST_POINTS = 8;

export const perfusionKind: AnalysisKind = {
  inputs: ["DIR"],
  help: HELP,
  options: {
    series: { type: "string" },
    aif: { type: "string" },
    vof: { type: "string" },
    smoothing: { type: "string" },
    plain: { type: "boolean", default: false },
    "no-motion": { type: "boolean", default: false },
    "no-dicom": { type: "boolean", default: false },
  },
  run,
};

async function run({ paths, values, out, line, timed, took }: Asked): Promise<Outcome> {
  const folder = paths[0]!;
  const { series: uid, aif, vof, smoothing: words } = values as Record<string, string | undefined>;
  const smoothing = words === undefined ? undefined : Number(words);
  if (smoothing !== undefined && !(smoothing >= 0)) throw new UsageError(`--smoothing ${words} is not a length in mm.`);

  const found = await timed("headers", () =>
    findSeries(folder, (files) => {
      if (files % 50 === 1) line.step(`Reading headers: ${files} files`);
    }),
  );
  const series = choose(found, uid, folder);
  line.note(
    `Series ${series.uid}: ${series.description || "no description"}, ${series.points} time points, ${series.positions} slices.`,
  );
  const { first, time } = await timed("reading", async () => {
    const instances = readSeries(series);
    const codecs = await nodeCodecs();
    return {
      first: instances[0]!.dataSet,
      time: toTimeSeries(instances, { codecs, progress: (text, x) => line.step(text, 0.3 * x) }),
    };
  });
  const echo = number(first, "EchoTime");
  const options: PerfusionOptions = {
    modality: series.modality === "MR" ? "DSC" : "CT",
    ...(echo === undefined ? {} : { echoTime: echo / 1000 }),
    ...(aif === undefined ? {} : { arterialPosition: place("--aif", aif) }),
    ...(vof === undefined ? {} : { venousPosition: place("--vof", vof) }),
    ...(smoothing === undefined ? {} : { smoothing }),
    motion: !values["no-motion"],
    resolution: !values.plain,
    sources: [series.uid],
    now: () => performance.now(),
  };
  const result = await timed("perfusion", () => perfusion(time, options, (step, x) => line.step(step, 0.3 + 0.6 * x)));
  for (const [name, seconds] of Object.entries(result.steps)) took(name.replaceAll(" ", "_"), seconds);
  if (out !== undefined) {
    line.step("Writing maps", 0.95);
    await timed("writing", () => {
      writeMaps(out, result);
      if (values["no-dicom"]) return;
      mkdirSync(join(out, "dicom"), { recursive: true });
      for (const { name, bytes } of perfusionMapFiles(
        result,
        first,
        time.sources,
        `${series.uid} ${Date.now()}`,
        Date.now(),
      ))
        writeFileSync(join(out, "dicom", `${name}.dcm`), bytes);
    });
  }
  const problems = time.problems.map(({ code, message }) => ({ code, severity: "warning" as const, message }));
  const limitations: Limitation[] = [...problems, ...result.quality.filter((q) => q.severity !== "info")].map(
    ({ code, message }) => ({ code, message }),
  );
  return {
    report: reportOf(result, series, problems),
    limitations,
    words: (seconds) => forPeople(result, series, seconds),
  };
}

/** The named series, or the perfusion series with the most time points (CT before MR). */
function choose(found: FoundFolder, uid: string | undefined, folder: string): FoundSeries {
  const list = (all: readonly FoundSeries[]): string =>
    all
      .map(
        (s) => `  ${s.uid}  ${s.modality} ${s.description || "-"}: ${s.positions} positions, ${s.points} time points`,
      )
      .join("\n");
  if (found.series.length === 0)
    throw new WillisError(
      "cannot-compute",
      `No DICOM image was found under "${folder}" (${found.skipped} other files).`,
    );
  if (uid !== undefined) {
    const named = found.series.find((s) => s.uid === uid);
    if (named) return named;
    throw new UsageError(`There is no series ${uid} under "${folder}". There are:\n${list(found.series)}`);
  }
  const able = found.series.filter(
    (s) => s.points >= LEAST_POINTS && (s.modality === "CT" || (s.modality === "MR" && !s.diffusion)),
  );
  able.sort(
    (a, b) =>
      Number(b.modality === "CT") - Number(a.modality === "CT") || b.points - a.points || b.positions - a.positions,
  );
  const best = able[0];
  if (!best)
    throw new WillisError(
      "cannot-compute",
      `No series under "${folder}" has ${LEAST_POINTS} or more time points at the same place. There are:\n${list(found.series)}`,
    );
  return best;
}

function place(option: string, words: string): Vec3 {
  const xyz = words.split(",").map(Number);
  if (xyz.length !== 3 || !xyz.every(Number.isFinite))
    throw new UsageError(`${option} ${words} is not a place: give three LPS mm like -34,-10.5,20.`);
  return [xyz[0]!, xyz[1]!, xyz[2]!];
}

function curve(input: InputFunction | null): object | null {
  if (input === null) return null;
  const round = (x: number): number => Math.round(x * 1000) / 1000;
  return {
    times_s: input.times.map(round),
    values_hu: [...input.values].map(round),
    position_mm: input.position.map(round),
    chosen: input.chosen,
    voxels: input.voxels.length,
    peak_hu: round(input.measures.peak),
    peak_s: round(input.measures.peakTime),
    width_s: round(input.measures.width),
  };
}

interface Problem {
  readonly code: string;
  readonly severity: "warning";
  readonly message: string;
}

function reportOf(result: PerfusionResult, series: FoundSeries, problems: readonly Problem[]): Record<string, unknown> {
  const { thresholds: t } = result;
  return {
    volumes_ml: result.volumes,
    mismatch_ratio: result.mismatchRatio,
    mismatch_ratio_reason: result.mismatchRatioReason,
    hypoperfusion_intensity_ratio: result.hypoperfusionIntensityRatio,
    thresholds: {
      core: "CBF < 30 % of the mean CBF of normal tissue, inside Tmax > 6 s",
      reference: result.reference.definition,
      reference_cbf: result.reference.cbf,
      tmax_s: t.tmax.map(({ threshold, ml }) => ({ threshold, ml })),
      rcbf_percent: t.rcbf.map(({ threshold, ml }) => ({ threshold, ml })),
    },
    aif: curve(result.arterial),
    vof: curve(result.venous),
    partial_volume: result.partialVolume,
    quality: [...problems, ...result.quality],
    method: result.method,
    measurements: result.measurements,
    motion: result.motion.map((m) => ({ shift_mm: m.shift, turn_rad: m.turn, left_out: m.spoilt })),
    baseline_frames: result.baselineFrames,
    noise: result.noise,
    series: {
      uid: series.uid,
      study: series.study,
      modality: series.modality,
      description: series.description,
      time_points: series.points,
      positions: series.positions,
    },
    coordinates: "LPS mm",
  };
}

function writeMaps(out: string, result: PerfusionResult): void {
  const words = `${result.method.name} ${result.method.version}`;
  for (const [name, volume] of Object.entries(result.maps))
    writeFileSync(join(out, `${name}.nii`), nifti(volume, `${name} [${volume.unit}] ${words}`));
  for (const name of ["core", "tmax6"] as const)
    writeFileSync(join(out, `${name}.nii`), nifti(result.masks[name], `${name} mask ${words}`));
}

function forPeople(result: PerfusionResult, series: FoundSeries, seconds: number): string {
  const rows = result.measurements.map((m) => {
    const value =
      m.value === null
        ? `cannot be computed: ${m.reason}`
        : `${m.value.toFixed(m.unit === "1" ? 2 : 1)} ${m.unit === "1" ? "" : m.unit}`;
    const range = m.uncertainty
      ? `  (${m.uncertainty.low.toFixed(1)} to ${m.uncertainty.high.toFixed(1)}: ${m.uncertainty.basis})`
      : "";
    return `  ${m.label.padEnd(32)} ${value}${range}`;
  });
  const strip = (title: string, unit: string, list: readonly { threshold: number; ml: number }[]): string =>
    `  ${title}: ${list.map((x) => `${x.threshold}${unit} ${x.ml.toFixed(1)}`).join("   ")} mL`;
  return [
    `${series.description || series.uid}, ${series.points} time points, ${series.positions} slices, ${seconds.toFixed(1)} s`,
    ...rows,
    strip("Tmax over", " s", result.thresholds.tmax),
    strip("CBF under", " %", result.thresholds.rcbf),
    ...result.quality.map((q) => `  ${q.severity.padEnd(8)} ${q.message}`),
    `  ${result.method.name} ${result.method.version}.`,
  ].join("\n");
}
