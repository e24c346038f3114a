import { FUSION_PANEL } from "../fusion/fusion-panel.tsx";
import { MEASURE_PANEL } from "../measure/panel.ts";
import type { SidePanel } from "../side-panel.ts";
import { VOLUME_PANEL } from "../volumes/panel.ts";

/** The panels that can stand beside the images of the reading room; one line for each. */
export const READING_PANELS: readonly SidePanel[] = [MEASURE_PANEL, FUSION_PANEL, VOLUME_PANEL];
