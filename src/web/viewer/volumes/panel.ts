import { createElement, lazy, Suspense } from "react";
import type { PanelContext, SidePanel } from "../side-panel.ts";

const VolumePanel = lazy(() => import("./volume-panel.tsx"));

/** Planes, slab, second volume, line along a vessel and rendering of what the active pane shows. Fetched when opened. */
export const VOLUME_PANEL: SidePanel = {
  id: "volume",
  name: "Volume",
  fits: ({ handle }) => {
    const content = handle?.content;
    return content !== undefined && content.images.order.times[content.time]?.[0]?.plane !== null;
  },
  Panel: (context: PanelContext) => createElement(Suspense, { fallback: null }, createElement(VolumePanel, context)),
};
