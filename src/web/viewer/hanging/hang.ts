import { runsOf } from "../../../cases/analysis-view.ts";
import type { AnalysisOf, AnalysisView, SeriesView } from "../../../cases/views.ts";

/**
 * How a pane shows its series. "slices" as acquired, the three planes and the slab by volume, "vr" the volume seen from outside, "map" in colour, "object" as
 * what it is when it is no image (and the header of any).
 */
export type PaneMode = "slices" | "axial" | "coronal" | "sagittal" | "mip" | "vr" | "map" | "run" | "object";
export type MapName = "tmax" | "cbf" | "cbv" | "mtt";

export interface PanePlan {
  readonly seriesUid: string;
  readonly mode: PaneMode;
  readonly map?: MapName;
  /** Which clip of a run, or which time of slices imaged several times; its first (DWI: last) when left out. */
  readonly time?: number;
  /** Which group of a series that is split, or all in one list as received; its largest when left out. */
  readonly group?: number | "all";
  /** The object of the series (and its frame, from 0) that is opened at. */
  readonly at?: { readonly sopUid: string; readonly frame: number };
  /** Plane of a slab. */
  readonly plane?: "axial" | "coronal" | "sagittal";
  /** Thickness a slab opens with, mm. */
  readonly slabMm?: number;
  /** Where it opens: at the carotid bifurcation (sagittal planes: of this side); else an axial CTA at the arterial circle. */
  readonly bifurcation?: "left" | "right";
  /** The window it opens with; else that of its role. */
  readonly window?: { readonly width: number; readonly level: number };
}

export interface HangingPlan {
  readonly kind: "stroke" | "angiography" | "volume" | "series" | "empty";
  readonly columns: 1 | 2;
  readonly panes: readonly PanePlan[];
}

/** Roles that hold no image to show here. */
const NOT_SHOWN = new Set(["SR", "RDSR", "PDF", "SEG"]);
const VOLUMES = new Set(["CTA", "3DRA", "TOF"]);
const RUNS = new Set(["DSA", "XA", "RF", "US"]);
/** The order in which a reader wants to see them, first pane first; "tmax" and "cbf" stand for maps of an analysis. */
const READING_ORDER = [
  "NCCT",
  "CTA",
  "tmax",
  "cbf",
  "DSA",
  "DWI",
  "ADC",
  "FLAIR",
  "TOF",
  "3DRA",
  "CBCT",
  "SWI",
  "CTP",
  "XA",
  "US",
  "DSC",
  "T1",
  "T2",
  "RF",
];

/** An aneurysm: the plain CT if there is one, then the vessels in planes, as projected and as rotated. */
const VESSEL_ORDER = "NCCT CTA DSA XA 3DRA CBCT TOF T2 FLAIR SWI T1 DWI ADC US DSC RF".split(" ");
/** Runs beside MR (a malformation): both projections, then the anatomy before diffusion, which answers another question. */
const RUNS_AND_MR_ORDER = "DSA XA T2 FLAIR TOF SWI 3DRA CBCT T1 DWI ADC NCCT US DSC RF".split(" ");
/** Duplex ultrasound beside an angiogram of the neck. */
const NECK_ORDER = "CTA US TOF NCCT DSA 3DRA CBCT DWI FLAIR SWI T1 T2 ADC XA RF".split(" ");

/** The order in which these series are hung: by what was examined, as the images themselves tell. */
function orderFor(roles: ReadonlySet<string>): readonly string[] {
  if (roles.has("CTP")) return READING_ORDER;
  if (roles.has("US") && roles.has("CTA")) return NECK_ORDER;
  if (roles.has("DSA") && roles.has("CTA") && roles.has("3DRA")) return VESSEL_ORDER;
  const mr = roles.has("FLAIR") || roles.has("T2") || roles.has("TOF");
  return roles.has("DSA") && mr && !roles.has("NCCT") && !roles.has("CTA") ? RUNS_AND_MR_ORDER : READING_ORDER;
}

/** Beside slices one run is enough where rotational and CT angiography show the rest, else both projections. */
function mostRuns(roles: ReadonlySet<string>): number {
  if (![...roles].some((role) => !RUNS.has(role))) return Number.POSITIVE_INFINITY;
  return roles.has("CTA") && roles.has("3DRA") ? 1 : 2;
}

/** Whether a series is shown as what it is on a page of its own: reports, segmentations, documents, videos ... */
export function isObject({ kinds, role }: SeriesView): boolean {
  const shownAs = kinds[0]?.shownAs;
  return shownAs === undefined ? NOT_SHOWN.has(role) : shownAs !== "image" && shownAs !== "map";
}

/** What a series is in the lists: its role, and where that says nothing what kind of objects it holds. */
export function kindName(series: SeriesView): string {
  return isObject(series) || (series.role === "PMAP" && series.kinds.length > 0)
    ? (series.kinds[0]?.short ?? series.role)
    : series.role;
}

/** The mode in which a series opens. A map that no analysis here made is shown as what it says it is. */
export function openingMode(series: SeriesView, analyses: readonly AnalysisView[] = []): PaneMode {
  if (isObject(series)) return "object";
  const { role } = series;
  if (role === "PMAP") return mapOf(series.seriesUid, analyses) ? "map" : "object";
  if (series.kinds[0]?.shownAs === "map") return "object";
  if (VOLUMES.has(role)) return "mip";
  return RUNS.has(role) ? "run" : "slices";
}

/** The map a Parametric Map series holds, by the analyses that made it. */
export function mapOf(seriesUid: string, analyses: readonly AnalysisView[]): MapName | undefined {
  for (const { result } of runsOf(analyses, "perfusion")) {
    const found = Object.entries(result?.maps ?? {}).find(([, uid]) => uid === seriesUid);
    if (found && ["tmax", "cbf", "cbv", "mtt"].includes(found[0])) return found[0] as MapName;
  }
  return undefined;
}

/** The newest finished perfusion analysis; undefined without one. */
export function latestResult(analyses: readonly AnalysisView[]): AnalysisOf<"perfusion"> | undefined {
  const done = runsOf(analyses, "perfusion").filter(({ state, result }) => state === "done" && result);
  return done.sort((a, b) => (b.finishedAt ?? "").localeCompare(a.finishedAt ?? ""))[0];
}

/** Maps that a later run has replaced: out of sight, still there. */
export function replacedMaps(analyses: readonly AnalysisView[]): ReadonlySet<string> {
  const latest = latestResult(analyses);
  const older = runsOf(analyses, "perfusion").filter((run) => run !== latest);
  return new Set(older.flatMap(({ result }) => Object.values(result?.maps ?? {})));
}

/** Series that hold images, in the order of the strip. */
export function shown(series: readonly SeriesView[]): readonly SeriesView[] {
  return series.filter((one) => !isObject(one) && one.instances > 0);
}

/** Every series that holds anything: images first, then all else. */
export function listed(series: readonly SeriesView[]): readonly SeriesView[] {
  return [...shown(series), ...series.filter((one) => isObject(one) && one.instances > 0)];
}

/**
 * Hangs a case: up to four panes in reading order (stroke: non-contrast CT, CTA slab, Tmax, relative CBF; aneurysm,
 * malformation and neck by `orderFor`). One volume
 * alone opens in three planes and a slab; one other series fills the page; runs lie side by side.
 */
export function hang(series: readonly SeriesView[], analyses: readonly AnalysisView[] = []): HangingPlan {
  const candidates: PanePlan[] = [];
  const images = shown(series).filter(({ role }) => role !== "PMAP");
  const stored = Object.entries(latestResult(analyses)?.result?.maps ?? {});
  const maps = Object.fromEntries(stored.filter(([, uid]) => series.some(({ seriesUid }) => seriesUid === uid)));
  const roles = new Set(images.map(({ role }) => role));
  const order = maps.tmax ? READING_ORDER : orderFor(roles);
  for (const name of order) {
    if (name === "tmax" || name === "cbf") {
      const seriesUid = maps[name];
      if (seriesUid) candidates.push({ seriesUid, mode: "map", map: name });
      continue;
    }
    if (name === "CTP" && maps.tmax) continue;
    const alike = images.filter(({ role }) => role === name);
    const kept = RUNS.has(name) ? alike.slice(0, mostRuns(roles)) : alike;
    for (const one of kept) {
      const { seriesUid, role } = one;
      candidates.push({ seriesUid, mode: openingMode(one), ...slabPlane(role, order === NECK_ORDER) });
    }
  }
  const left = images.filter(({ role }) => !order.includes(role));
  if (candidates.length === 0) for (const { seriesUid } of left) candidates.push({ seriesUid, mode: "slices" });
  if (candidates.length === 0) {
    // No image at all: what there is fills the page.
    const one = listed(series).find((each) => openingMode(each) === "object");
    if (one) return { kind: "series", columns: 1, panes: [{ seriesUid: one.seriesUid, mode: "object" }] };
  }
  const first = candidates[0];
  if (!first) return { kind: "empty", columns: 1, panes: [] };
  const isVolume = first.mode === "mip" && candidates.length === 1;
  if (isVolume) {
    const { seriesUid } = first;
    const planes = (["axial", "coronal", "sagittal"] as const).map((mode) => ({ seriesUid, mode }));
    return { kind: "volume", columns: 2, panes: [...planes, first] };
  }
  const runs = candidates.every(({ mode }) => mode === "run");
  if (candidates.length === 1) return { kind: runs ? "angiography" : "series", columns: 1, panes: [first] };
  if (runs) return { kind: "angiography", columns: 2, panes: candidates.slice(0, candidates.length > 3 ? 4 : 2) };
  return { kind: maps.tmax ? "stroke" : "series", columns: 2, panes: fill(candidates) };
}

/** Two or four panes: a third gets a coronal slab of the angiogram beside it where there is one. */
function fill(candidates: readonly PanePlan[]): readonly PanePlan[] {
  const panes = candidates.slice(0, 4);
  const slab = panes.find(({ mode }) => mode === "mip");
  if (panes.length === 2 && slab) {
    const { seriesUid } = slab;
    return [...panes, { seriesUid, mode: "mip", plane: "coronal" }, { seriesUid, mode: "mip", plane: "sagittal" }];
  }
  if (panes.length === 3 && slab) return [...panes, { seriesUid: slab.seriesUid, mode: "mip", plane: "coronal" }];
  return panes;
}

function slabPlane(role: string, neck: boolean): { readonly plane?: "axial" | "coronal" } {
  if (!VOLUMES.has(role)) return {};
  return { plane: role === "3DRA" || (neck && role === "CTA") ? "coronal" : "axial" };
}
