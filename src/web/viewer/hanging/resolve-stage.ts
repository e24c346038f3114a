import type { GridName } from "../../../cases/hanging-layout.ts";
import type { AnalysisView, SeriesView } from "../../../cases/views.ts";
import type { SeriesQualifiers } from "../../../core/series-reading.ts";
import { hang, latestResult, openingMode, type PanePlan, shown } from "./hang.ts";
import type { Asked, ScriptCase, ScriptPane, Stage, Wanted } from "./reading-script.ts";

/** What hangs in one pane: a plan, or words on what it waits for. */
export type HungPane =
  | { readonly plan: PanePlan; readonly waits?: undefined }
  | { readonly plan?: undefined; readonly waits: string };

/** A stage as it hangs in this case. */
export interface HungStage {
  readonly grid: GridName;
  readonly panes: readonly HungPane[];
}

export const CAPACITY: Readonly<Record<GridName, number>> = { "1": 1, "2": 2, "1+2": 3, "2x2": 4, "3x2": 6 };
const DAY_MS = 24 * 3600 * 1000;
const MAP_NAMES = { tmax: "Tmax", cbf: "rCBF", cbv: "CBV", mtt: "MTT" } as const;

/** Series of the newest examination (all within a day of it), and those of earlier ones, the latest of these first. */
export function byExamination(series: readonly SeriesView[]): {
  readonly current: readonly SeriesView[];
  readonly prior: readonly SeriesView[];
} {
  const of = (one: SeriesView) => (one.at === null ? Number.NaN : Date.parse(one.at));
  const begins = new Map<string, number>();
  for (const one of series) {
    const at = of(one);
    if (!Number.isNaN(at)) begins.set(one.studyUid, Math.min(at, begins.get(one.studyUid) ?? at));
  }
  const newest = Math.max(...begins.values());
  const isPrior = (one: SeriesView) => newest - (begins.get(one.studyUid) ?? newest) > DAY_MS;
  const when = (one: SeriesView) => begins.get(one.studyUid) ?? 0;
  return {
    current: series.filter((one) => !isPrior(one)),
    prior: series.filter(isPrior).sort((a, b) => when(b) - when(a)),
  };
}

/** What scripts know of these series. */
export function scriptCase(series: readonly SeriesView[], kind: ScriptCase["kind"]): ScriptCase {
  const { current, prior } = byExamination(shown(series));
  const all = (of: (one: SeriesView) => string | undefined) =>
    new Set(current.map(of).filter((one) => one !== undefined));
  return {
    kind,
    roles: all(({ role }) => role),
    regions: all(({ qualifiers }) => qualifiers.region),
    vessels: all(({ qualifiers }) => qualifiers.vessel),
    hasPriors: prior.some(({ role }) => current.some((one) => one.role === role)),
  };
}

/**
 * The series that is wanted: by the order of roles, then by how much of what is asked it says; one that contradicts it is
 * not taken. Undefined when there is none.
 */
export function pick(wanted: Wanted, series: readonly SeriesView[]): SeriesView | undefined {
  const { current, prior } = byExamination(shown(series));
  const pool = wanted.prior ? prior : current;
  for (const role of wanted.roles) {
    const alike = pool
      .filter((one) => one.role === role && agrees(one.qualifiers, wanted.asked, true))
      .filter(({ qualifiers }) => agrees(qualifiers, wanted.exactly, false))
      .map((one) => ({ one, score: score(one.qualifiers, wanted) }))
      .sort((a, b) => b.score - a.score)
      .map(({ one }) => one);
    const nth = wanted.nth ?? 0;
    const found = nth < 0 ? (alike.length > 1 ? alike.at(nth) : undefined) : alike[nth];
    if (found) return found;
  }
  return undefined;
}

/** A stage with the series of a case. Panes without a series wait while images arrive, and are left out else. */
export function resolveStage(
  stage: Stage,
  series: readonly SeriesView[],
  analyses: readonly AnalysisView[],
  arriving: string | undefined,
): HungStage {
  if (!stage.panes) {
    const { panes, columns } = hang(byExamination(series).current, analyses);
    const grid = columns === 1 ? "1" : panes.length <= 2 ? "2" : panes.length === 3 ? "1+2" : "2x2";
    return { grid, panes: panes.map((plan) => ({ plan })) };
  }
  const hung = stage.panes.map((pane): HungPane | undefined => {
    const plan = planOf(pane, series, analyses);
    if (plan) return { plan };
    return arriving === undefined ? undefined : { waits: waitingWords(pane, series, arriving) };
  });
  const panes = hung.filter((one) => one !== undefined);
  // What compares with before is nothing without it.
  const before = stage.panes.map(({ wants }, k) => ({
    isPrior: wants?.prior === true,
    has: hung[k]?.plan !== undefined,
  }));
  const compares = before.some(({ isPrior }) => isPrior);
  const isWhole = panes.some(({ plan }) => plan) && (!compares || before.some(({ isPrior, has }) => isPrior && has));
  return { grid: fitting(stage.grid, panes.length), panes: isWhole || arriving !== undefined ? panes : [] };
}

/** Whether a stage has anything to show or to wait for. */
export function hasImages({ panes }: HungStage): boolean {
  return panes.some(({ plan }) => plan !== undefined);
}

/** The smallest grid that holds so many panes, and not more than was asked for. */
export function fitting(grid: GridName, count: number): GridName {
  if (count >= CAPACITY[grid]) return grid;
  return count <= 1 ? "1" : count === 2 ? "2" : count === 3 ? "1+2" : count === 4 ? "2x2" : "3x2";
}

function planOf(
  pane: ScriptPane,
  series: readonly SeriesView[],
  analyses: readonly AnalysisView[],
): PanePlan | undefined {
  const look = {
    ...(pane.plane ? { plane: pane.plane } : {}),
    ...(pane.window ? { window: pane.window } : {}),
    ...(pane.slabMm === undefined ? {} : { slabMm: pane.slabMm }),
  };
  if (pane.map) {
    const seriesUid = latestResult(analyses)?.result?.maps[pane.map];
    const isHere = series.some((one) => one.seriesUid === seriesUid);
    return seriesUid && isHere ? { seriesUid, mode: "map", map: pane.map } : undefined;
  }
  const one = pane.wants && pick(pane.wants, series);
  if (!one) return undefined;
  const place = pane.atBifurcation ? { bifurcation: sideExamined(series) } : {};
  return { seriesUid: one.seriesUid, mode: pane.mode ?? openingMode(one, analyses), ...look, ...place };
}

/** The side that duplex or a run of this examination names; the right where none does. */
function sideExamined(series: readonly SeriesView[]): "left" | "right" {
  const named = byExamination(series).current.find(
    ({ role, qualifiers }) => (role === "US" || role === "DSA") && qualifiers.side !== undefined,
  );
  return named?.qualifiers.side === "left" ? "left" : "right";
}

/**
 * What a pane waits for, how much of that role is here so far, and how far the whole case is: how many images a series
 * will have is told by nobody before its last has come.
 */
function waitingWords({ wants, map }: ScriptPane, series: readonly SeriesView[], arriving: string): string {
  const role = map ? "CTP" : (wants?.roles[0] ?? "");
  const { current, prior } = byExamination(shown(series));
  const here = (wants?.prior ? prior : current)
    .filter((one) => one.role === role)
    .reduce((sum, { frames }) => sum + frames, 0);
  const phase = wants?.exactly?.phase;
  const name = map
    ? MAP_NAMES[map]
    : [role || "images", typeof phase === "string" ? phase : ""].filter(Boolean).join(", ");
  const soFar = here > 0 ? `${role} so far: ${here} images` : role ? `no ${role} here yet` : "";
  return [`waiting for ${name}${wants?.prior ? " of before" : ""}`, soFar, `case: ${arriving}`]
    .filter(Boolean)
    .join(" · ");
}

/** `silent`: what a series does not say is no contradiction. */
function agrees(qualifiers: SeriesQualifiers, asked: Asked | undefined, silent: boolean): boolean {
  return Object.entries(asked ?? {}).every(([key, wanted]) => {
    const said = qualifiers[key as keyof SeriesQualifiers];
    if (said === undefined) return silent;
    return Array.isArray(wanted) ? wanted.includes(said) : wanted === said;
  });
}

/** What is said outright counts most; made-up images, bone kernels and turned planes only where they are asked for. */
function score(qualifiers: SeriesQualifiers, { asked = {}, exactly = {} }: Wanted): number {
  const said = Object.keys(asked).filter((key) => qualifiers[key as keyof SeriesQualifiers] !== undefined).length;
  const wants = (key: keyof SeriesQualifiers) => key in asked || key in exactly;
  const unasked =
    (qualifiers.derived && !wants("derived") ? 3 : 0) +
    (qualifiers.kernel && !wants("kernel") ? 2 : 0) +
    (qualifiers.plane !== undefined && qualifiers.plane !== "axial" && !wants("plane") ? 1 : 0) +
    (qualifiers.phase !== undefined && qualifiers.phase !== "arterial" && !wants("phase") ? 1 : 0);
  return 2 * said - unasked;
}
