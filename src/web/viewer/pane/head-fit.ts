import { cache, type Types } from "@cornerstonejs/core";
import { dot, sub, type Vec3 } from "../../../core/index.ts";
import { bodyBox } from "./body-box.ts";
import { pixelToPatient } from "./geometry.ts";
import { frameOf } from "./series-images.ts";

/** How large the head is and where it lies, as one slice of its frame of reference showed first. */
interface HeadExtent {
  readonly centre: Vec3;
  readonly heightMm: number;
  readonly widthMm: number;
}

/** Share of a pane that the head fills. */
const FILL = 0.88;
const HEIGHT_MM = [140, 290] as const;
const WIDTH_MM = [105, 230] as const;
const extents = new Map<string, HeadExtent>();
const waiting = new Map<string, Set<() => void>>();

/**
 * The head in the frame of reference of an image: measured once, on the first slice that shows one, so that all panes
 * of it have one scale. Undefined for what is no axial section of a head (projections, a neck, a volume seen across).
 */
export function headExtent(imageId: string): HeadExtent | undefined {
  const plane = frameOf(imageId)?.plane;
  if (!plane) return undefined;
  const found = extents.get(plane.frameOfReference);
  if (found) return found;
  const image = cache.getImage(imageId);
  if (!image || Math.abs(plane.normal[2]) < 0.8) return undefined;
  const shift = image.preScale?.scaled ? 0 : image.intercept;
  const box = bodyBox(image.getPixelData(), image.rows, image.columns, shift);
  if (!box) return undefined;
  const heightMm = (box.bottom - box.top + 1) * plane.rowSpacing;
  const widthMm = (box.right - box.left + 1) * plane.columnSpacing;
  if (heightMm < HEIGHT_MM[0] || heightMm > HEIGHT_MM[1] || widthMm < WIDTH_MM[0] || widthMm > WIDTH_MM[1]) return;
  const centre = pixelToPatient(plane, (box.left + box.right) / 2, (box.top + box.bottom) / 2);
  const extent = { centre, heightMm, widthMm };
  extents.set(plane.frameOfReference, extent);
  for (const tell of waiting.get(plane.frameOfReference) ?? []) tell();
  waiting.delete(plane.frameOfReference);
  return extent;
}

/** Calls `tell` once, as soon as the head of this image's frame of reference is measured; returns how to stop. */
export function whenMeasured(imageId: string, tell: () => void): () => void {
  const key = frameOf(imageId)?.plane?.frameOfReference ?? "";
  const all = waiting.get(key) ?? new Set();
  waiting.set(key, all.add(tell));
  return () => all.delete(tell);
}

/** Zooms and centres a section so that the head fills the pane; its slice stays. */
export function fitHead(viewport: Types.IViewport, extent: HeadExtent): void {
  const { focalPoint, position, viewPlaneNormal } = viewport.getCamera();
  const { clientWidth, clientHeight } = viewport.element;
  if (!focalPoint || !position || !viewPlaneNormal || clientHeight === 0 || clientWidth === 0) return;
  const normal = viewPlaneNormal as unknown as Vec3;
  const off = sub(extent.centre, focalPoint as unknown as Vec3);
  const along = dot(off, normal);
  const moved = (from: Types.Point3): Types.Point3 => [
    from[0] + off[0] - along * normal[0],
    from[1] + off[1] - along * normal[1],
    from[2] + off[2] - along * normal[2],
  ];
  const height = Math.max(extent.heightMm, (extent.widthMm * clientHeight) / clientWidth);
  viewport.setCamera({
    focalPoint: moved(focalPoint),
    position: moved(position),
    parallelScale: height / 2 / FILL,
  });
}

/** So far below the highest slice a head is at its widest, mm. */
const WIDEST_MM = 65;

/** From where to where the slices of a stack lie (LPS z, mm), and the one in which a head that ends it is widest. */
export function levelsOf(
  imageIds: readonly string[],
): { readonly low: number; readonly high: number; readonly inHead: string } | undefined {
  const placed = imageIds.flatMap((imageId) => {
    const z = frameOf(imageId)?.plane?.origin[2];
    return z === undefined ? [] : [{ imageId, z }];
  });
  const zs = placed.map(({ z }) => z);
  if (placed.length === 0) return undefined;
  const [low, high] = [Math.min(...zs), Math.max(...zs)];
  const away = (z: number) => Math.abs(z - Math.max(low, high - WIDEST_MM));
  const { imageId } = placed.reduce((best, one) => (away(one.z) < away(best.z) ? one : best));
  return { low, high, inHead: imageId };
}

/** Beyond the head on both sides together, in its width or depth: ears, nose, neck. */
const AROUND = 1.2;
const FILL_ACROSS = 0.97;

/**
 * Zooms and centres a coronal or sagittal section so that the head, as wide (or deep) as it was measured, and all slices
 * from `low` to `high` (LPS z, mm) are seen; its place along its normal stays. Oblique sections are left as they are.
 */
export function fitAcross(viewport: Types.IViewport, extent: HeadExtent, low: number, high: number): void {
  const { focalPoint, position, viewPlaneNormal } = viewport.getCamera();
  const { clientWidth, clientHeight } = viewport.element;
  if (!focalPoint || !position || !viewPlaneNormal || clientHeight === 0 || clientWidth === 0) return;
  const across = Math.abs(viewPlaneNormal[0]) > 0.99 ? 0 : Math.abs(viewPlaneNormal[1]) > 0.99 ? 1 : undefined;
  if (across === undefined) return;
  const sideways = 1 - across;
  const width = (across === 0 ? extent.heightMm : extent.widthMm) * AROUND;
  const by = [0, 0, (low + high) / 2 - focalPoint[2]];
  by[sideways] = extent.centre[sideways]! - focalPoint[sideways]!;
  const moved = (from: Types.Point3) => from.map((value, c) => value + by[c]!) as Types.Point3;
  viewport.setCamera({
    focalPoint: moved(focalPoint),
    position: moved(position),
    parallelScale: Math.max(high - low, (width * clientHeight) / clientWidth) / 2 / FILL_ACROSS,
  });
}
