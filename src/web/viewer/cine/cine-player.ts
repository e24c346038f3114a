import { cache, imageLoader } from "@cornerstonejs/core";
import type { PaneContent } from "../pane/pane-content.ts";
import type { PaneController } from "../pane/pane-controller.ts";
import { beganLater, isBiplanePair } from "./biplane.ts";
import { type CineLoop, frameDue, frameStanding, phaseOfFrame } from "./cine-loop.ts";
import { type CineSettings, changeCine, cineSettings, loopOf, playedTimes, runIdOf } from "./cine-settings.ts";

/** A pane that can be played or go with one that is. */
export interface CinePane {
  readonly id: string;
  readonly controller: PaneController;
  readonly content: PaneContent | undefined;
}

/** Slices have no time; they are paged at this pace. */
const SLICES_PER_SECOND = 10;

const panes = new Map<string, CinePane>();
const asked = new Set<string>();

/** A pane takes part; the answer takes it out again. Panes of its run that follow go with every step of it. */
export function joinCine(pane: CinePane): () => void {
  panes.set(pane.id, pane);
  let shown = -1;
  const leave = pane.controller.subscribe(() => {
    const { slice, status } = pane.controller.state();
    if (slice === shown || status !== "rendered") return;
    shown = slice;
    if (pane.id === leading) bringAlong(pane, slice);
  });
  return () => {
    leave();
    if (panes.get(pane.id) === pane) panes.delete(pane.id);
  };
}

let leading: string | undefined;

/** The pane that others go with. */
export function leadCine(id: string): void {
  leading = id;
}

function timesOf({ content, controller }: CinePane, now: CineSettings): readonly number[] {
  if (content?.times) return playedTimes(runIdOf(content), content.times, now);
  return Array.from({ length: controller.state().count }, (_, k) => k / SLICES_PER_SECOND);
}

function loopFor(pane: CinePane, now: CineSettings): CineLoop {
  return loopOf(pane.content ? runIdOf(pane.content) : "", timesOf(pane, now), now);
}

/** The other panes that go with one: its other plane always, all other runs when they are played together. */
export function followersOf(pane: CinePane, now: CineSettings): readonly CinePane[] {
  const { content } = pane;
  if (!content?.times) return [];
  return [...panes.values()].filter((other) => {
    if (other.id === pane.id || !other.content?.times || runIdOf(other.content) === runIdOf(content)) return false;
    return now.together || isBiplanePair(content.instance, other.content.instance);
  });
}

/** Seconds by which `other` is to be shown further into its own run than `pane` is into its. */
function further(pane: CinePane, other: CinePane, now: CineSettings): number {
  const [a, b] = [pane.content!, other.content!];
  const [mine, its] = [now.offsets[runIdOf(a)], now.offsets[runIdOf(b)]];
  if (mine === undefined && its === undefined && isBiplanePair(a.instance, b.instance)) {
    return -beganLater(a.instance, b.instance);
  }
  return (its ?? 0) - (mine ?? 0);
}

function bringAlong(pane: CinePane, frame: number): void {
  const now = cineSettings();
  const others = followersOf(pane, now);
  if (others.length === 0) return;
  const time = timesOf(pane, now)[frame] ?? 0;
  for (const other of others) bring(other, frameStanding(timesOf(other, now), time + further(pane, other, now)));
}

/** Shows a frame that is in memory; asks once for one that is not, and shows what is due when it is here. */
function bring({ controller, content }: CinePane, frame: number): void {
  if (controller.state().slice === frame) return;
  const imageId = content?.show.kind === "stack" ? content.show.imageIds[frame] : undefined;
  if (imageId && !cache.isLoaded(imageId)) {
    if (asked.size > 2 || asked.has(imageId)) return;
    asked.add(imageId);
    imageLoader.loadAndCacheImage(imageId).then(
      () => asked.delete(imageId),
      () => asked.delete(imageId),
    );
    return;
  }
  controller.goTo(frame);
}

/**
 * Plays a pane by the clock until the answer is called: at every picture of the screen the frame that is due then, so that
 * frames are dropped and time never stretches. Each second it says how many frames came up and how many were due.
 */
export function playCine(id: string): () => void {
  let request = 0;
  let before: { settings: CineSettings; began: number; phase: number; loop: CineLoop; count: number } | undefined;
  let [shown, due] = [-1, -1];
  let second = { from: 0, shown: 0, due: 0 };
  const tick = (at: number) => {
    request = requestAnimationFrame(tick);
    const pane = panes.get(id);
    if (pane?.controller.state().status !== "rendered") return;
    const { slice, count } = pane.controller.state();
    const settings = cineSettings();
    if (!before || before.count !== count || differs(before.settings, settings)) {
      const loop = loopFor(pane, settings);
      before = { settings, began: at, phase: phaseOfFrame(loop, slice), loop, count };
      second = { from: at, shown: 0, due: 0 };
    }
    const frame = frameDue(before.loop, before.phase + ((at - before.began) / 1000) * settings.speed);
    if (frame !== due) second.due++;
    if (slice !== shown) second.shown++;
    [due, shown] = [frame, slice];
    bring(pane, frame);
    if (at - second.from < 1000) return;
    const seconds = (at - second.from) / 1000;
    changeCine({ measured: { shown: second.shown / seconds, due: dueRate(before.loop, settings.speed) } });
    second = { from: at, shown: 0, due: 0 };
  };
  request = requestAnimationFrame(tick);
  return () => {
    cancelAnimationFrame(request);
    changeCine({ measured: null });
  };
}

/** Mean frames a second that a loop asks for. */
function dueRate({ times, first, last }: CineLoop, speed: number): number {
  const [from, to] = last > first ? [first, last] : [0, times.length - 1];
  const seconds = (times[to] ?? 0) - (times[from] ?? 0);
  return seconds > 0 ? ((to - from) / seconds) * speed : 0;
}

function differs(a: CineSettings, b: CineSettings): boolean {
  return a.speed !== b.speed || a.bounce !== b.bounce || a.loops !== b.loops || a.rates !== b.rates;
}

/** The frames that stand in all panes now are made the same moment of contrast: what is played together is played so. */
export function alignHere(handles: Iterable<CinePane>): void {
  const now = cineSettings();
  const offsets: Record<string, number> = { ...now.offsets };
  for (const pane of handles) {
    if (!pane.content?.times) continue;
    offsets[runIdOf(pane.content)] = timesOf(pane, now)[pane.controller.state().slice] ?? 0;
  }
  changeCine({ offsets, together: true });
}
