import type { ComponentType } from "react";
import type { AnalysisView, SeriesView } from "../../cases/views.ts";
import type { PanePlan } from "./hanging/hang.ts";
import type { PaneHandle } from "./pane/pane.tsx";
import type { PaneState } from "./pane/pane-state.ts";

/** What a panel beside the images knows: the case, the active pane and what it shows, and the other panes. */
export interface PanelContext {
  /** Undefined where images are read outside a case. */
  readonly caseId: string | undefined;
  readonly series: readonly SeriesView[];
  readonly analyses: readonly AnalysisView[];
  readonly handle: PaneHandle | undefined;
  readonly state: PaneState | undefined;
  readonly handles: () => ReadonlyMap<string, PaneHandle>;
  /** Shows something else in the active pane; undefined where the room decides what is shown. */
  readonly setPlan?: (plan: PanePlan) => void;
  /** Hangs these plans side by side, up to six, from the first pane on; undefined where the room decides. */
  readonly open?: (plans: readonly PanePlan[]) => void;
}

/** A panel beside the images: one task, opened by its name or key, shown where it fits what the active pane shows. */
export interface SidePanel<Context extends PanelContext = PanelContext> {
  readonly id: string;
  readonly name: string;
  readonly fits: (context: Context) => boolean;
  readonly Panel: ComponentType<Context>;
}
