import { useMemo, useState } from "react";
import type { GridName, LayoutView } from "../../../cases/hanging-layout.ts";
import type { AnalysisView, CaseKind, SeriesView } from "../../../cases/views.ts";
import { hang, openingMode, type PaneMode, type PanePlan, shown } from "./hang.ts";
import type { ReadingScript, ScriptPane } from "./reading-script.ts";
import {
  byExamination,
  CAPACITY,
  fitting,
  type HungPane,
  hasImages,
  resolveStage,
  scriptCase,
} from "./resolve-stage.ts";
import { SCRIPTS, scriptFor } from "./scripts/index.ts";

/** What the reader changed in a stage: it stays as it was left. */
interface Changed {
  readonly grid?: GridName;
  readonly panes: Readonly<Record<number, PanePlan>>;
}

const UNCHANGED: Changed = { panes: {} };

/** What is being read, and how: the case, what is still arriving, and layouts that were saved. */
export interface Reading {
  readonly kind?: CaseKind | undefined;
  /** "214 of 480 images are here"; undefined: nothing is on its way. */
  readonly arriving?: string | undefined;
  readonly saved?: readonly LayoutView[] | undefined;
}

/** Which script is read, at which stage, and what hangs: what the reader touched stays until they ask for more. */
export function useHanging(series: readonly SeriesView[], analyses: readonly AnalysisView[], reading: Reading) {
  const { kind, arriving, saved } = reading;
  const [scriptId, setScriptId] = useState<string>();
  const [stageId, setStageId] = useState<string>();
  const [changes, setChanges] = useState<Readonly<Record<string, Changed>>>({});
  const plan = useMemo(() => hang(byExamination(series).current, analyses), [series, analyses]);
  const own = useMemo(() => scriptFor(scriptCase(series, kind)), [series, kind]);
  const layouts = useMemo(() => (saved ?? []).map(scriptOf), [saved]);
  const script = [...SCRIPTS, ...layouts].find(({ id }) => id === scriptId) ?? own;
  const stages = useMemo(
    () => script.stages.map((stage) => ({ stage, hung: resolveStage(stage, series, analyses, arriving) })),
    [script, series, analyses, arriving],
  );
  const at = Math.max(
    0,
    stages.findIndex(({ stage }) => stage.id === stageId),
  );
  const { stage, hung } = stages[at]!;
  const key = `${script.id} ${stage.id}`;
  const changed = changes[key] ?? UNCHANGED;
  const grid = changed.grid ?? hung.grid;
  const panes = useMemo(() => filled(hung.panes, changed, series, analyses), [hung, changed, series, analyses]);

  const change = (next: (now: Changed) => Changed) =>
    setChanges((all) => ({ ...all, [key]: next(all[key] ?? UNCHANGED) }));
  const put = (index: number, next: PanePlan) => change((now) => ({ ...now, panes: { ...now.panes, [index]: next } }));

  return {
    plan,
    script,
    own,
    layouts,
    stages: stages.map((one, index) => ({
      id: one.stage.id,
      title: one.stage.title,
      question: one.stage.question,
      /** Whether it has something to show. */
      ready: hasImages(one.hung),
      /** Whether something may still come for it. */
      waits: one.hung.panes.some(({ waits }) => waits !== undefined),
      current: index === at,
    })),
    question: stage.question,
    grid,
    panes,
    /** How many panes hang otherwise than the script would hang them now. */
    kept: panes.filter((pane, k) => changed.panes[k] !== undefined && !isSame(pane.plan, hung.panes[k]?.plan)).length,
    choose(id: string) {
      setScriptId(id);
      setStageId(undefined);
    },
    open: setStageId,
    go(by: 1 | -1) {
      const ready = stages.map((one, index) => ({ ...one, index })).filter((one) => hasImages(one.hung));
      const next = by > 0 ? ready.find(({ index }) => index > at) : ready.findLast(({ index }) => index < at);
      if (next) setStageId(next.stage.id);
    },
    put,
    /** The reader works in a pane: what is in it stays. */
    pin(index: number) {
      const now = panes[index]?.plan;
      if (now && changed.panes[index] === undefined) put(index, now);
    },
    putAll: (plans: readonly PanePlan[]) =>
      change(() => ({ grid: fitting("3x2", plans.length), panes: { ...plans.slice(0, 6) } })),
    swap(a: number, b: number) {
      const [one, other] = [panes[a]?.plan, panes[b]?.plan];
      if (one && other) change((now) => ({ ...now, panes: { ...now.panes, [a]: other, [b]: one } }));
    },
    setGrid: (next: GridName) => change((now) => ({ ...now, grid: next })),
    /** The stage as the script hangs it. */
    anew: () => change(() => UNCHANGED),
  };
}

export type Hanging = ReturnType<typeof useHanging>;

/** The panes of a grid: what the reader put there, what the stage wants, then series that hang nowhere yet. */
function filled(
  hung: readonly HungPane[],
  changed: Changed,
  series: readonly SeriesView[],
  analyses: readonly AnalysisView[],
): readonly HungPane[] {
  const size = changed.grid ? CAPACITY[changed.grid] : hung.length;
  const panes = Array.from({ length: size }, (_, k): HungPane | undefined => {
    const put = changed.panes[k];
    return put ? { plan: put } : hung[k];
  });
  const open = new Set(panes.map((pane) => pane?.plan?.seriesUid));
  const others = shown(series).filter(({ seriesUid, role }) => role !== "PMAP" && !open.has(seriesUid));
  return panes.map((pane) => {
    if (pane) return pane;
    const next = others.shift();
    return next
      ? { plan: { seriesUid: next.seriesUid, mode: openingMode(next, analyses) } }
      : { waits: "Drag a series here" };
  });
}

function isSame(a: PanePlan | undefined, b: PanePlan | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** A saved layout is a script of one stage. */
function scriptOf({ id, name, layout }: LayoutView): ReadingScript {
  const panes = layout.panes.map(({ wants, mode, plane, map, window, slabMm }): ScriptPane => {
    const { roles, qualifiers, nth } = wants;
    return {
      ...(map
        ? { map: map as NonNullable<ScriptPane["map"]> }
        : { wants: { roles, ...(qualifiers ? { asked: qualifiers } : {}), ...(nth === undefined ? {} : { nth }) } }),
      ...{ mode: mode as PaneMode },
      ...(plane ? { plane } : {}),
      ...(window ? { window } : {}),
      ...(slabMm === undefined ? {} : { slabMm }),
    };
  });
  const stage = { id: "saved", title: name, question: "", grid: layout.grid, panes };
  return { id: `saved:${id}`, name, kinds: [], fits: () => false, stages: [stage] };
}
