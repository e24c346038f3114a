import type { RawPixels } from "../../workers/subtraction-messages.ts";
import { CALIBRATION_PANEL } from "../measure/calibration-panel.ts";
import { MEASURE_PANEL } from "../measure/panel.ts";
import type { PaneContent } from "../pane/pane-content.ts";
import type { PanelContext, SidePanel } from "../side-panel.ts";
import { VESSEL_RUN_PANEL } from "../vessel/panels.ts";
import { FLOW_PANELS } from "./flow/flow-panels.ts";
import type { Subtraction } from "./mask-frames.ts";
import { PICTURE_PANELS } from "./picture-panels.ts";

/** What a panel of the angiography room knows besides what every panel knows: the run, how it is subtracted, its frames. */
export interface AngioContext extends PanelContext {
  /** The run in the active pane; undefined while it is fetched. */
  readonly content: PaneContent | undefined;
  readonly subtraction: Subtraction | undefined;
  readonly onSubtraction: (next: Subtraction) => void;
  /** The frame that is shown, from 0, and the times of all frames in seconds from the first. */
  readonly frame: number;
  readonly times: readonly number[];
  readonly onFrame: (frame: number) => void;
  /** Raw stored values of all frames, in order; waits for those that are still on their way. */
  readonly frames: () => Promise<readonly RawPixels[]>;
  /**
   * ln(mask) - ln(live) of all frames as the run is subtracted now (mask, shift, motion; without landmark, filters and
   * inversion), row-major, vessels positive. Costs a subtraction a frame: ask once per `subtraction`.
   */
  readonly subtractedFrames: () => Promise<readonly Float32Array[]>;
}

/** The panels of the angiography room, in the order of their names; the subtraction itself stands above them. */
export const ANGIO_PANELS: readonly SidePanel<AngioContext>[] = [
  ...FLOW_PANELS,
  CALIBRATION_PANEL,
  VESSEL_RUN_PANEL,
  ...PICTURE_PANELS,
  MEASURE_PANEL,
];
