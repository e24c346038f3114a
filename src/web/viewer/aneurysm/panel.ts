import { createElement, lazy, Suspense } from "react";
import type { PanelContext, SidePanel } from "../side-panel.ts";

const Panel = lazy(() => import("./aneurysm-panel.tsx"));
const VOLUMES = new Set(["CTA", "3DRA", "TOF", "CBCT"]);

/** Neck, size, shape and working projections of an aneurysm in a volume. */
export const ANEURYSM_PANEL: SidePanel = {
  id: "aneurysm",
  name: "Aneurysm",
  fits: ({ handle }) => {
    const content = handle?.content;
    return (
      content !== undefined &&
      VOLUMES.has(content.series.role) &&
      (content.images.imageIds[content.time]?.length ?? 0) > 2
    );
  },
  Panel: (context: PanelContext) => createElement(Suspense, { fallback: null }, createElement(Panel, context)),
};
