import type { SidePanel } from "../../side-panel.ts";
import type { AngioContext } from "../angio-panels.ts";
import { ComparePanel } from "./compare-panel.tsx";
import { CurvesPanel } from "./curves-panel.tsx";
import { LesionPanel } from "./lesion-panel.tsx";
import { MapsPanel } from "./maps-panel.tsx";
import { ReperfusionPanel } from "./reperfusion-panel.tsx";

const isRun = ({ content, times }: AngioContext): boolean => content?.subtraction !== undefined && times.length > 3;

/** What is read off the flow of a subtracted run. */
export const FLOW_PANELS: readonly SidePanel<AngioContext>[] = [
  { id: "flow-maps", name: "Maps", fits: isRun, Panel: MapsPanel },
  { id: "flow-curves", name: "Curves", fits: isRun, Panel: CurvesPanel },
  { id: "flow-compare", name: "Compare", fits: isRun, Panel: ComparePanel },
  { id: "flow-reperfusion", name: "Reperfusion", fits: isRun, Panel: ReperfusionPanel },
  { id: "flow-lesion", name: "Lesion", fits: isRun, Panel: LesionPanel },
];
