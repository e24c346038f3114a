import { useEffect, useRef, useState } from "react";
import { type DataSet, type Overlay, overlaysOf } from "../../../dicom/index.ts";
import { type Shutters, shuttersOf } from "../../../dicom/shutter.ts";
import { dataSetOf } from "../pane/data-set-of.ts";
import type { JsonInstance } from "../pane/dicom-json.ts";
import { fitCanvas } from "../pane/fit-canvas.ts";
import { pixelToWorld } from "../pane/image-place.ts";
import type { PaneController } from "../pane/pane-controller.ts";
import type { PaneState } from "../pane/pane-state.ts";
import { frameOf } from "../pane/series-images.ts";
import type { FrameRef } from "../pane/stack-order.ts";
import { lookOf } from "./looks.ts";

interface Props {
  readonly controller: PaneController;
  readonly state: PaneState;
  /** Overlays may be hidden with the other writing; shutters stay. */
  readonly overlays: boolean;
}

/** Whether an instance may carry overlay planes. */
function mayHaveOverlays(instance: JsonInstance): boolean {
  return Object.keys(instance).some((tag) => /^60[01]\d0010$/.test(tag));
}

/** What an image asks to have over it: its display shutters, and its overlay planes in white. */
export function OverLayer({ controller, state, overlays }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const imageId = controller.currentImageId();
  const image = imageId ? frameOf(imageId) : undefined;
  const [looks, setLooks] = useState<{ readonly of: JsonInstance; readonly ds: DataSet }>();
  const instance = image?.instance;
  useEffect(() => {
    if (!instance || !mayHaveOverlays(instance)) return;
    let stale = false;
    lookOf(instance).then(
      (ds) => !stale && setLooks({ of: instance, ds }),
      () => {},
    );
    return () => {
      stale = true;
    };
  }, [instance]);
  const written = overlays && looks && looks.of === instance ? looks.ds : undefined;
  // A layer as large as the pane costs more than the image when it is cleared with each picture; most images have none.
  const isEmpty = !image || state.status !== "rendered" || (!written && shuttersFor(image).openings.length === 0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: every picture drawn below it is drawn over anew.
  useEffect(() => {
    if (isEmpty) return;
    const context = fitCanvas(canvas.current);
    if (!context) return;
    context.clearRect(0, 0, 1e5, 1e5);
    const place = placer(controller, image);
    drawShutters(context, shuttersFor(image), place);
    if (written) for (const plane of planesOf(written, image.frame)) drawOverlay(context, plane, place);
  }, [controller, image, written, isEmpty, state.drawn]);
  return isEmpty ? null : <canvas ref={canvas} className="v-map" />;
}

const planes = new WeakMap<DataSet, Map<number, Overlay[]>>();

/** The overlay planes of a frame, unpacked once. */
function planesOf(ds: DataSet, frame: number): Overlay[] {
  const known = planes.get(ds) ?? new Map<number, Overlay[]>();
  planes.set(ds, known);
  const found = known.get(frame) ?? overlaysOf(ds, frame);
  known.set(frame, found);
  return found;
}

const shutters = new WeakMap<JsonInstance, Map<number, Shutters>>();

function shuttersFor({ instance, frame }: FrameRef): Shutters {
  const known = shutters.get(instance) ?? new Map<number, Shutters>();
  shutters.set(instance, known);
  let found = known.get(frame);
  if (!found) {
    const has = instance["00181600"] || instance["52009229"] || instance["52009230"];
    found = has ? shuttersOf(dataSetOf(instance), frame) : { openings: [], colour: [0, 0, 0] };
    known.set(frame, found);
  }
  return found;
}

type Place = (x: number, y: number) => readonly [number, number] | undefined;

/** Middle of a pixel of the image (x, y from 0) to the place on the canvas. */
export function placer(controller: PaneController, { plane }: FrameRef): Place {
  return (x, y) => controller.toCanvas(pixelToWorld(plane, [x, y]));
}

/** Paints what is outside of each opening. */
export function drawShutters(context: CanvasRenderingContext2D, { openings, colour }: Shutters, place: Place): void {
  for (const opening of openings) {
    const outline: (readonly [number, number] | undefined)[] = [];
    if (opening.shape === "polygon") for (const [x, y] of opening.points) outline.push(place(x, y));
    else if (opening.shape === "rectangle") {
      const [l, t, r, b] = [opening.left - 0.5, opening.top - 0.5, opening.right + 0.5, opening.bottom + 0.5];
      outline.push(place(l, t), place(r, t), place(r, b), place(l, b));
    } else {
      for (let k = 0; k < 180; k++) {
        const angle = (k * Math.PI) / 90;
        outline.push(place(opening.x + opening.radius * Math.cos(angle), opening.y + opening.radius * Math.sin(angle)));
      }
    }
    const points = outline.filter((point) => point !== undefined);
    if (points.length < 3) continue;
    context.beginPath();
    context.rect(-10, -10, 1e5, 1e5);
    for (const [k, [x, y]] of points.entries()) k === 0 ? context.moveTo(x, y) : context.lineTo(x, y);
    context.closePath();
    context.fillStyle = `rgb(${colour.join(" ")})`;
    context.fill("evenodd");
  }
}

const drawn = new WeakMap<Overlay["bits"], HTMLCanvasElement>();

function drawOverlay(context: CanvasRenderingContext2D, overlay: Overlay, place: Place): void {
  const { rows, columns, x, y } = overlay;
  const [corner, right, down] = [
    place(x - 0.5, y - 0.5),
    place(x + columns - 0.5, y - 0.5),
    place(x - 0.5, y + rows - 0.5),
  ];
  if (!corner || !right || !down) return;
  context.save();
  context.imageSmoothingEnabled = false;
  context.transform(
    (right[0] - corner[0]) / columns,
    (right[1] - corner[1]) / columns,
    (down[0] - corner[0]) / rows,
    (down[1] - corner[1]) / rows,
    corner[0],
    corner[1],
  );
  context.drawImage(pictureOf(overlay), 0, 0);
  context.restore();
}

function pictureOf({ bits, rows, columns }: Overlay): HTMLCanvasElement {
  const known = drawn.get(bits);
  if (known) return known;
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [columns, rows];
  const context = canvas.getContext("2d")!;
  const picture = context.createImageData(columns, rows);
  for (let k = 0; k < bits.length; k++) if (bits[k] === 1) picture.data.fill(255, 4 * k, 4 * k + 4);
  context.putImageData(picture, 0, 0);
  drawn.set(bits, canvas);
  return canvas;
}
