import { createElement, lazy, Suspense } from "react";
import type { AngioContext } from "../angio/angio-panels.ts";
import type { PanelContext, SidePanel } from "../side-panel.ts";

const OnRun = lazy(() => import("./vessel-run-panel.tsx"));

/** Diameters along a vessel of a projection run. */
export const VESSEL_RUN_PANEL: SidePanel<AngioContext> = {
  id: "diameter",
  name: "Diameter",
  fits: ({ subtraction }) => subtraction !== undefined,
  Panel: (context: AngioContext) => createElement(Suspense, { fallback: null }, createElement(OnRun, context)),
};

const OnVolume = lazy(() => import("./vessel-volume-panel.tsx"));
const VOLUMES = new Set(["CTA", "3DRA", "TOF", "CBCT"]);

/** Segmentation, centrelines and diameters of a vessel in a volume. */
export const VESSEL_PANEL: SidePanel = {
  id: "vessel",
  name: "Vessel",
  fits: ({ handle }) => {
    const content = handle?.content;
    return (
      content !== undefined &&
      VOLUMES.has(content.series.role) &&
      (content.images.imageIds[content.time]?.length ?? 0) > 2
    );
  },
  Panel: (context: PanelContext) => createElement(Suspense, { fallback: null }, createElement(OnVolume, context)),
};
