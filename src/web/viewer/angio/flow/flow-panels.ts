import { type ComponentType, createElement, type LazyExoticComponent, lazy, Suspense } from "react";
import type { SidePanel } from "../../side-panel.ts";
import type { AngioContext } from "../angio-panels.ts";

type Lazy = LazyExoticComponent<ComponentType<AngioContext>>;

const MAPS: Lazy = lazy(() => import("./maps-panel.tsx").then((all) => ({ default: all.MapsPanel })));
const CURVES: Lazy = lazy(() => import("./curves-panel.tsx").then((all) => ({ default: all.CurvesPanel })));
const COMPARE: Lazy = lazy(() => import("./compare-panel.tsx").then((all) => ({ default: all.ComparePanel })));
const REPERFUSION: Lazy = lazy(() =>
  import("./reperfusion-panel.tsx").then((all) => ({ default: all.ReperfusionPanel })),
);
const LESION: Lazy = lazy(() => import("./lesion-panel.tsx").then((all) => ({ default: all.LesionPanel })));

const isRun = ({ content, times }: AngioContext): boolean => content?.subtraction !== undefined && times.length > 3;

function panel(id: string, name: string, Shown: Lazy): SidePanel<AngioContext> {
  const Panel = (context: AngioContext) => createElement(Suspense, { fallback: null }, createElement(Shown, context));
  return { id, name, fits: isRun, Panel };
}

/** What is read off the flow of a subtracted run; each is fetched when it is opened. */
export const FLOW_PANELS: readonly SidePanel<AngioContext>[] = [
  panel("flow-maps", "Maps", MAPS),
  panel("flow-curves", "Curves", CURVES),
  panel("flow-compare", "Compare", COMPARE),
  panel("flow-reperfusion", "Reperfusion", REPERFUSION),
  panel("flow-lesion", "Lesion", LESION),
];
