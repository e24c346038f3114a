import type { SidePanel } from "../../side-panel.ts";
import type { AngioContext } from "../angio-panels.ts";
import { CurvesPanel } from "./curves-panel.tsx";
import { MapsPanel } from "./maps-panel.tsx";

const isRun = ({ content, times }: AngioContext): boolean => content?.subtraction !== undefined && times.length > 3;

/** What is read off the flow of a subtracted run. */
export const FLOW_PANELS: readonly SidePanel<AngioContext>[] = [
  { id: "flow-maps", name: "Maps", fits: isRun, Panel: MapsPanel },
  { id: "flow-curves", name: "Curves", fits: isRun, Panel: CurvesPanel },
];
