import type { Vec3 } from "../../../../core/geometry.ts";

/** A line along a vessel, by points in a frame of reference (LPS mm). */
export interface Curve {
  readonly points: readonly Vec3[];
  /** Whose line it is: placed by the reader, or found by a program. */
  readonly by: "reader" | "program";
}

const NONE: Curve = { points: [], by: "reader" };
const curves = new Map<string, Curve>();
const listeners = new Set<() => void>();
let placing = false;
let version = 0;

function changed(): void {
  version++;
  for (const listener of listeners) listener();
}

/** The line of a frame of reference; no points when there is none. */
export function curveOf(frameOfReference: string): Curve {
  return curves.get(frameOfReference) ?? NONE;
}

/** Puts another line in the place of the one that was there. */
export function setCurve(frameOfReference: string, points: readonly Vec3[], by: Curve["by"] = "reader"): void {
  curves.set(frameOfReference, { points, by });
  changed();
}

/** Whether a click on a picture places a point. */
export function isPlacing(): boolean {
  return placing;
}

export function setPlacing(on: boolean): void {
  placing = on;
  changed();
}

export function subscribeCurves(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Grows with every change of any line. */
export function curvesVersion(): number {
  return version;
}
