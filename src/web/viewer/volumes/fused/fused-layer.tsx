import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import type { AnalysisView, SeriesView } from "../../../../cases/views.ts";
import type { Vec3 } from "../../../../core/geometry.ts";
import { moveGrid } from "../../../../imaging/volume/rigid.ts";
import type { SliceVolume } from "../../../../imaging/volume/sample.ts";
import { latestResult, mapOf } from "../../hanging/hang.ts";
import { colourMap, cssGradient, EMBER } from "../../maps/colour-map.ts";
import { mapStyle } from "../../maps/map-style.ts";
import { scaleMap } from "../../maps/parametric-map.ts";
import type { PaneContent } from "../../pane/pane-content.ts";
import type { PaneController } from "../../pane/pane-controller.ts";
import type { PaneState } from "../../pane/pane-state.ts";
import { seriesImages, withScheme } from "../../pane/series-images.ts";
import { valueAtShare } from "../rendering/transfer.ts";
import { referenceOf, volumeSamples } from "../volume-source.ts";
import { fusedPicture } from "./fused-picture.ts";
import { type Fusion, fusionOf } from "./fusion-store.ts";
import { matrixBetween } from "./registered.ts";

interface Props {
  readonly content: PaneContent;
  readonly controller: PaneController;
  readonly state: PaneState;
  readonly series: readonly SeriesView[];
  readonly analyses: readonly AnalysisView[];
}

/** Samples are this many CSS pixels apart. */
const PIXEL = 2;
const FLICKER_MS = 600;

/** A second volume over the picture of a pane, cut where the picture is. */
export function FusedLayer({ content, controller, state, series, analyses }: Props) {
  const store = fusionOf(controller.viewportId);
  const fusion = useSyncExternalStore(store.subscribe, store.state);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [volume, setVolume] = useState<SliceVolume>();
  const shown = useFlicker(fusion.mode === "flicker" && volume !== undefined);
  const base = content.series.seriesUid;
  const other = series.find(({ seriesUid }) => seriesUid === fusion.seriesUid);
  const here = referenceOf(content.show.imageIds);
  const latest = useRef(analyses);
  latest.current = analyses;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a series that grows is not laid over anew while it is looked at.
  useEffect(() => {
    setVolume(undefined);
    if (!other) return;
    const abort = new AbortController();
    const { signal } = abort;
    const open = async () => {
      store.set({ words: "opening" });
      const images = await seriesImages(other, signal);
      const stack = images.imageIds[0]!;
      const moving = { seriesUid: other.seriesUid, frameOfReference: referenceOf(stack) };
      const between = matrixBetween({ seriesUid: base, frameOfReference: here }, moving, latest.current);
      if (!between) throw new Error("These two lie in different frames of reference: register them first.");
      const name = other.role === "PMAP" ? mapOf(other.seriesUid, latest.current) : undefined;
      const known = name && mapStyle(name, latestResult(latest.current));
      if (known) scaleMap(other.seriesUid, known.scale);
      const ids = other.role === "PMAP" ? stack.map((id) => withScheme("pmap", id)) : stack;
      const found = await volumeSamples(ids, signal, (loaded) =>
        store.set({ words: `slice ${loaded} of ${ids.length}` }),
      );
      if (signal.aborted) return;
      const grid = moveGrid(between.matrix, found.volume.grid);
      if (!grid) throw new Error("The registration of these two is not rigid: they are not laid over each other.");
      const moved = { ...found.volume, grid };
      setVolume(moved);
      const unit = known?.unit ?? (other.role === "PMAP" ? "" : moved.unit);
      const own = known ? { low: known.low, high: known.high, map: EMBER.name } : rangeFor(other.role, moved);
      store.set({ ...(store.state().low === undefined ? own : {}), unit, words: "", basis: between.words });
    };
    open().catch((error: unknown) => {
      if (!signal.aborted) store.set({ words: error instanceof Error ? error.message : String(error) });
    });
    return () => abort.abort();
  }, [store, other?.seriesUid, base, here]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: every picture below is painted over anew.
  useEffect(() => {
    if (canvas.current && volume) paint(canvas.current, volume, fusion, controller, state);
  }, [volume, fusion, controller, state.drawn, state.slabMm, state.slabKind]);

  if (!fusion.seriesUid) return null;
  return (
    <>
      <canvas ref={canvas} className="vo-fused" data-shown={shown} data-fused={volume ? fusion.seriesUid : undefined} />
      {fusion.words !== "" && <p className="vo-fused-words">{fusion.words}</p>}
      {volume && (
        <p className="vo-fused-name">
          {`+ ${nameOf(other, analyses)} · ${fusion.basis}${fusion.mode === "checker" ? " · squares" : ""}`}
        </p>
      )}
      {volume && fusion.low !== undefined && fusion.high !== undefined && (
        <figure
          className="v-legend vo-legend"
          aria-label={`${other?.label || other?.role}: ${fusion.low} to ${fusion.high} ${fusion.unit}`}
        >
          <figcaption className="v-legend-high">
            {Number(fusion.high.toPrecision(3))} {fusion.unit}
          </figcaption>
          <div className="v-legend-bar" style={{ background: cssGradient(colourMap(fusion.map)) }} />
          <figcaption className="v-legend-low">{Number(fusion.low.toPrecision(3))}</figcaption>
        </figure>
      )}
    </>
  );
}

function nameOf(other: SeriesView | undefined, analyses: readonly AnalysisView[]): string {
  const map = other?.role === "PMAP" ? mapOf(other.seriesUid, analyses) : undefined;
  if (map) return mapStyle(map, latestResult(analyses)).label;
  return other?.role === "PMAP" ? other.description || "map" : other?.label || other?.role || "";
}

/** Scales on which a role is usually read; others from their own values. */
function rangeFor(role: string, volume: SliceVolume): { readonly low: number; readonly high: number } {
  if (role === "CTA") return { low: 120, high: 500 };
  if (role === "NCCT" || role === "CTP") return { low: 0, high: 100 };
  if (role === "3DRA") {
    const bright = valueAtShare(volume, 0.999);
    return { low: 0.3 * bright, high: bright };
  }
  // A map says by 0 or by values far below it where nothing was measured.
  const least = role === "PMAP" ? 0 : Number.NEGATIVE_INFINITY;
  const [low, high] = [Math.max(least, valueAtShare(volume, 0.5)), valueAtShare(volume, 0.998)];
  return high > low ? { low, high } : { low: low - 1, high: low + 1 };
}

function paint(
  canvas: HTMLCanvasElement,
  volume: SliceVolume,
  fusion: Fusion,
  controller: PaneController,
  state: PaneState,
): void {
  const { clientWidth, clientHeight } = controller.element;
  const [width, height] = [Math.ceil(clientWidth / PIXEL), Math.ceil(clientHeight / PIXEL)];
  const [o, x, y] = [
    controller.toPatient(PIXEL / 2, PIXEL / 2),
    controller.toPatient(100.5, PIXEL / 2),
    controller.toPatient(PIXEL / 2, 100.5),
  ];
  const context = canvas.getContext("2d");
  if (!o || !x || !y || !context || width === 0 || height === 0) return;
  const step = (to: Vec3) => [0, 1, 2].map((c) => ((to[c]! - o[c]!) * PIXEL) / (100.5 - PIXEL / 2)) as unknown as Vec3;
  const plane = { corner: o, right: step(x), down: step(y), width, height };
  const normal = controller.position()?.normal;
  const slab = normal && state.slabMm > 0 ? { normal, mm: state.slabMm, kind: state.slabKind } : undefined;
  const { low = 0, high = 1 } = fusion;
  const colours = fusedPicture(volume, plane, slab, { ...fusion, map: colourMap(fusion.map), low, high }, PIXEL);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  context.putImageData(new ImageData(colours, width, height), 0, 0);
}

/** True and false in turns while `on`; true otherwise. */
function useFlicker(on: boolean): boolean {
  const [shown, setShown] = useState(true);
  useEffect(() => {
    setShown(true);
    if (!on) return;
    const timer = setInterval(() => setShown((now) => !now), FLICKER_MS);
    return () => clearInterval(timer);
  }, [on]);
  return shown;
}
