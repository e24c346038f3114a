import { createElement, lazy, Suspense } from "react";
import type { SidePanel } from "../side-panel.ts";
import type { AngioContext } from "./angio-panels.ts";

const Filters = lazy(() => import("./filters-panel.tsx").then(({ FiltersPanel }) => ({ default: FiltersPanel })));
const Roadmap = lazy(() => import("./roadmap-panel.tsx").then(({ RoadmapPanel }) => ({ default: RoadmapPanel })));

const isSubtracted = ({ subtraction }: AngioContext): boolean => subtraction !== undefined;

/** What changes the picture and measures nothing: filters, and the vessels of another run. Fetched when opened. */
export const PICTURE_PANELS: readonly SidePanel<AngioContext>[] = [
  {
    ...{ id: "filters", name: "Filters", fits: isSubtracted },
    Panel: (context) => createElement(Suspense, { fallback: null }, createElement(Filters, context)),
  },
  {
    ...{ id: "roadmap", name: "Roadmap", fits: isSubtracted },
    Panel: (context) => createElement(Suspense, { fallback: null }, createElement(Roadmap, context)),
  },
];
