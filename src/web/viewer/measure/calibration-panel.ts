import { createElement, lazy, Suspense } from "react";
import type { PanelContext, SidePanel } from "../side-panel.ts";
import { calibrationOf } from "./calibration.ts";

const Calibrate = lazy(() => import("./calibrate-panel.tsx"));

/** What a pixel of a projection is worth: on a catheter, on an object, by geometry, or not at all. Fetched when opened. */
export const CALIBRATION_PANEL = {
  id: "calibration",
  name: "Calibration",
  fits: ({ handle }: PanelContext) => {
    const content = handle?.content;
    if (content?.show.kind !== "stack") return false;
    const { state } = calibrationOf(content.instance);
    return state !== "patient" && state !== "region";
  },
  Panel: (context: PanelContext) => createElement(Suspense, { fallback: null }, createElement(Calibrate, context)),
} satisfies SidePanel;
