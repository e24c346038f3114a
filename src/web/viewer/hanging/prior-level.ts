import { cache } from "@cornerstonejs/core";
import type { AnalysisView, SeriesView } from "../../../cases/views.ts";
import type { Vec3 } from "../../../core/geometry.ts";
import { moved } from "../../../imaging/registration/rigid.ts";
import { allFusedWith } from "../fusion/fused-with.ts";
import { bodyBox } from "../pane/body-box.ts";
import type { PaneHandle } from "../pane/pane.tsx";
import { frameOf } from "../pane/series-images.ts";

/** Takes a place of one series to the same place in another, and how it is known. */
export interface Level {
  readonly by: "frame" | "registration" | "registration nobody accepted" | "head top";
  readonly to: (point: Vec3) => Vec3;
}

/** A head at its top is at least this wide: what is above is hair, a coil, a headrest. */
const TOP_WIDTH_MM = 60;
/** A highest slice that is wider lies below the top of the head: the top was not imaged. */
const CUT_WIDTH_MM = 90;
/** By the highest slice of a stack; null: no top is to be seen in it. */
const tops = new Map<string, number | null>();

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
  const fused = allFusedWith(other.plan.seriesUid, analyses).find(({ seriesUid }) => seriesUid === from.plan.seriesUid);
  if (fused)
    return {
      by: fused.accepted ? "registration" : "registration nobody accepted",
      to: (point) => moved(fused.matrix, point),
    };
  const isAxial = Math.abs(a.normal[2]) > 0.8 && Math.abs(b.normal[2]) > 0.8;
  const [topA, topB] = isAxial ? [topOf(from), topOf(other)] : [undefined, undefined];
  if (topA === undefined || topB === undefined) return undefined;
  return { by: "head top", to: ([x, y, z]) => [x, y, z - topA + topB] };
}

/** How a level is known, in the words of a pane. */
export function levelWords(level: Level | undefined): string {
  if (!level) return "not aligned";
  return {
    frame: "same frame of reference",
    registration: "registered",
    "registration nobody accepted": "registered, not looked at by anybody",
    "head top": "level by the top of the head, approximate",
  }[level.by];
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

/**
 * z (LPS mm) of the highest slice that shows a head; undefined while the slices down to it are not in memory, and where
 * the head goes on above them.
 */
function topOf({ content }: PaneHandle): number | undefined {
  const imageIds = content?.images.imageIds[content.time] ?? [];
  const planes = imageIds.map((imageId) => ({ imageId, plane: frameOf(imageId)?.plane }));
  const sorted = planes.filter(({ plane }) => plane).sort((a, b) => b.plane!.origin[2] - a.plane!.origin[2]);
  const [highest] = sorted;
  if (!highest) return undefined;
  const known = tops.get(highest.imageId);
  if (known !== undefined) return known ?? undefined;
  for (const { imageId, plane } of sorted) {
    const image = cache.getImage(imageId);
    if (!image) return undefined;
    const shift = image.preScale?.scaled ? 0 : image.intercept;
    const box = bodyBox(image.getPixelData(), image.rows, image.columns, shift);
    const width = box === null ? 0 : (box.right - box.left + 1) * plane!.columnSpacing;
    if (width < TOP_WIDTH_MM) continue;
    const z = imageId === highest.imageId && width > CUT_WIDTH_MM ? null : plane!.origin[2];
    tops.set(highest.imageId, z);
    return z ?? undefined;
  }
  tops.set(highest.imageId, null);
  return undefined;
}
