import type { GridName } from "../../../cases/hanging-layout.ts";
import type { PanelContext } from "../side-panel.ts";
import type { PanePlan } from "./hang.ts";

/** What can be done to the reading room as a whole. */
export interface RoomControls {
  /** The reader has begun: nothing opens or aligns by itself any more. */
  readonly touch: () => void;
  readonly step: (by: 1 | -1) => void;
  readonly change: (plan: PanePlan) => void;
  readonly activate: (by: 1 | -1) => void;
  readonly toggle: (what: "overlays" | "solo" | "link" | "play" | "column") => void;
  readonly nextMapView: () => void;
  readonly showObject: () => void;
  readonly openPanel: (id: string) => void;
  readonly stage: (by: 1 | -1) => void;
  readonly grid: (grid: GridName) => void;
  readonly swap: () => void;
  readonly anew: () => void;
  readonly save: () => void;
  readonly askRole: () => void;
  readonly wall: () => void;
  readonly point: () => void;
}

/** What a command of the reading room applies to. */
export interface ReadingContext extends PanelContext {
  readonly room: RoomControls;
}
