import { createElement, lazy, Suspense } from "react";
import type { PanelContext, SidePanel } from "../side-panel.ts";

const Measurements = lazy(() => import("./measure-panel.tsx"));

/** The list of what was measured: renamed, deleted, gone to, given to the case; and the key images. Fetched when opened. */
export const MEASURE_PANEL = {
  id: "measure",
  name: "Measurements",
  fits: ({ series }: PanelContext) => series.length > 0,
  Panel: (context: PanelContext) => createElement(Suspense, { fallback: null }, createElement(Measurements, context)),
} satisfies SidePanel;
