import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { WillisError } from "../../core/errors.ts";
import type { Volume } from "../../core/volume.ts";
import { numbers, text } from "../../dicom/data-set.ts";
import { type Instance, instanceOf } from "../../dicom/instance.ts";
import { nifti } from "../../imaging/nifti.ts";
import { nodeCodecs } from "../../server/codecs/node-codecs.ts";
import { analyseRun, DSA_MAPS, DSA_METHOD, type DsaResult, dsaFiles } from "../../server/jobs/kinds/dsa-run.ts";
import { UsageError } from "../verb.ts";
import type { AnalysisKind, Asked, Outcome } from "./kind.ts";

const HELP = `Subtracts an angiographic run (XA or RF, one file) in the log domain, moves the mask onto each frame, finds the phases and
maps times and densities. OUT gets subtracted.nii (columns x rows x frames, ln units, contrast positive), the maps
ttp arrival mtt fwhm (s), peak (ln units) and auc (ln units x s) as NIfTI float32 (NaN where contrast is not above 6
standard deviations of the noise), and the run and its maps as DICOM (OUT/dicom).

  FILE             one DICOM file
  --mask auto|N,M  mask frames (their mean), counted from 1; auto: found before contrast. Without it: what the file
                   states (Mask Subtraction Sequence), else auto
  --no-motion      do not move the mask
  --no-dicom       write no DICOM files

In the JSON frames count from 1. shifts_px is how far the mask is moved onto each frame: mean over the anatomy, to
the right and down. residual_to_noise is what is left at the edges of the anatomy over its noise (1: noise alone), the middle
of all frames outside the mask.
`;

export const dsaKind: AnalysisKind = {
  inputs: ["FILE"],
  help: HELP,
  options: {
    mask: { type: "string" },
    "no-motion": { type: "boolean", default: false },
    "no-dicom": { type: "boolean", default: false },
  },
  run,
};

async function run({ paths, values, out, line, timed, took }: Asked): Promise<Outcome> {
  const file = paths[0]!;
  const mask = maskOf(values.mask as string | undefined);
  const instance = await timed("opening", () => open(file));
  const result = analyseRun(
    instance,
    { ...(mask === undefined ? {} : { mask }), motion: !values["no-motion"] },
    { codecs: await nodeCodecs(), told: (step, x) => line.step(step, 0.9 * x), now: () => performance.now() },
  );
  for (const [name, seconds] of Object.entries(result.steps)) took(name, seconds);
  if (out !== undefined) {
    line.step("Writing", 0.92);
    await timed("writing", () => write(out, instance, result, Boolean(values["no-dicom"])));
  }
  return {
    report: reportOf(instance, result),
    limitations: result.limitations,
    words: (seconds) => forPeople(instance, result, seconds),
  };
}

function maskOf(words: string | undefined): "auto" | readonly number[] | undefined {
  if (words === undefined || words === "auto") return words;
  const frames = words.split(",").map(Number);
  if (frames.length === 0 || !frames.every((frame) => Number.isInteger(frame) && frame >= 1))
    throw new UsageError(`--mask ${words} is no list of frames: give "auto" or numbers from 1 like 2,3.`);
  return frames;
}

function open(file: string): Instance {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found?.isFile())
    throw new WillisError("not-found", `"${file}" is no file: give the one DICOM file of an angiographic run.`);
  try {
    return instanceOf(readFileSync(file));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new WillisError("cannot-compute", `"${file}" cannot be read as DICOM: ${why}`);
  }
}

function write(out: string, instance: Instance, result: DsaResult, noDicom: boolean): void {
  const { rows, columns, run, maps } = result;
  const words = `${DSA_METHOD.name} ${DSA_METHOD.version}`;
  const volume = (data: Float32Array, frames: number, unit: string): Volume => {
    const [betweenRows = 1, betweenColumns = 1] = numbers(instance.dataSet, "ImagerPixelSpacing");
    return {
      ...{ shape: [columns, rows, frames], spacing: [betweenColumns, betweenRows, 1], origin: [0, 0, 0], unit, data },
      direction: { i: [1, 0, 0], j: [0, 1, 0], k: [0, 0, 1] },
    };
  };
  const all = new Float32Array(rows * columns * run.densities.length);
  run.densities.forEach((density, t) => {
    all.set(density, t * rows * columns);
  });
  writeFileSync(join(out, "subtracted.nii"), nifti(volume(all, run.densities.length, "1"), `subtracted [ln] ${words}`));
  for (const name of maps ? DSA_MAPS : []) {
    const unit = name === "peak" ? "1" : "s";
    writeFileSync(join(out, `${name}.nii`), nifti(volume(maps![name], 1, unit), `${name} [${unit}] ${words}`));
  }
  if (noDicom) return;
  mkdirSync(join(out, "dicom"), { recursive: true });
  const key = `${text(instance.dataSet, "SOPInstanceUID")} ${Date.now()}`;
  for (const { name, bytes } of dsaFiles(result, instance, key, Date.now()))
    writeFileSync(join(out, "dicom", `${name}.dcm`), bytes);
}

const round = (value: number, digits = 3): number => Math.round(value * 10 ** digits) / 10 ** digits + 0;

function reportOf(instance: Instance, result: DsaResult): Readonly<Record<string, unknown>> {
  const { run, times, residual, residualBefore } = result;
  const ds = instance.dataSet;
  return {
    frames_count_from: 1,
    mask_frames: run.mask.map((t) => t + 1),
    mask_from: run.maskFrom,
    shifts_px: run.shifts.map(([x, y]) => [round(x), round(y)]),
    residual_to_noise: residual === null ? null : round(residual),
    residual_to_noise_before: residualBefore === null ? null : round(residualBefore),
    residual_to_noise_per_frame: run.residuals.map((value) => (value === null ? null : round(value))),
    arrival_frame: run.arrival === null ? null : run.arrival + 1,
    arrival_s: run.arrival === null || !times ? null : round(times[run.arrival]!),
    phases: result.phases.map(({ name, fromFrame, toFrame, fromS, toS }) => ({
      ...{ name, from_frame: fromFrame + 1, to_frame: toFrame + 1 },
      ...(times ? { from_s: round(fromS), to_s: round(toS) } : { from_s: null, to_s: null }),
    })),
    frame_times_s: times?.map((t) => round(t, 6)) ?? null,
    maps: result.maps
      ? {
          unit: "s, peak in ln units, auc in ln units x s",
          sigmas: result.maps.sigmas,
          shown_pixels: result.maps.shown,
        }
      : null,
    run: {
      sop_instance: text(ds, "SOPInstanceUID") ?? null,
      description: text(ds, "SeriesDescription") ?? null,
      ...{ rows: result.rows, columns: result.columns, frames: run.densities.length },
    },
    method: DSA_METHOD,
  };
}

function forPeople(instance: Instance, result: DsaResult, seconds: number): string {
  const { run, residual, residualBefore, times, phases } = result;
  const far = Math.max(0, ...run.shifts.map(([x, y]) => Math.hypot(x, y)));
  const arrival = run.arrival;
  return [
    `${text(instance.dataSet, "SeriesDescription") ?? "Run"}, ${run.densities.length} frames of ${result.columns} x ${result.rows}, ${seconds.toFixed(1)} s`,
    `  mask: frames ${run.mask.map((t) => t + 1).join(", ")} (${run.maskFrom})`,
    residual === null
      ? "  motion: not corrected"
      : `  motion: mask moved by up to ${far.toFixed(1)} px, residual ${residual.toFixed(2)} x noise (was ${residualBefore?.toFixed(2)})`,
    arrival === null
      ? "  contrast: none was seen arriving"
      : `  contrast: arrives in frame ${arrival + 1}${times ? `, ${times[arrival]!.toFixed(2)} s` : ""}`,
    ...phases.map(({ name, fromFrame, toFrame }) => `  ${name}: frames ${fromFrame + 1} to ${toFrame + 1}`),
    ...result.limitations.map(({ message }) => `  warning  ${message}`),
    `  ${DSA_METHOD.name} ${DSA_METHOD.version}.`,
  ].join("\n");
}
