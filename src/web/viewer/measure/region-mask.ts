import type { MaskSpace } from "../../../cases/kept.ts";
import { cross } from "../../../core/geometry.ts";
import { packedMask } from "../../../imaging/region/mask-bits.ts";
import { pixelsWithin } from "../../../imaging/region/region-statistics.ts";
import { number, TAG } from "../pane/dicom-json.ts";
import type { FrameRef } from "../pane/stack-order.ts";
import { calibrationOf } from "./calibration.ts";
import { outlineOf } from "./drawn-shape.ts";
import type { KeptItem } from "./kept-state.ts";

/** The pixels whose middle lies in a drawn region, and where they lie. */
export interface RegionMask {
  readonly bits: Uint8Array<ArrayBuffer>;
  readonly space: MaskSpace;
  readonly inside: number;
}

/**
 * A drawn region as a mask of its image: one slice of the patient where the image says where it lies, else a frame.
 * Undefined when the shape encloses no pixel.
 */
export function regionMask(item: Pick<KeptItem, "kind" | "shape">, image: FrameRef): RegionMask | undefined {
  const { instance, plane, frame, sopUid } = image;
  const [rows, columns] = [number(instance, TAG.Rows) ?? 0, number(instance, TAG.Columns) ?? 0];
  const { columnSpacing, rowSpacing } = calibrationOf(instance, frame);
  const points = item.shape.points.map(([x = 0, y = 0]) => [x, y] as const);
  const outline = outlineOf(item.kind, points, columnSpacing, rowSpacing);
  if (!outline) return undefined;
  const mask = new Uint8Array(rows * columns);
  let inside = 0;
  pixelsWithin(outline, columns, rows, (row, from, to) => {
    mask.fill(1, row * columns + from, row * columns + to + 1);
    inside += to - from + 1;
  });
  if (inside === 0) return undefined;
  const space: MaskSpace = plane
    ? {
        kind: "grid",
        shape: [columns, rows, 1],
        spacing: [plane.columnSpacing, plane.rowSpacing, number(instance, TAG.SliceThickness) || 1],
        origin: plane.origin,
        direction: [...plane.row, ...plane.column, ...cross(plane.row, plane.column)],
      }
    : { kind: "frame", sopUid, frame: frame + 1, rows, columns };
  return { bits: packedMask(mask), space, inside };
}
