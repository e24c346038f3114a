import { useCallback, useEffect, useMemo, useState } from "react";
import { segmentation } from "../../../dicom/objects/segments.ts";
import { functionalGroup, number, numbers, TAG } from "../pane/dicom-json.ts";
import { cornerToWorld } from "../pane/image-place.ts";
import type { PaneController } from "../pane/pane-controller.ts";
import type { Show } from "../pane/pane-state.ts";
import { openingWindow } from "../pane/presets.ts";
import { frameOf, seriesImages } from "../pane/series-images.ts";
import type { PageProps } from "./object-page.tsx";
import { OverImage } from "./over-image.tsx";
import { RenderedFrames } from "./rendered-frames.tsx";
import { colourOf, framesOn, maskOf, reachOf, type SegmentFrame, segmentFrames } from "./segment-frames.ts";
import { SummaryView } from "./summary-view.tsx";
import { useReferenced } from "./use-referenced.ts";

const MOST_MEASURED = 400;

/** A segmentation: drawn over the images it was made on, its segments listed with their volume. */
export function SegmentsView({ id, object, room }: PageProps) {
  const seg = useMemo(() => segmentation(object.header), [object]);
  const frames = useMemo(() => segmentFrames(object, seg), [object, seg]);
  const reference = useReferenced(object, room);
  const [show, setShow] = useState<Show>();
  const [problem, setProblem] = useState("");
  const [hidden, setHidden] = useState<ReadonlySet<number>>(new Set());
  const reach = useMemo(() => reachOf(object), [object]);
  const volumes = useVolumes(object, seg, frames);
  useEffect(() => {
    if (!reference) return;
    let stale = false;
    seriesImages(reference).then(
      (images) => {
        if (stale) return;
        const stack = images.imageIds[0]!;
        const counts = stack.map((imageId) => framesOn(frameOf(imageId)!, frames, reach).length);
        const most = Math.max(...counts);
        if (most === 0) {
          setProblem("No image of its series lies where the segmentation does: it is listed, not drawn.");
          return;
        }
        const window = openingWindow(reference.role, "slice");
        setShow({ kind: "stack", imageIds: stack, start: middleOf(counts), ...(window ? { window } : {}) });
      },
      (error: unknown) => !stale && setProblem(error instanceof Error ? error.message : String(error)),
    );
    return () => {
      stale = true;
    };
  }, [reference, frames, reach]);
  const [ready, setReady] = useState(0);
  const draw = useCallback(
    (context: CanvasRenderingContext2D, controller: PaneController, imageId: string) => {
      void ready;
      const image = frameOf(imageId);
      if (!image) return;
      for (const one of framesOn(image, frames, reach)) {
        if (hidden.has(one.segment)) continue;
        const known = pictures.get(`${object.sopUid} ${one.frame} ${one.segment}`);
        if (known) drawMask(context, controller, known, one, object);
        else
          void maskOf(object, seg, one).then(
            (mask) => {
              keep(`${object.sopUid} ${one.frame} ${one.segment}`, picture(mask, object, colourOf(seg, one.segment)));
              setReady((n) => n + 1);
            },
            (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)),
          );
      }
    },
    [object, seg, frames, reach, hidden, ready],
  );
  const missing = !reference && "The images that it was made on are not in this study here: it is shown alone.";
  return (
    <div className="o-beside" data-drawn={show ? pictures.size > 0 || ready > 0 : undefined}>
      {show && <OverImage id={id} show={show} draw={draw} />}
      <article className="o-page">
        {(problem || missing) && <p className="o-note">{problem || missing}</p>}
        <div className="o-segments">
          {seg.segments.slice(0, 300).map((one) => (
            <label key={one.number}>
              <input
                type="checkbox"
                checked={!hidden.has(one.number)}
                onChange={() => setHidden(toggled(hidden, one.number))}
              />
              <i className="o-swatch" style={{ background: `rgb(${colourOf(seg, one.number)})` }} />
              <b>{one.label}</b>
              <span>{[one.type, one.region].filter(Boolean).join(", ")}</span>
              <small title="Marked voxels times the size of a voxel, as the object states it">
                {volumes.get(one.number) ?? ""}
              </small>
            </label>
          ))}
        </div>
        <SummaryView object={object} middle={!reference && !show ? <RenderedFrames object={object} /> : null} />
      </article>
    </div>
  );
}

function toggled(all: ReadonlySet<number>, one: number): ReadonlySet<number> {
  const next = new Set(all);
  if (!next.delete(one)) next.add(one);
  return next;
}

/** The image in the middle of those that hold most. */
function middleOf(counts: readonly number[]): number {
  const most = Math.max(...counts);
  const fullest = counts.flatMap((n, k) => (n === most ? [k] : []));
  return fullest[Math.floor(fullest.length / 2)] ?? 0;
}

/** Volume of each segment in words: counted voxels times their size; empty until counted, and for very long objects. */
function useVolumes(
  object: PageProps["object"],
  seg: ReturnType<typeof segmentation>,
  frames: readonly SegmentFrame[],
): ReadonlyMap<number, string> {
  const [volumes, setVolumes] = useState<ReadonlyMap<number, string>>(new Map());
  useEffect(() => {
    const measures = functionalGroup(object.json, 0, TAG.PixelMeasuresSequence);
    const spacing = numbers(measures, TAG.PixelSpacing);
    const apart = number(measures, "00180088") ?? number(measures, TAG.SliceThickness);
    if (spacing.length < 2 || !apart || frames.length > MOST_MEASURED) return;
    let stale = false;
    const voxel = spacing[0]! * spacing[1]! * apart;
    const count = async () => {
      const sums = new Map<number, number>();
      for (const one of frames) {
        if (stale) return;
        const mask = await maskOf(object, seg, one);
        let sum = 0;
        for (const v of mask) sum += v;
        sums.set(one.segment, (sums.get(one.segment) ?? 0) + sum / 255);
      }
      const words = (mm3: number) => `${Number((mm3 / 1000).toPrecision(3))} mL`;
      if (!stale) setVolumes(new Map([...sums].map(([segment, n]) => [segment, words(n * voxel)])));
    };
    count().catch(() => {}); // what cannot be fetched is told where it is drawn
    return () => {
      stale = true;
    };
  }, [object, seg, frames]);
  return volumes;
}

const pictures = new Map<string, HTMLCanvasElement>();

function keep(key: string, made: HTMLCanvasElement): void {
  pictures.set(key, made);
  for (const old of pictures.keys()) if (pictures.size > 400) pictures.delete(old);
}

/** A mask as a picture in the colour of its segment: half clear inside, firm at its edge. */
function picture(mask: Uint8Array, object: PageProps["object"], colour: string): HTMLCanvasElement {
  const [rows, columns] = [number(object.json, TAG.Rows) ?? 1, number(object.json, TAG.Columns) ?? 1];
  const made = document.createElement("canvas");
  made.width = columns;
  made.height = rows;
  const context = made.getContext("2d")!;
  const image = context.createImageData(columns, rows);
  const [r, g, b] = colour.split(" ").map(Number);
  for (let k = 0; k < mask.length; k++) {
    const v = mask[k]!;
    if (v === 0) continue;
    const x = k % columns;
    const edge =
      x === 0 || x === columns - 1 || !mask[k - 1] || !mask[k + 1] || !mask[k - columns] || !mask[k + columns];
    image.data.set([r!, g!, b!, Math.round((edge ? 0.9 : 0.35) * v)], 4 * k);
  }
  context.putImageData(image, 0, 0);
  return made;
}

/** Lays a picture where its frame lies on the screen; a frame without a place covers the pixels of its image. */
function drawMask(
  context: CanvasRenderingContext2D,
  controller: PaneController,
  made: HTMLCanvasElement,
  { plane }: SegmentFrame,
  object: PageProps["object"],
): void {
  const [w, h] = [number(object.json, TAG.Columns) ?? 1, number(object.json, TAG.Rows) ?? 1];
  const at = (x: number, y: number) => controller.toCanvas(cornerToWorld(plane, [x, y]));
  const [o, x, y] = [at(0, 0), at(w, 0), at(0, h)];
  if (!o || !x || !y) return;
  context.save();
  context.imageSmoothingEnabled = false;
  context.transform((x[0] - o[0]) / w, (x[1] - o[1]) / w, (y[0] - o[0]) / h, (y[1] - o[1]) / h, o[0], o[1]);
  context.drawImage(made, 0, 0);
  context.restore();
}
