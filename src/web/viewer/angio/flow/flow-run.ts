import { useMemo } from "react";
import type { SeriesView } from "../../../../cases/views.ts";
import type { Limitation } from "../../../../core/limitation.ts";
import { logMask } from "../../../../imaging/angiography/subtract.ts";
import { number, TAG, text } from "../../pane/dicom-json.ts";
import { type PaneContent, paneContent } from "../../pane/pane-content.ts";
import type { AngioContext } from "../angio-panels.ts";
import { runValues } from "../dsa-loader.ts";
import { maskWords, relationshipOf, type Subtraction } from "../mask-frames.ts";
import { rawFrames, subtractedFrames } from "../run-frames.ts";
import { subtractionOf } from "../subtraction-control.ts";

/** A run as the flow worker knows it: what it is called by, how it is timed, and where its frames come from. */
export interface FlowRun {
  /** Changes with whatever changes the densities. */
  readonly key: string;
  readonly series: SeriesView;
  readonly content: PaneContent;
  readonly rows: number;
  readonly columns: number;
  /** s from the first frame; counts of frames when nothing states the times. */
  readonly times: readonly number[];
  readonly timeUnit: "s" | "frames";
  readonly calm: readonly number[];
  readonly relationship: "LIN" | "LOG" | "DISP";
  readonly maskWords: string;
  readonly limitations: readonly Limitation[];
  readonly densities: () => Promise<readonly Float32Array[]>;
  /** ln intensity before contrast. */
  readonly mask: () => Promise<Float32Array>;
}

/** The run of the room as it is subtracted now; undefined while it is fetched, or when it is not subtracted. */
export function useFlowRun({ content, subtraction }: AngioContext): FlowRun | undefined {
  return useMemo(() => (content && subtraction ? flowRun(content, subtraction) : undefined), [content, subtraction]);
}

/** Another run of the case, subtracted as it was left, or as it opens. */
export async function otherRun(
  seriesUid: string,
  series: readonly SeriesView[],
  signal: AbortSignal,
): Promise<FlowRun> {
  const content = await paneContent({ seriesUid, mode: "run" }, { series, analyses: [] }, "off", signal);
  const subtraction = subtractionOf({ content } as Parameters<typeof subtractionOf>[0]);
  if (!subtraction) throw new Error("This run cannot be subtracted: it has too few frames.");
  return flowRun(content, subtraction);
}

function flowRun(content: PaneContent, subtraction: Subtraction): FlowRun {
  const { instance, series } = content;
  const timed = content.times !== undefined && content.times.source !== "not stated";
  const frames = content.show.imageIds.length;
  return {
    key: keyOf(series.seriesUid, frames, subtraction),
    series,
    content,
    rows: number(instance, TAG.Rows) ?? 0,
    columns: number(instance, TAG.Columns) ?? 0,
    times: timed ? content.times!.times : Array.from({ length: frames }, (_, k) => k),
    timeUnit: timed ? "s" : "frames",
    calm: subtraction.mask,
    relationship: relationshipOf(instance),
    maskWords: maskWords(subtraction.mask),
    limitations: limitationsOf(content, subtraction, timed),
    densities: () => subtractedFrames(content, { ...subtraction, raw: false }),
    mask: async () => {
      const all = await rawFrames(content);
      return logMask({ ...runValues(instance), frames: all, times: [] }, subtraction.mask).values;
    },
  };
}

function limitationsOf(content: PaneContent, subtraction: Subtraction, timed: boolean): Limitation[] {
  const found: Limitation[] = [];
  if (!timed)
    found.push({
      code: "no-frame-times",
      message: "The run states no frame times: times are counted in frames, not seconds.",
    });
  if (!subtraction.aligned)
    found.push({
      code: "motion-not-corrected",
      message:
        "Motion is not corrected: where the head moved, edges of bone may count as contrast. Align the mask first.",
    });
  if (!text(content.instance, TAG.PixelIntensityRelationship))
    found.push({
      code: "intensity-not-stated",
      message:
        "The run does not say how its values relate to the beam: read times; areas and ratios may not be amounts.",
    });
  return found;
}

const alignments = new WeakMap<object, number>();
let alignmentCount = 0;

function keyOf(seriesUid: string, frames: number, subtraction: Subtraction): string {
  const { mask, stated, shiftX, shiftY, aligned } = subtraction;
  if (aligned && !alignments.has(aligned)) alignments.set(aligned, ++alignmentCount);
  const motion = aligned ? alignments.get(aligned) : 0;
  return [seriesUid, frames, mask.join(), stated ? "stated" : "", shiftX, shiftY, motion].join(" ");
}
