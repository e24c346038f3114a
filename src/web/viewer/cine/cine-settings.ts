import { useSyncExternalStore } from "react";
import { ASSUMED_RATE } from "../../../dicom/index.ts";
import type { PaneContent } from "../pane/pane-content.ts";
import type { CineLoop } from "./cine-loop.ts";
import { evenly, type FrameTimes } from "./cine-time.ts";

/** How runs are played: one setting for all panes, what belongs to one run under its id. */
export interface CineSettings {
  /** 1 is true time. */
  readonly speed: number;
  readonly bounce: boolean;
  /** Every run on the screen goes with the active one, by the same clock. */
  readonly together: boolean;
  readonly loops: Readonly<Record<string, { readonly first: number; readonly last: number }>>;
  /** Seconds by which a run is shown later than its own first frame, so that contrast arrives in all at once. */
  readonly offsets: Readonly<Record<string, number>>;
  /** Frames a second the reader chose for runs that state no times. */
  readonly rates: Readonly<Record<string, number>>;
  /** What the last second showed: frames that came up, and frames that were due; null while nothing plays. */
  readonly measured: { readonly shown: number; readonly due: number } | null;
}

let settings: CineSettings = {
  ...{ speed: 1, bounce: false, together: false, loops: {}, offsets: {}, rates: {}, measured: null },
};
const listeners = new Set<() => void>();

export function cineSettings(): CineSettings {
  return settings;
}

export function changeCine(change: Partial<CineSettings>): void {
  settings = { ...settings, ...change };
  for (const listener of listeners) listener();
}

export function useCineSettings(): CineSettings {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }, cineSettings);
}

/** The id under which the settings of a run are kept: its first frame, however it is shown. */
export function runIdOf({ show }: Pick<PaneContent, "show">): string {
  const first = show.imageIds[0] ?? "";
  return first.slice(first.indexOf(":") + 1);
}

/** The times a run is played by; of one that states none by the rate that the reader chose, else by the assumed one. */
export function playedTimes(run: string, { times, source }: FrameTimes, now: CineSettings): readonly number[] {
  const rate = now.rates[run];
  return source === "not stated" && rate ? evenly(times.length, rate) : times;
}

/** Frames a second of a run that states no times. */
export function assumedRate(run: string, now: CineSettings): number {
  return now.rates[run] ?? ASSUMED_RATE;
}

/** The loop that is played of a run: the part the reader marked, else the whole. */
export function loopOf(run: string, times: readonly number[], now: CineSettings): CineLoop {
  const marked = now.loops[run];
  return { times, first: marked?.first ?? 0, last: marked?.last ?? times.length - 1, bounce: now.bounce };
}
