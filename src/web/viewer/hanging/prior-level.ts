import { cache } from "@cornerstonejs/core";
import { type AnalysisView, runsOf } from "../../../cases/analysis-view.ts";
import type { SeriesView } from "../../../cases/views.ts";
import type { Vec3 } from "../../../core/geometry.ts";
import { bodyBox } from "../pane/body-box.ts";
import type { PaneHandle } from "../pane/pane.tsx";
import { frameOf } from "../pane/series-images.ts";

/** Takes a place of one series to the same place in another, and how it is known. */
export interface Level {
  readonly by: "frame" | "registration" | "head top";
  readonly to: (point: Vec3) => Vec3;
}

/** A head at its top is at least this wide: what is above is hair, a coil, a headrest. */
const TOP_WIDTH_MM = 60;
const tops = new Map<string, { readonly loaded: number; readonly z: number }>();

/**
 * How a place in the pane `from` is found in the pane `other`: the same frame of reference, a registration of the two
 * series (a person's corrected matrix before the computed one), or, for axial sections of heads, the same distance from
 * the top of the head, which is approximate. Undefined where none holds.
 */
export function levelBetween(
  from: PaneHandle,
  other: PaneHandle,
  analyses: readonly AnalysisView[],
): Level | undefined {
  const [a, b] = [from.controller.position(), other.controller.position()];
  if (!a || !b) return undefined;
  if (a.frameOfReference !== "" && a.frameOfReference === b.frameOfReference)
    return { by: "frame", to: (point) => point };
  const matrix = matrixBetween(from.plan.seriesUid, other.plan.seriesUid, analyses);
  if (matrix) return { by: "registration", to: (point) => moved(matrix, point) };
  const isAxial = Math.abs(a.normal[2]) > 0.8 && Math.abs(b.normal[2]) > 0.8;
  const [topA, topB] = isAxial ? [topOf(from), topOf(other)] : [undefined, undefined];
  if (topA === undefined || topB === undefined) return undefined;
  return { by: "head top", to: ([x, y, z]) => [x, y, z - topA + topB] };
}

/** How a level is known, in the words of a pane. */
export function levelWords(level: Level | undefined): string {
  if (!level) return "not aligned";
  return level.by === "head top"
    ? "level by the top of the head, approximate"
    : level.by === "frame"
      ? "same frame"
      : "registered";
}

/** What differs between two examinations of one kind, as far as their images say; empty when nothing does. */
export function differenceWords(now: SeriesView, before: SeriesView): string {
  const [a, b] = [now.qualifiers, before.qualifiers];
  const differs = <T>(x: T | undefined, y: T | undefined) => x !== undefined && y !== undefined && x !== y;
  const parts = [
    now.at && before.at ? `${interval(Date.parse(now.at) - Date.parse(before.at))} before` : "",
    differs(a.sliceMm, b.sliceMm) ? `${mm(b.sliceMm!)} slices, ${mm(a.sliceMm!)} now` : "",
    differs(a.phase, b.phase) ? `${b.phase}, ${a.phase} now` : "",
    differs(a.projection, b.projection) ? `${b.projection}, ${a.projection} now` : "",
    (a.kernel ?? "") !== (b.kernel ?? "") ? "another kernel" : "",
    now.role !== before.role ? `${before.role}, ${now.role} now` : "",
  ];
  return parts.filter(Boolean).join(" · ");
}

function interval(ms: number): string {
  const days = Math.round(ms / 86_400_000);
  if (days < 60) return `${days} days`;
  const months = Math.round(days / 30.44);
  return months < 24 ? `${months} months` : `${Math.round(days / 365.25)} years`;
}

const mm = (value: number) => `${Number(value.toFixed(2))} mm`;

/** The registration that takes points of `from` to `to`; undefined when there is none. */
function matrixBetween(from: string, to: string, analyses: readonly AnalysisView[]): readonly number[] | undefined {
  for (const run of runsOf(analyses, "register")) {
    if (run.state !== "done" || !run.result || run.review?.accepted === false) continue;
    const matrix = run.review?.matrix ?? run.result.matrix;
    if (run.result.movingSeriesUid === from && run.seriesUid === to) return matrix;
    if (run.result.movingSeriesUid === to && run.seriesUid === from) return inverseRigid(matrix);
  }
  return undefined;
}

function moved(m: readonly number[], [x, y, z]: Vec3): Vec3 {
  const row = (r: number) => m[4 * r]! * x + m[4 * r + 1]! * y + m[4 * r + 2]! * z + m[4 * r + 3]!;
  return [row(0), row(1), row(2)];
}

/** The way back of a turn and a shift (row-major 4x4). */
export function inverseRigid(m: readonly number[]): readonly number[] {
  const at = (r: number, c: number) => m[4 * r + c]!;
  const shift = (c: number) => -(at(0, c) * at(0, 3) + at(1, c) * at(1, 3) + at(2, c) * at(2, 3));
  return [0, 1, 2].flatMap((r) => [at(0, r), at(1, r), at(2, r), shift(r)]).concat([0, 0, 0, 1]);
}

/** z (LPS mm) of the highest slice in memory that shows a head; of the highest slice while none is. */
function topOf({ content }: PaneHandle): number | undefined {
  const imageIds = content?.images.imageIds[content.time] ?? [];
  const planes = imageIds.map((imageId) => ({ imageId, plane: frameOf(imageId)?.plane }));
  const sorted = planes.filter(({ plane }) => plane).sort((a, b) => b.plane!.origin[2] - a.plane!.origin[2]);
  const [highest] = sorted;
  if (!highest) return undefined;
  const loaded = imageIds.filter((imageId) => cache.isLoaded(imageId)).length;
  const known = tops.get(highest.imageId);
  if (known?.loaded === loaded) return known.z;
  const top = sorted.find(({ imageId, plane }) => {
    const image = cache.getImage(imageId);
    if (!image) return false;
    const shift = image.preScale?.scaled ? 0 : image.intercept;
    const box = bodyBox(image.getPixelData(), image.rows, image.columns, shift);
    return box !== null && (box.right - box.left + 1) * plane!.columnSpacing >= TOP_WIDTH_MM;
  });
  const z = (top ?? highest).plane!.origin[2];
  tops.set(highest.imageId, { loaded, z });
  return z;
}
