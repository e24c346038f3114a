import { WillisError } from "../core/errors.ts";
import type { Progress } from "../core/progress.ts";
import type { Seconds } from "../core/units.ts";
import type { Samples, TimeSeries, Volume } from "../core/volume.ts";
import { text } from "./data-set.ts";
import type { Codecs } from "./decode.ts";
import type { Instance } from "./instance.ts";
import { type Slice, slicesOf } from "./slices.ts";
import { byPosition, coherent, planStack, type SeriesProblem, stack } from "./stack.ts";

/** A volume of a series, with the objects it came from (in k order) and what was odd. */
export interface SeriesVolume extends Volume {
  readonly sources: readonly string[];
  readonly problems: readonly SeriesProblem[];
}

/** A 4-D series, with the objects it came from and what was odd. */
export interface SeriesOverTime extends TimeSeries {
  readonly sources: readonly string[];
  readonly problems: readonly SeriesProblem[];
  /** Which clock the times were read from. */
  readonly clock: Clock;
}

/** Where times come from: Acquisition Date/Time, Trigger Time (or temporal offset), Content Time, position number. */
export type Clock = "acquisition" | "trigger" | "content" | "temporal-position";

/** What may be told to `toVolume` and `toTimeSeries`. */
export interface SeriesOptions {
  readonly codecs?: Codecs;
  /** Take only these frames, e.g. one b-value of a diffusion series. */
  readonly select?: (slice: Slice) => boolean;
  readonly progress?: Progress;
}

function placed(instances: readonly Instance[], options: SeriesOptions, problems: SeriesProblem[]): Slice[] {
  const all = slicesOf(instances);
  if (all.length === 0) {
    const modality = instances[0] ? (text(instances[0].dataSet, "Modality") ?? "unknown") : "none";
    const message = `No image of this series (modality ${modality}) has a position, an orientation and a spacing in the patient.`;
    throw new WillisError("cannot-compute", message);
  }
  const chosen = options.select ? all.filter(options.select) : all;
  if (chosen.length === 0) throw new WillisError("cannot-compute", "No image of this series was selected.");
  const seen = new Set<string>();
  const unique = chosen.filter((s) => {
    const key = `${s.sopInstance}#${s.frame}`;
    return seen.has(key) ? false : seen.add(key);
  });
  if (unique.length < chosen.length) {
    problems.push({ code: "duplicate-slices", message: `${chosen.length - unique.length} images came twice.` });
  }
  return coherent(unique, problems);
}

function fillOf(slices: readonly Slice[]): number {
  return slices[0]!.unit === "HU" ? -1024 : 0;
}

function sourcesOf(slices: readonly Slice[]): string[] {
  return [...new Set(slices.map((s) => s.sopInstance))];
}

/**
 * One volume of a CT, MR or parametric map series: classic files or enhanced multi-frame, sorted by geometry (never by
 * Instance Number), modality LUT applied (HU for CT). i along the row, j along the column, k along the normal. Tilt and
 * uneven spacing are resampled and told in `problems`. Errors: `cannot-compute` when there is no geometry or when a
 * position has several images (a time series, several echoes or b-values: use `toTimeSeries` or `select`).
 */
export function toVolume(instances: readonly Instance[], options: SeriesOptions = {}): SeriesVolume {
  const problems: SeriesProblem[] = [];
  const slices = placed(instances, options, problems);
  const positions = byPosition(slices);
  const most = Math.max(...positions.map((p) => p.length));
  if (most > 1) {
    const message = `${positions.length} positions with up to ${most} images each: this is more than one volume. Select one.`;
    throw new WillisError("cannot-compute", message);
  }
  const ordered = positions.map((p) => p[0]!);
  const plan = planStack(ordered);
  const data = stack(plan, ordered, options.codecs ?? {}, fillOf(ordered));
  const { unit } = ordered[0]!;
  return { ...plan.grid, data, unit, sources: sourcesOf(ordered), problems: [...problems, ...plan.problems] };
}

const CLOCKS: readonly { readonly clock: Clock; readonly at: (s: Slice) => Seconds | undefined }[] = [
  { clock: "acquisition", at: (s) => s.acquired },
  { clock: "trigger", at: (s) => s.offset },
  { clock: "content", at: (s) => s.content },
  {
    clock: "temporal-position",
    at: (s) =>
      s.temporalPosition === undefined || s.temporalResolution === undefined
        ? undefined
        : s.temporalPosition * s.temporalResolution,
  },
];

/** The first clock that every slice has and that tells the images of each position apart. */
function clockOf(positions: readonly (readonly Slice[])[]): { clock: Clock; at: (s: Slice) => Seconds } {
  for (const { clock, at } of CLOCKS) {
    const tells = positions.every((slices) => {
      const times = slices.map(at);
      return times.every((t) => t !== undefined) && new Set(times).size === times.length;
    });
    if (tells) return { clock, at: at as (s: Slice) => Seconds };
  }
  const message =
    "The time points cannot be told apart: no Acquisition Time, Trigger Time, Content Time or Temporal Position differs within a slice position.";
  throw new WillisError("cannot-compute", message);
}

/**
 * A 4-D series (CT perfusion, DSC-MRI): per slice position the images in order of their clock, times in seconds from
 * the first, not necessarily uniform. The time of a point is the mean over its slices; a spread above half a second is
 * told. Positions that lack up to a quarter of the time points get the nearest image in time, others are dropped; both
 * are told. Errors: `cannot-compute` when there is no geometry, no clock, or fewer than two time points.
 */
export function toTimeSeries(instances: readonly Instance[], options: SeriesOptions = {}): SeriesOverTime {
  const problems: SeriesProblem[] = [];
  const positions = byPosition(placed(instances, options, problems));
  const { clock, at } = clockOf(positions);
  const sorted = positions.map((slices) => [...slices].sort((a, b) => at(a) - at(b)));
  const points = mode(sorted.map((s) => s.length));
  if (points < 2) throw new WillisError("cannot-compute", "One image per position: this series has no time points.");
  const kept = sorted.filter((s) => s.length >= 0.75 * points);
  if (kept.length < sorted.length) {
    const message = `${sorted.length - kept.length} slice positions have less than three quarters of the ${points} time points: left out.`;
    problems.push({ code: "missing-times", message });
  }
  const full = kept.filter((s) => s.length === points);
  const reference = Array.from({ length: points }, (_, t) => mean(full.map((s) => at(s[t]!))));
  const rows = kept.map((slices) => (slices.length === points ? slices : aligned(slices, reference, at)));
  const filled = kept.filter((s) => s.length !== points).length;
  if (filled > 0) {
    const message = `${filled} slice positions do not have exactly ${points} time points: the nearest image in time was taken.`;
    problems.push({ code: "missing-times", message });
  }
  const plan = planStack(rows.map((r) => r[0]!));
  const spread = Math.max(...reference.map((_, t) => range(rows.map((r) => at(r[t]!)))));
  if (spread > 0.5) {
    const message = `The slices of one time point lie up to ${spread.toFixed(2)} s apart (shuttle or helical scan).`;
    problems.push({ code: "spread-times", message });
  }
  const means = reference.map((_, t) => mean(rows.map((r) => at(r[t]!))));
  const frames: Samples[] = [];
  for (let t = 0; t < points; t++) {
    const slices = rows.map((r) => r[t]!);
    frames.push(stack(plan, slices, options.codecs ?? {}, fillOf(slices)));
    options.progress?.(`Reading time point ${t + 1} of ${points}`, (t + 1) / points);
  }
  const { unit } = rows[0]![0]!;
  return {
    ...plan.grid,
    ...{ frames, unit, clock },
    times: means.map((m) => round(m - means[0]!)),
    sources: sourcesOf(rows.flat()),
    problems: [...problems, ...plan.problems],
  };
}

/** The slices of one position at the reference times: each time gets the nearest. */
function aligned(slices: readonly Slice[], reference: readonly Seconds[], at: (s: Slice) => Seconds): Slice[] {
  return reference.map((time) => slices.reduce((a, b) => (Math.abs(at(b) - time) < Math.abs(at(a) - time) ? b : a)));
}

function mode(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const v of values) counts.set(v, (counts.get(v) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0]?.[0] ?? 0;
}
function mean(values: readonly number[]): number {
  return values.reduce((s, v) => s + v, 0) / values.length;
}
function range(values: readonly number[]): number {
  return Math.max(...values) - Math.min(...values);
}
/** Clock arithmetic in seconds since 1970 leaves noise below a microsecond. */
function round(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}
