import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { AnalysisView, SeriesView } from "../../../cases/views.ts";
import { fullestSlice } from "../maps/map-drawing.ts";
import { follow } from "../pane/linked-scroll.ts";
import type { PaneHandle } from "../pane/pane.tsx";
import type { PaneState } from "../pane/pane-state.ts";
import { type HangingPlan, hang, listed, openingMode, type PanePlan } from "./hang.ts";

/** The panes of a reading room: what hangs where, which one is active, and how they follow each other. */
export function usePanes(series: readonly SeriesView[], analyses: readonly AnalysisView[]) {
  const plan: HangingPlan = useMemo(() => hang(series, analyses), [series, analyses]);
  const [chosen, setChosen] = useState<Readonly<Record<number, PanePlan>>>({});
  const [active, setActive] = useState(0);
  const [linked, setLinked] = useState(true);
  const handles = useRef(new Map<string, PaneHandle>());
  const touched = useRef(false);
  const lead = useRef({ active: 0, linked: true, slices: new Map<string, number>(), aligned: new Set<string>() });
  lead.current.active = active;
  lead.current.linked = linked;

  const count = Math.max(plan.panes.length, plan.panes.length === 0 ? 0 : 1);
  const panes = plan.panes.map((pane, k) => chosen[k] ?? pane);
  useEffect(() => {
    if (active >= count) setActive(0);
  }, [active, count]);

  const [, setHandled] = useState(0);
  const onHandle = useCallback((id: string, handle: PaneHandle | undefined) => {
    if (handle) handles.current.set(id, handle);
    else handles.current.delete(id);
    setHandled((n) => n + 1);
  }, []);

  const onDrawn = useCallback((id: string, state: PaneState) => {
    const { slices } = lead.current;
    const before = slices.get(id);
    slices.set(id, state.slice);
    const handle = handles.current.get(id);
    if (before === undefined && handle?.content?.map?.name === "tmax" && !touched.current) {
      void openAtLesion(handle, handles.current, touched);
      return;
    }
    if (!touched.current && lead.current.linked && handle)
      align(id, handle, state, handles.current, lead.current.aligned);
    const isLeader = id === paneId(lead.current.active);
    if (!isLeader || !lead.current.linked || before === state.slice || !touched.current || !handle) return;
    follow(handle, handles.current.values());
  }, []);

  const change = useCallback((index: number, next: PanePlan) => {
    setChosen((old) => ({ ...old, [index]: next }));
    lead.current.slices.delete(paneId(index));
  }, []);

  const step = (by: number) => {
    const all = listed(series);
    const now = all.findIndex(({ seriesUid }) => seriesUid === panes[active]?.seriesUid);
    const next = all[(now + by + all.length) % all.length];
    if (next) change(active, { seriesUid: next.seriesUid, mode: openingMode(next, analyses) });
  };

  return {
    plan,
    panes,
    active,
    setActive(index: number) {
      touched.current = true;
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
    step,
  };
}

export function paneId(index: number): string {
  return `pane-${index + 1}`;
}

/** Until the reader scrolls, every pane opens at the level of the first one: the slab of a neck and head, too. */
function align(
  id: string,
  handle: PaneHandle,
  state: PaneState,
  all: ReadonlyMap<string, PaneHandle>,
  aligned: Set<string>,
): void {
  if (state.status !== "rendered" || aligned.has(id)) return;
  const first = all.get(paneId(0));
  if (!first?.controller.position()) return;
  aligned.add(id);
  follow(first, first === handle ? all.values() : [handle]);
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
  for (let wait = 0; wait < 20 && !touched.current; wait++) {
    for (const other of all.values()) {
      const there = other.controller.position();
      if (there?.frameOfReference === plane.frameOfReference) other.controller.jumpTo(plane.origin);
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
