import type { Types } from "@cornerstonejs/core";
import { dot, length, sub, type Vec3 } from "../../../core/index.ts";

/** Farther than this from where it was fitted a picture was moved by its reader. */
const MOVED_MM = 0.5;
const ZOOMED = 1e-3;

interface Fit {
  readonly scale: number;
  readonly focal: Vec3;
  readonly normal: Vec3;
  readonly up: Vec3;
  readonly mirrored: string;
}

/** Remembers how a picture was fitted to its pane, so that it is fitted again only while nobody has zoomed or moved it. */
export function createFitKeeper(viewport: () => Types.IViewport | undefined) {
  let fitted: Fit | undefined;
  const now = (): Fit | undefined => {
    const { parallelScale, focalPoint, viewPlaneNormal, viewUp, ...camera } = viewport()?.getCamera() ?? {};
    if (parallelScale === undefined || !focalPoint || !viewPlaneNormal || !viewUp) return undefined;
    return {
      scale: parallelScale,
      focal: focalPoint as unknown as Vec3,
      normal: viewPlaneNormal as unknown as Vec3,
      up: viewUp as unknown as Vec3,
      mirrored: `${camera.flipHorizontal ?? false} ${camera.flipVertical ?? false}`,
    };
  };
  return {
    /** The picture lies as it was fitted. */
    remember() {
      fitted = now();
    },
    forget() {
      fitted = undefined;
    },
    /** Whether it still lies so: scrolling along its normal is not moving it, turning it is. */
    holds(): boolean {
      const here = now();
      if (!here || !fitted || Math.abs(dot(here.normal, fitted.normal)) < 0.9999) return false;
      if (dot(here.up, fitted.up) < 0.9999 || here.mirrored !== fitted.mirrored) return false;
      const off = sub(here.focal, fitted.focal);
      const along = dot(off, here.normal);
      const aside = length(off.map((value, c) => value - along * here.normal[c]!) as unknown as Vec3);
      return aside < MOVED_MM && Math.abs(here.scale - fitted.scale) < ZOOMED * fitted.scale;
    },
  };
}
