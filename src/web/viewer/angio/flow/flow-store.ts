import { useSyncExternalStore } from "react";
import type { FlowMapName } from "../../../../imaging/angiography/flow-maps.ts";

/** A place on a run, in pixels from the corner of its first pixel: column, row. */
export type Point = readonly [number, number];

/** A region that a reader drew on a run. */
export interface Region {
  readonly id: string;
  readonly name: string;
  readonly colour: string;
  readonly shape: "circle" | "polygon";
  /** A circle: its middle and a point on it. A polygon: its corners. */
  readonly points: readonly Point[];
}

/** What a region of a run is for: the role has at most one region each. */
export type RegionRole = "parent" | "inlet" | "dome" | "feeder" | "drainer" | "nidus" | "territory";

export type ShownMap = FlowMapName | "most" | "least" | "summed";

/** What is drawn on one run, and what it is for. */
export interface RunFlow {
  readonly regions: readonly Region[];
  readonly roles: Readonly<Partial<Record<RegionRole, string>>>;
}

/** Told apart in lightness as well as in hue. */
export const REGION_COLOURS = ["#5cc8d7", "#f2a65a", "#b39ddb", "#8bd17c", "#ff8fa3", "#e8e06a", "#7fa8ff", "#d8d8d8"];

const EMPTY: RunFlow = { regions: [], roles: {} };
const KEPT_STEPS = 50;
const runs = new Map<string, RunFlow>();
const before = new Map<string, RunFlow[]>();
const after = new Map<string, RunFlow[]>();
const listeners = new Set<() => void>();

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
const tell = () => {
  for (const listener of listeners) listener();
};

export function runFlow(seriesUid: string): RunFlow {
  return runs.get(seriesUid) ?? EMPTY;
}

/** What is drawn on a run, as it is now. */
export function useRunFlow(seriesUid: string | undefined): RunFlow {
  return useSyncExternalStore(subscribe, () => (seriesUid ? runFlow(seriesUid) : EMPTY));
}

/** Changes what is drawn on a run; can be taken back. */
export function changeRunFlow(seriesUid: string, change: (now: RunFlow) => RunFlow): void {
  const now = runFlow(seriesUid);
  const next = change(now);
  if (next === now) return;
  before.set(seriesUid, [...(before.get(seriesUid) ?? []), now].slice(-KEPT_STEPS));
  after.delete(seriesUid);
  runs.set(seriesUid, next);
  tell();
}

export function undoRunFlow(seriesUid: string): void {
  step(seriesUid, before, after);
}

export function redoRunFlow(seriesUid: string): void {
  step(seriesUid, after, before);
}

export function canUndo(seriesUid: string): boolean {
  return (before.get(seriesUid)?.length ?? 0) > 0;
}

export function canRedo(seriesUid: string): boolean {
  return (after.get(seriesUid)?.length ?? 0) > 0;
}

function step(seriesUid: string, from: Map<string, RunFlow[]>, to: Map<string, RunFlow[]>): void {
  const list = from.get(seriesUid) ?? [];
  const next = list.at(-1);
  if (!next) return;
  from.set(seriesUid, list.slice(0, -1));
  to.set(seriesUid, [...(to.get(seriesUid) ?? []), runFlow(seriesUid)]);
  runs.set(seriesUid, next);
  tell();
}

/** Adds a region with the next free name and colour; `role` gives it that role. Returns its id. */
export function addRegion(
  seriesUid: string,
  drawn: Pick<Region, "shape" | "points">,
  given: { readonly name?: string; readonly role?: RegionRole } = {},
): string {
  const id = crypto.randomUUID();
  changeRunFlow(seriesUid, ({ regions, roles }) => {
    const used = new Set(regions.map(({ colour }) => colour));
    const colour =
      REGION_COLOURS.find((one) => !used.has(one)) ?? REGION_COLOURS[regions.length % REGION_COLOURS.length]!;
    let count = regions.length + 1;
    while (regions.some(({ name }) => name === `region ${count}`)) count++;
    const name = given.name ?? `region ${count}`;
    return {
      regions: [...regions, { ...drawn, id, name, colour }],
      roles: given.role ? { ...roles, [given.role]: id } : roles,
    };
  });
  return id;
}

export function removeRegion(seriesUid: string, id: string): void {
  changeRunFlow(seriesUid, ({ regions, roles }) => ({
    regions: regions.filter((one) => one.id !== id),
    roles: Object.fromEntries(Object.entries(roles).filter(([, of]) => of !== id)),
  }));
}

export function changeRegion(seriesUid: string, id: string, change: Partial<Pick<Region, "name" | "points">>): void {
  changeRunFlow(seriesUid, (now) => ({
    ...now,
    regions: now.regions.map((one) => (one.id === id ? { ...one, ...change } : one)),
  }));
}

/** Gives a region a role, taken from any other; undefined: nobody has it. */
export function setRole(seriesUid: string, role: RegionRole, id: string | undefined): void {
  changeRunFlow(seriesUid, ({ regions, roles }) => {
    const { [role]: _, ...rest } = roles;
    return { regions, roles: id === undefined ? rest : { ...rest, [role]: id } };
  });
}
