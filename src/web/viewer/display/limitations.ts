import { dot, length, sub, type Vec3 } from "../../../core/index.ts";
import type { Limitation } from "../../../core/limitation.ts";
import { frameTimeLimitations, hasEmbeddedOverlay, regionsMisfit } from "../../../dicom/index.ts";
import { runLimits } from "../angio/run-limits.ts";
import type { FrameTimes } from "../cine/cine-time.ts";
import { calibrationOf } from "../measure/calibration.ts";
import { dataSetOf } from "../pane/data-set-of.ts";
import { type JsonInstance, number, TAG } from "../pane/dicom-json.ts";
import type { FrameRef } from "../pane/stack-order.ts";

/** What is shown: the frames of one stack or run, whether it is a run, and the times it is played by. */
export interface Shown {
  readonly frames: readonly FrameRef[];
  readonly isRun: boolean;
  readonly role: string;
  readonly times?: FrameTimes | undefined;
}

/** What is said of the times of a run beside what its header lacks. */
const OF_TIMES = new Set(["frame-time-vector", "frames-at-one-time"]);
const PROJECTIONS = new Set(["XA", "RF", "DSA"]);

/**
 * What the images that are shown lack, in words with the value that is wrong and what follows from it: nothing here changes
 * a number in silence.
 */
export function limitationsOf(shown: Shown): readonly Limitation[] {
  const first = shown.frames[0]?.instance;
  if (!first) return [];
  return [...spacing(shown, first), ...(shown.isRun ? run(shown, first) : slices(shown.frames)), ...overlays(first)];
}

function spacing({ frames, role }: Shown, first: JsonInstance): Limitation[] {
  const misfit = regionsMisfit(dataSetOf(first));
  if (misfit) {
    const message = `${misfit[0]!.toUpperCase()}${misfit.slice(1)}: lengths are in pixels only.`;
    return [{ code: "regions-beyond-image", message }];
  }
  const state = calibrationOf(first, frames[0]!.frame).state;
  if (state === "none" && role !== "OTHER") {
    return [{ code: "no-spacing", message: "No pixel spacing is stated: lengths are in pixels only." }];
  }
  const unplaced = frames.filter(({ plane }) => !plane).length;
  if (unplaced > 0 && unplaced < frames.length) {
    const message = `${unplaced} of ${frames.length} images have no place in the patient or no spacing.`;
    return [{ code: "images-without-place", message }];
  }
  return [];
}

function run({ frames, role, times }: Shown, first: JsonInstance): readonly Limitation[] {
  if (PROJECTIONS.has(role)) {
    const times = frameTimeLimitations(dataSetOf(first)).filter(({ code }) => OF_TIMES.has(code));
    return [...runLimits(first, frames.length), ...times];
  }
  if ((number(first, TAG.NumberOfFrames) ?? 1) > 1) return frameTimeLimitations(dataSetOf(first));
  if (times?.source !== "not stated") return [];
  const message = "These images do not say when each was taken: the pace they are played at is an assumption.";
  return [{ code: "no-frame-times", message }];
}

function overlays(first: JsonInstance): Limitation[] {
  if (!hasEmbeddedOverlay(dataSetOf(first))) return [];
  const message = "An overlay lies in unused bits of the pixels: it is not drawn here.";
  return [{ code: "embedded-overlay", message }];
}

/** Gaps, a tilted gantry and several images of one place, along the normal of a stack of parallel slices. */
function slices(frames: readonly FrameRef[]): Limitation[] {
  const planes = frames.map(({ plane }) => plane).filter((plane) => plane !== null);
  const first = planes[0];
  if (!first || planes.length < 3) return [];
  if (planes.some((plane) => Math.abs(dot(plane.normal, first.normal)) < 0.9995)) {
    return [{ code: "mixed-orientations", message: "Images of several orientations follow each other: no volume." }];
  }
  const found: Limitation[] = [];
  const offset = (origin: Vec3) => sub(origin, first.origin);
  const depths = planes.map(({ origin }) => Math.abs(dot(offset(origin), first.normal)));
  const gaps = depths.slice(1).map((depth, k) => Math.abs(depth - depths[k]!));
  const median = [...gaps].sort((a, b) => a - b)[gaps.length >> 1]!;
  const holes = gaps.map((gap, k) => ({ gap, k })).filter(({ gap }) => gap > 1.5 * median && median > 0);
  if (holes.length > 0) {
    const missing = holes.reduce((sum, { gap }) => sum + Math.max(1, Math.round(gap / median) - 1), 0);
    const where = holes.slice(0, 3).map(({ k }) => `${k + 1} and ${k + 2}`);
    const message = `About ${missing} ${missing === 1 ? "slice is" : "slices are"} missing (between ${where.join(", ")}${holes.length > 3 ? " …" : ""}).`;
    found.push({ code: "missing-slices", message });
  }
  const last = offset(planes.at(-1)!.origin);
  const depth = dot(last, first.normal);
  const sideways = length(sub(last, first.normal.map((n) => n * depth) as unknown as Vec3));
  const degrees = (Math.atan2(sideways, Math.abs(depth)) * 180) / Math.PI;
  if (degrees > 0.5 && Math.abs(depth) > 1) {
    found.push({
      code: "tilted-gantry",
      message: `The gantry is tilted by ${degrees.toFixed(1)}°: slices are sheared.`,
    });
  }
  return found;
}
