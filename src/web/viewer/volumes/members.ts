import type { PaneController } from "../pane/pane-controller.ts";
import type { Plane } from "./crosshair-store.ts";

/** A pane that shows something of a frame of reference. */
export interface VolumeMember {
  readonly frameOfReference: string;
  /** The plane it shows when it cuts a volume; null for images as acquired. */
  readonly plane: Plane | null;
  readonly controller: PaneController;
}

type Shown = "planes" | "always" | "never";

const members = new Set<VolumeMember>();
const listeners = new Set<() => void>();
let shown: Shown = "planes";
let version = 0;

/** Panes that show the same frame of reference draw their lines anew. */
export function tellMembers(): void {
  version++;
  for (const listener of listeners) listener();
}

/** A pane begins to show something; returns how to stop. */
export function joinMembers(member: VolumeMember): () => void {
  members.add(member);
  tellMembers();
  return () => {
    members.delete(member);
    tellMembers();
  };
}

/** The panes that show a frame of reference. */
export function membersOf(frameOfReference: string): readonly VolumeMember[] {
  return [...members].filter((one) => one.frameOfReference === frameOfReference);
}

/**
 * Where crosshairs are drawn: between panes that cut one frame of reference in several planes ("planes", to begin with),
 * on everything of it, or nowhere.
 */
export function showsCrosshair(): Shown {
  return shown;
}

/** The next of: between planes, everywhere, nowhere. */
export function switchCrosshair(): void {
  shown = shown === "planes" ? "always" : shown === "always" ? "never" : "planes";
  tellMembers();
}

export function subscribeMembers(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Grows when there is something to draw anew. */
export function membersVersion(): number {
  return version;
}
