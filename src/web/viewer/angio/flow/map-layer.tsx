import { useEffect, useMemo, useRef } from "react";
import { createPortal } from "react-dom";
import { cssGradient } from "../../maps/colour-map.ts";
import { fitCanvas } from "../../pane/fit-canvas.ts";
import type { PaneController } from "../../pane/pane-controller.ts";
import type { FlowStyle } from "./map-picture.ts";
import { toCanvas } from "./place-on-image.ts";

interface Props {
  readonly controller: PaneController;
  readonly rows: number;
  readonly columns: number;
  /** RGBA, one a pixel of the run. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  /** How far the run below is darkened, 0 to 1. */
  readonly cover: number;
  readonly style: FlowStyle | undefined;
  /** Lines under the legend: how it was made. */
  readonly words: readonly string[];
  /** Changes with each picture that is drawn below. */
  readonly drawn: number;
}

/** A picture laid on the run, moving with it, with its scale. */
export function FlowMapLayer({ controller, rows, columns, pixels, cover, style, words, drawn }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const picture = useMemo(() => {
    const made = document.createElement("canvas");
    made.width = columns;
    made.height = rows;
    made.getContext("2d")?.putImageData(new ImageData(pixels, columns, rows), 0, 0);
    return made;
  }, [pixels, rows, columns]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: every picture drawn below it is drawn anew.
  useEffect(() => {
    const context = fitCanvas(canvas.current);
    if (!context) return;
    context.clearRect(0, 0, 1e5, 1e5);
    const corners = (
      [
        [0, 0],
        [columns, 0],
        [0, rows],
      ] as const
    ).map((corner) => toCanvas(controller, corner));
    const [origin, right, down] = corners;
    if (!origin || !right || !down) return;
    const ratio = window.devicePixelRatio || 1;
    context.save();
    context.setTransform(
      (ratio * (right[0] - origin[0])) / columns,
      (ratio * (right[1] - origin[1])) / columns,
      (ratio * (down[0] - origin[0])) / rows,
      (ratio * (down[1] - origin[1])) / rows,
      ratio * origin[0],
      ratio * origin[1],
    );
    context.fillStyle = `rgb(0 0 0 / ${cover})`;
    context.fillRect(0, 0, columns, rows);
    context.drawImage(picture, 0, 0);
    context.restore();
    canvas.current?.setAttribute("data-map", style?.label ?? "picture");
  }, [controller, picture, cover, drawn, style]);
  const host = controller.element.parentElement;
  if (!host) return null;
  return createPortal(
    <>
      <canvas ref={canvas} className="v-flow-map" />
      {style && <FlowLegend style={style} words={words} />}
    </>,
    host,
  );
}

const STEPS = 4;

/** The fixed scale of a map with its ticks and unit, and how the map was made. */
function FlowLegend({ style, words }: { readonly style: FlowStyle; readonly words: readonly string[] }) {
  const { low, high, unit, label } = style;
  const ticks = Array.from({ length: STEPS + 1 }, (_, k) => low + (k * (high - low)) / STEPS);
  const tick = (v: number) => (unit === "log2" ? `×${Number((2 ** v).toFixed(2))}` : String(Number(v.toFixed(2))));
  return (
    <figure className="v-flow-legend" aria-label={`${label}, from ${tick(low)} to ${tick(high)} ${unit}`}>
      <figcaption>
        {label}
        {unit !== "log2" && <small>{unit}</small>}
      </figcaption>
      <div className="v-flow-bar" style={{ background: cssGradient(style.colours).replace("to top", "to right") }} />
      <ol>
        {ticks.map((v) => (
          <li key={v}>{tick(v)}</li>
        ))}
      </ol>
      {words.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </figure>
  );
}
