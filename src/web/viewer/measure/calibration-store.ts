import { useSyncExternalStore } from "react";
import { type JsonInstance, number, TAG, text } from "../pane/dicom-json.ts";

/** How a reader calibrated a run: on something of known size, by distances, or not at all. */
export interface ChosenScale {
  readonly kind: "catheter" | "object" | "geometry" | "none";
  /** mm a pixel along a row; null for none. */
  readonly mmPerPixel: number | null;
  /** The share of a length by which the scale may be off; null when unknown. */
  readonly error: number | null;
  readonly errorBasis: string;
  /** "by a 6 F catheter (2.00 mm)" */
  readonly words: string;
}

const chosen = new Map<string, readonly ChosenScale[]>();
const listeners = new Set<() => void>();
let version = 0;

/** The run that a calibration holds for: a multi-frame image by itself, single images by their series. */
export function runKeyOf(instance: JsonInstance): string {
  const own = (number(instance, TAG.NumberOfFrames) ?? 1) > 1;
  return (own ? text(instance, TAG.SOPInstanceUID) : text(instance, "0020000E")) ?? "";
}

/** What the reader chose for a run; undefined: what the image says itself. */
export function chosenScale(key: string): ChosenScale | undefined {
  return chosen.get(key)?.at(-1);
}

/** Calibrates a run; the choice before is kept for `undoScale`. */
export function chooseScale(key: string, scale: ChosenScale): void {
  chosen.set(key, [...(chosen.get(key) ?? []), scale]);
  tell();
}

/** Takes a choice for a run back, the last one when none is named; false when it was not there. */
export function undoScale(key: string, scale: ChosenScale | undefined = chosenScale(key)): boolean {
  const all = chosen.get(key) ?? [];
  const rest = all.filter((one) => one !== scale);
  if (rest.length === all.length) return false;
  if (rest.length > 0) chosen.set(key, rest);
  else chosen.delete(key);
  tell();
  return true;
}

function tell(): void {
  version++;
  for (const listener of listeners) listener();
}

export function onScales(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Draws anew whenever a run is calibrated; grows with every choice. */
export function useScales(): number {
  return useSyncExternalStore(onScales, () => version);
}
