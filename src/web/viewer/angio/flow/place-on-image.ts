import { cornerToWorld, worldToCorner } from "../../pane/image-place.ts";
import type { PaneController } from "../../pane/pane-controller.ts";
import { frameOf } from "../../pane/series-images.ts";
import type { Point } from "./flow-store.ts";

/** CSS pixels of the pane for a place on the image (pixels from the corner of its first pixel); undefined before it is drawn. */
export function toCanvas(controller: PaneController, [column, row]: Point): Point | undefined {
  const imageId = controller.currentImageId();
  const at = imageId && controller.toCanvas(cornerToWorld(frameOf(imageId)?.plane ?? null, [column, row]));
  return at ? [at[0], at[1]] : undefined;
}

/** The place on the image under a place of the pane. */
export function toImage(controller: PaneController, x: number, y: number): Point | undefined {
  const imageId = controller.currentImageId();
  const world = controller.toPatient(x, y);
  return imageId && world ? worldToCorner(frameOf(imageId)?.plane ?? null, world) : undefined;
}
