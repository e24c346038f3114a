import type { GridName, SavedLayout, SavedPane } from "../../../cases/hanging-layout.ts";
import type { SeriesView } from "../../../cases/views.ts";
import type { SeriesQualifiers } from "../../../core/series-reading.ts";
import type { PaneState } from "../pane/pane-state.ts";
import type { PanePlan } from "./hang.ts";
import { pick } from "./resolve-stage.ts";

/** Qualifiers by which a series is found again in another patient; angles and times are of this one alone. */
const KEPT = ["region", "phase", "vessel", "side", "projection", "plane", "kernel"] as const;

/**
 * A layout as it can be saved: per pane what kind of series it shows, how, and with which window and slab. Undefined when
 * no pane shows anything that another patient has, too.
 */
export function layoutOf(
  grid: GridName,
  panes: readonly (PanePlan | undefined)[],
  states: readonly (PaneState | undefined)[],
  series: readonly SeriesView[],
): SavedLayout | undefined {
  const saved = panes.flatMap((plan, k) => {
    const one = series.find(({ seriesUid }) => seriesUid === plan?.seriesUid);
    return plan && one ? [savedPane(plan, one, states[k], series)] : [];
  });
  return saved.length === 0 ? undefined : { grid, panes: saved };
}

function savedPane(
  plan: PanePlan,
  one: SeriesView,
  state: PaneState | undefined,
  series: readonly SeriesView[],
): SavedPane {
  const qualifiers = Object.fromEntries(
    KEPT.flatMap((key) => (one.qualifiers[key] === undefined ? [] : [[key, one.qualifiers[key]]])),
  ) as SeriesQualifiers;
  const wants = { roles: [one.role], ...(Object.keys(qualifiers).length > 0 ? { qualifiers } : {}) };
  const nth = [0, 1, 2, 3, 4, 5].find(
    (at) => pick({ roles: wants.roles, asked: qualifiers, nth: at }, series)?.seriesUid === one.seriesUid,
  );
  const isSlab = plan.mode === "mip" && state !== undefined && state.slabMm > 0;
  // Windows of angiographic runs and maps are made from the images: only those of CT mean the same in every patient.
  const keepsWindow = state?.window && one.modality === "CT" && plan.mode !== "map";
  return {
    wants: { ...wants, ...(nth ? { nth } : {}) },
    mode: plan.mode,
    ...(plan.plane ? { plane: plan.plane } : {}),
    ...(plan.map ? { map: plan.map } : {}),
    ...(keepsWindow && state.window ? { window: { width: state.window.width, level: state.window.level } } : {}),
    ...(isSlab ? { slabMm: state.slabMm } : {}),
  };
}
