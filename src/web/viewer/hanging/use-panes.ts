import { useCallback, useEffect, useRef, useState } from "react";
import type { AnalysisView, SeriesView } from "../../../cases/views.ts";
import { fullestSlice } from "../maps/map-drawing.ts";
import { parallel } from "../pane/geometry.ts";
import type { PaneHandle } from "../pane/pane.tsx";
import type { PaneState } from "../pane/pane-state.ts";
import { listed, openingMode, type PanePlan } from "./hang.ts";
import { levelBetween } from "./prior-level.ts";
import { useFirstDrawn } from "./use-first-drawn.ts";
import { type Reading, useHanging } from "./use-hanging.ts";

/** The panes of a reading room: what hangs where, which one is active, and how they follow each other. */
export function usePanes(series: readonly SeriesView[], analyses: readonly AnalysisView[], reading: Reading = {}) {
  const hanging = useHanging(series, analyses, reading);
  const [active, setActive] = useState(0);
  const [linked, setLinked] = useState(true);
  const [, setHandled] = useState(0);
  // The first pane has the line to itself until its first picture is there.
  const [others, tellDrawn] = useFirstDrawn();
  const handles = useRef(new Map<string, PaneHandle>());
  const touched = useRef(false);
  const lead = useRef({
    ...{ active: 0, linked: true, analyses, where: "", plans: [] as readonly (PanePlan | undefined)[] },
    ...{ slices: new Map<string, number>(), aligned: new Set<string>() },
  });
  Object.assign(lead.current, { active, linked, analyses });

  const count = hanging.panes.length;
  useEffect(() => {
    if (active >= count) setActive(0);
  }, [active, count]);
  const where = `${hanging.script.id} ${hanging.stages.find(({ current }) => current)?.id}`;
  const plans = hanging.panes.map(({ plan }) => plan);
  // Another stage opens at its own level again: before any of its pictures is told of.
  if (lead.current.where !== where) {
    for (const kept of [lead.current.aligned, lead.current.slices]) kept.clear();
    lead.current.where = where;
  }
  lead.current.plans = plans;

  const onHandle = useCallback((id: string, handle: PaneHandle | undefined) => {
    if (handle) handles.current.set(id, handle);
    else handles.current.delete(id);
    setHandled((n) => n + 1);
  }, []);

  const onDrawn = useCallback(
    (id: string, state: PaneState) => {
      const { slices, analyses: runs } = lead.current;
      if (state.status === "rendered") tellDrawn();
      const before = slices.get(id);
      slices.set(id, state.slice);
      const handle = handles.current.get(id);
      if (before === undefined && handle?.content?.map?.name === "tmax" && !touched.current) {
        void openAtLesion(handle, handles.current, touched);
        return;
      }
      // What is drawn may still be what hung there before.
      const isNew = handle && JSON.stringify(handle.plan) === JSON.stringify(lead.current.plans[paneIndex(id)]);
      if (lead.current.linked && isNew) {
        const isMoved = before !== undefined && before !== state.slice;
        align(id, handle, { state, isMoved }, handles.current, lead.current.aligned, runs);
      }
      const isLeader = id === paneId(lead.current.active);
      if (!isLeader || !lead.current.linked || before === state.slice || !touched.current || !handle) return;
      follow(handle, handles.current.values(), runs);
    },
    [tellDrawn],
  );

  const { put, pin } = hanging;
  const change = (index: number, next: PanePlan) => {
    put(index, next);
    for (const kept of [lead.current.aligned, lead.current.slices]) kept.delete(paneId(index));
  };

  return {
    hanging,
    plan: hanging.plan,
    panes: hanging.panes,
    plans,
    /** Whether panes after the first may open. */
    others,
    active,
    setActive(index: number) {
      touched.current = true;
      pin(index);
      setActive(index);
    },
    linked,
    setLinked,
    handle: () => handles.current.get(paneId(active)),
    handles: () => handles.current as ReadonlyMap<string, PaneHandle>,
    onHandle,
    onDrawn,
    /** Another series comes into the first pane: what is drawn next is its first picture. */
    forget() {
      lead.current.slices.delete(paneId(0));
    },
    change,
    step(by: number) {
      const all = listed(series);
      const now = all.findIndex(({ seriesUid }) => seriesUid === plans[active]?.seriesUid);
      const next = all[(now + by + all.length) % all.length];
      if (next) change(active, { seriesUid: next.seriesUid, mode: openingMode(next, analyses) });
    },
  };
}

export function paneId(index: number): string {
  return `pane-${index + 1}`;
}

function paneIndex(id: string): number {
  return Number(id.slice("pane-".length)) - 1;
}

/**
 * Brings the other panes to the level of the leading one: those whose sections are parallel to it and can be aligned.
 * Says whether all of them could be.
 */
function follow(leader: PaneHandle, others: Iterable<PaneHandle>, analyses: readonly AnalysisView[]): boolean {
  const here = leader.controller.position();
  if (!here) return false;
  let all = true;
  for (const other of others) {
    if (other.controller === leader.controller) continue;
    const there = other.controller.position();
    if (!there || !parallel(there.normal, here.normal)) continue;
    const level = levelBetween(leader, other, analyses);
    if (level) other.controller.jumpTo(level.to(here.point));
    else all = false;
  }
  return all;
}

/**
 * A pane that shows its first picture goes to the level of those that are there: of the first pane when a stage opens (the
 * slab of a neck and head, too), of any other when the reader put another series into the first. Where the level is not
 * known before more images are here it is tried again, as long as the pane was not moved.
 */
function align(
  id: string,
  handle: PaneHandle,
  { state, isMoved }: { readonly state: PaneState; readonly isMoved: boolean },
  all: ReadonlyMap<string, PaneHandle>,
  aligned: Set<string>,
  analyses: readonly AnalysisView[],
): void {
  if (state.status !== "rendered" || aligned.has(id)) return;
  const [there = paneId(0)] = aligned;
  const leader = all.get(there);
  if (!leader?.controller.position()) return;
  if (leader === handle || isMoved) aligned.add(id);
  if (isMoved) return;
  const isDone = follow(leader, leader === handle ? all.values() : [handle], analyses);
  if (isDone || state.loaded + state.failed >= state.total) aligned.add(id);
}

/** A case with a map opens where most tissue is beyond the threshold, unless the reader has begun to scroll. */
async function openAtLesion(
  handle: PaneHandle,
  all: ReadonlyMap<string, PaneHandle>,
  touched: { readonly current: boolean },
): Promise<void> {
  const layer = handle.content?.map;
  if (!layer) return;
  const index = await fullestSlice(layer).catch(() => null);
  const plane = index === null ? null : layer.planes[index];
  if (!plane || touched.current) return;
  handle.controller.jumpTo(plane.origin);
  const isThere = () => all.get(handle.controller.viewportId) === handle;
  for (let wait = 0; wait < 20 && !touched.current && isThere(); wait++) {
    for (const other of all.values()) {
      const there = other.controller.position();
      // A slab through the vessels opens where the vessels are, not where the tissue is.
      if (other.plan.mode === "mip" || there?.frameOfReference !== plane.frameOfReference) continue;
      other.controller.jumpTo(plane.origin);
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
