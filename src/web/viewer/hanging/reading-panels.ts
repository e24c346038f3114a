import { MEASURE_PANEL } from "../measure/panel.ts";
import type { SidePanel } from "../side-panel.ts";

/** The panels that can stand beside the images of the reading room; one line for each. */
export const READING_PANELS: readonly SidePanel[] = [MEASURE_PANEL];
