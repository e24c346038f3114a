import { createElement, lazy, Suspense } from "react";
import type { PanelContext, SidePanel } from "../side-panel.ts";
import { registrable } from "./registrable.ts";

const Panel = lazy(async () => ({ default: (await import("./fusion-panel.tsx")).FusionPanel }));

/** Registrations beside the images: ask for one, look at it, correct it, accept it. */
export const FUSION_PANEL: SidePanel = {
  id: "fusion",
  name: "Registration",
  fits: ({ series }) => registrable(series).length > 1,
  Panel: (context: PanelContext) => createElement(Suspense, { fallback: null }, createElement(Panel, context)),
};
