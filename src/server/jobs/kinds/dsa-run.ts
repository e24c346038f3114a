import { WillisError } from "../../../core/errors.ts";
import type { Limitation } from "../../../core/limitation.ts";
import type { Measurement } from "../../../core/measurement.ts";
import type { Progress } from "../../../core/progress.ts";
import { toCine } from "../../../dicom/cine.ts";
import { number, text } from "../../../dicom/data-set.ts";
import type { Codecs } from "../../../dicom/decode.ts";
import { frameCount } from "../../../dicom/frames.ts";
import type { Instance } from "../../../dicom/instance.ts";
import { flowMap } from "../../../dicom/iod/flow-map.ts";
import { subtractedRun } from "../../../dicom/iod/subtracted-run.ts";
import { statedMasks } from "../../../dicom/mask-subtraction.ts";
import { runLimitations } from "../../../dicom/run-limits.ts";
import { uidOf } from "../../../dicom/uid.ts";
import { writePart10 } from "../../../dicom/write.ts";
import { runPhases } from "../../../imaging/angiography/bolus-phases.ts";
import { type FlowMaps, flowMaps } from "../../../imaging/angiography/flow-maps.ts";
import { type SubtractedRun, subtractRun } from "../../../imaging/angiography/subtract-run.ts";

/** Maps that are written, by the name of their file. */
export const DSA_MAPS = ["ttp", "arrival", "peak", "auc", "mtt", "fwhm"] as const;

export const DSA_METHOD = {
  name: "Log subtraction with local motion correction and time-density maps",
  version: "1.0.0",
  reference: "Meijering 1999, IJCV 31:227; Strother 2010, doi:10.3174/ajnr.A2020",
} as const;

/** What is asked of a run. Frames count from 1, as in DICOM. */
export interface DsaParams {
  /** Left out: what the run states, else found before contrast. "auto": found before contrast whatever it states. */
  readonly mask?: "auto" | readonly number[];
  /** False: no motion correction. */
  readonly motion?: boolean;
}

/** A run subtracted, timed and mapped; frames count from 0 here. */
export interface DsaResult {
  readonly run: SubtractedRun;
  readonly maps: FlowMaps | null;
  readonly rows: number;
  readonly columns: number;
  /** s from the first frame; null when the run states no times. */
  readonly times: readonly number[] | null;
  readonly phases: ReturnType<typeof runPhases>;
  readonly residual: number | null;
  readonly residualBefore: number | null;
  readonly limitations: readonly Limitation[];
  readonly steps: Readonly<Record<string, number>>;
}

/** Bytes of densities that are held at once; a longer run is analysed as far as that goes, and this is said. */
const MOST_BYTES = 1.5e9;
const MOST_STORED = 4e9;

/** Subtracts and maps the run of one object. Errors: `cannot-compute` when it has no frames to subtract; `bad-request` for masks. */
export function analyseRun(
  instance: Instance,
  params: DsaParams,
  options: { readonly codecs: Codecs; readonly told: Progress; readonly now: () => number },
): DsaResult {
  const { told, now } = options;
  const ds = instance.dataSet;
  const n = frameCount(ds);
  const pixels = (number(ds, "Rows") ?? 0) * (number(ds, "Columns") ?? 0);
  if (!instance.pixels || pixels === 0)
    throw new WillisError("cannot-compute", "This object has no pixels: give an angiographic run (XA or RF).");
  if (2 * pixels * n > MOST_STORED)
    throw new WillisError(
      "cannot-compute",
      `${n} frames of ${number(ds, "Columns")} x ${number(ds, "Rows")} are more than can be held at once: give a shorter run.`,
    );
  const begin = now();
  const cine = toCine(instance, { codecs: options.codecs, progress: (step, x) => told(step, 0.2 * x) });
  const steps: Record<string, number> = { reading: (now() - begin) / 1000 };
  const limitations: Limitation[] = [...runLimitations(ds)];
  if (cine.fromColour)
    limitations.push({
      code: "colour",
      message: "The run is in colour: its luminance is taken, which is not proportional to the beam.",
    });
  const held = Math.max(1, Math.min(n, Math.floor(MOST_BYTES / (4 * pixels))));
  if (held < n)
    limitations.push({ code: "huge-run", message: `The run has ${n} frames: the first ${held} are analysed.` });
  const short = { ...cine, frames: cine.frames.slice(0, held), times: cine.times.slice(0, held) };
  const stated = statedMasks(ds);
  const asked = params.mask ?? (stated.frames ? undefined : "auto");
  if (params.mask === undefined) limitations.push(...stated.limitations);
  const wrong = typeof asked === "object" ? asked.filter((k) => !(Number.isInteger(k) && k >= 1 && k <= held)) : [];
  if (wrong.length > 0)
    throw new WillisError("bad-request", `Mask frame ${wrong.join(", ")} is not there: choose from 1 to ${held}.`);
  const run = subtractRun(short, {
    mask: asked === undefined ? stated.frames!.slice(0, held) : asked === "auto" ? "auto" : asked.map((k) => k - 1),
    motion: params.motion ?? true,
    now,
    told: (step, x) => told(step, 0.2 + 0.5 * x),
  });
  Object.assign(steps, run.steps);
  const start = now();
  const timed = held > 1 && cine.clock !== "assumed";
  const calm = run.mask.filter((t) => t < held);
  const maps = timed
    ? flowMaps(
        {
          ...{ densities: run.densities, rows: cine.rows, columns: cine.columns, times: short.times, calm },
          relationship: cine.linear ? "LIN" : cine.relationship,
        },
        {},
        (x) => {
          told("Making maps", 0.7 + 0.25 * x);
          return true;
        },
      )
    : null;
  steps.maps = (now() - start) / 1000;
  if (maps) limitations.push(...maps.limitations);
  else
    limitations.push({
      code: "no-maps",
      message: held > 1 ? "Without frame times there are no maps of times." : "One frame has no course in time.",
    });
  const moved = run.residuals.filter((value): value is number => value !== null);
  const before = run.residualsBefore.filter((value): value is number => value !== null);
  return {
    ...{ run, maps, rows: cine.rows, columns: cine.columns, steps },
    times: timed ? short.times : null,
    phases: run.curves ? runPhases(run.curves, short.times) : [],
    residual: middle(moved),
    residualBefore: middle(before),
    limitations: distinct([...limitations, ...run.limitations]),
  };
}

/** The subtracted run and its maps as DICOM files, a series each; the same `run` writes the same UIDs. */
export function dsaFiles(
  result: DsaResult,
  instance: Instance,
  run: string,
  ms: number,
): { readonly name: string; readonly seriesUid: string; readonly bytes: Uint8Array<ArrayBuffer> }[] {
  const { maps, rows, columns } = result;
  const source = instance.dataSet;
  const sourceInstance = text(source, "SOPInstanceUID") ?? "";
  const seriesUid = uidOf(`dsa ${run} series subtracted`);
  const file = (name: string, uid: string, ds: Parameters<typeof writePart10>[0]) => ({
    ...{ name, seriesUid: uid },
    bytes: writePart10(ds) as Uint8Array<ArrayBuffer>,
  });
  const out = [
    file(
      "subtracted",
      seriesUid,
      subtractedRun({
        ...{ densities: result.run.densities, rows, columns, times: result.times, source, seriesUid, ms },
        instanceUid: uidOf(`dsa ${run} subtracted`),
        seriesNumber: 9100,
        derivation: `Mask: mean of frames ${result.run.mask.map((t) => t + 1).join(", ")} (${result.run.maskFrom}).`,
        method: DSA_METHOD,
      }),
    ),
  ];
  if (!maps) return out;
  DSA_MAPS.forEach((name, k) => {
    const values = maps[name];
    const ds = flowMap({
      ...{ name, values, rows, columns, source, sourceInstance, run: `dsa ${run}`, ms },
      ...{ seriesNumber: 9101 + k, method: DSA_METHOD },
    });
    out.push(file(name, text(ds, "SeriesInstanceUID") ?? "", ds));
  });
  return out;
}

/** Numbers of a run with their method; null with the reason where one cannot be computed. */
export function dsaMeasurements(result: DsaResult, series: string): readonly Measurement[] {
  const common = { method: DSA_METHOD, sources: [series], tier: "C" as const };
  const number = (code: string, label: string, unit: string, value: number | null, reason: string): Measurement => ({
    ...{ code, label, unit, value, ...common },
    ...(value === null ? { reason } : {}),
  });
  const { run, times } = result;
  const untimed = times ? "no contrast was seen arriving" : "the run states no frame times";
  const at = run.arrival === null ? null : (times?.[run.arrival] ?? null);
  const far = Math.max(0, ...run.shifts.map(([x, y]) => Math.hypot(x, y)));
  const still = "motion was not corrected";
  return [
    number("dsa.arrival_s", "Contrast arrives", "s", at, untimed),
    number("dsa.residual_to_noise", "Residual after motion correction, over noise", "1", result.residual, still),
    number("dsa.residual_before", "Residual before motion correction, over noise", "1", result.residualBefore, still),
    number("dsa.largest_shift_px", "Largest mean shift of the mask", "px", far, still),
  ];
}

function middle(values: readonly number[]): number | null {
  return values.length === 0 ? null : [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

function distinct(all: readonly Limitation[]): Limitation[] {
  return [...new Map(all.map((one) => [one.code + one.message, one])).values()];
}
