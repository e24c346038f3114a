import { ANEURYSM_PANEL } from "../aneurysm/panel.ts";
import { FUSION_PANEL } from "../fusion/panel.ts";
import { CALIBRATION_PANEL } from "../measure/calibration-panel.ts";
import { MEASURE_PANEL } from "../measure/panel.ts";
import type { SidePanel } from "../side-panel.ts";
import { VESSEL_PANEL } from "../vessel/panels.ts";
import { VOLUME_PANEL } from "../volumes/panel.ts";

/** The panels that can stand beside the images of the reading room; one line for each. */
export const READING_PANELS: readonly SidePanel[] = [
  MEASURE_PANEL,
  CALIBRATION_PANEL,
  FUSION_PANEL,
  VOLUME_PANEL,
  VESSEL_PANEL,
  ANEURYSM_PANEL,
];
