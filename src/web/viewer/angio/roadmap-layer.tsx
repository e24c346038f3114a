import type { StackViewport } from "@cornerstonejs/core";
import { useEffect, useRef } from "react";
import { theEngine } from "../pane/engine.ts";
import { fitCanvas } from "../pane/fit-canvas.ts";
import type { PaneState } from "../pane/pane-state.ts";
import { useRoadmap } from "./roadmap-store.ts";

interface Props {
  readonly paneId: string;
  readonly state: PaneState | undefined;
  /** The run below: a run is no roadmap of itself. */
  readonly seriesUid: string;
}

/** Draws the roadmap over the run of a pane; it follows zoom, place and turn. */
export function RoadmapLayer({ paneId, state, seriesUid }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { roadmap } = useRoadmap();
  const shown = roadmap?.shown && roadmap.source.seriesUid !== seriesUid ? roadmap : undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: every picture drawn below it is drawn over anew.
  useEffect(() => {
    const context = shown && fitCanvas(canvas.current);
    if (!context) return;
    context.clearRect(0, 0, 1e5, 1e5);
    const placed = shown && state?.status === "rendered" ? pixelPlaces(paneId) : undefined;
    if (!placed) return;
    const { picture, scale, x, y, opacity } = shown;
    const [left, top] = [
      placed.columns / 2 + x - (scale * picture.width) / 2,
      placed.rows / 2 + y - (scale * picture.height) / 2,
    ];
    const at = (column: number, row: number) => placed.at(column - 0.5, row - 0.5);
    const [origin, right, down] = [at(left, top), at(left + scale, top), at(left, top + scale)];
    context.save();
    context.globalAlpha = opacity;
    context.transform(
      ...([right[0] - origin[0], right[1] - origin[1], down[0] - origin[0], down[1] - origin[1]] as const),
      ...([origin[0], origin[1]] as const),
    );
    context.drawImage(picture, 0, 0);
    context.restore();
  }, [shown, state?.drawn, state?.status, paneId]);
  // Hidden while it is empty: a layer as large as the pane would be drawn with each picture below it.
  return <canvas ref={canvas} className="v-map v-roadmap" hidden={!shown} data-roadmap={shown ? "shown" : "none"} />;
}

/** Where a pixel (centre, from 0) of the image in a pane lies on its canvas, CSS pixels. */
function pixelPlaces(paneId: string) {
  const viewport = theEngine().getViewport(paneId) as StackViewport | undefined;
  const image = viewport?.getImageData();
  if (!viewport || !image) return undefined;
  const { origin, direction: d, spacing, dimensions } = image;
  const at = (column: number, row: number) => {
    const [u, v] = [column * spacing[0]!, row * spacing[1]!];
    const world = [0, 1, 2].map((k) => origin[k]! + u * d[k]! + v * d[3 + k]!) as [number, number, number];
    return viewport.worldToCanvas(world);
  };
  return { columns: dimensions[0]!, rows: dimensions[1]!, at };
}
