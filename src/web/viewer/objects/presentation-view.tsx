import { useCallback, useEffect, useMemo, useState } from "react";
import { type Graphic, type Presentation, presentation } from "../../../dicom/objects/presentation.ts";
import { defineLook, lookOf, underLook } from "../display/looks.ts";
import { drawShutters, placer } from "../display/over-layer.tsx";
import { hasOwnGreys, underState } from "../display/state-look.ts";
import { number, TAG } from "../pane/dicom-json.ts";
import { theEngine } from "../pane/engine.ts";
import { cornerToWorld } from "../pane/image-place.ts";
import type { PaneController } from "../pane/pane-controller.ts";
import type { Show } from "../pane/pane-state.ts";
import { frameOf, seriesImages } from "../pane/series-images.ts";
import type { FrameRef } from "../pane/stack-order.ts";
import type { PageProps } from "./object-page.tsx";
import { OverImage } from "./over-image.tsx";
import { SummaryView } from "./summary-view.tsx";
import { useReferenced } from "./use-referenced.ts";

/** A presentation state: its window and graphics on the images it refers to; what is not applied is said. */
export function PresentationView({ id, object, room }: PageProps) {
  const state = useMemo(() => presentation(object.header), [object]);
  const reference = useReferenced(object, room);
  const [show, setShow] = useState<Show>();
  const [problem, setProblem] = useState("");
  useEffect(() => {
    if (!reference) return;
    let stale = false;
    const named = new Set(state.series.flatMap(({ images }) => images.map(({ sopUid }) => sopUid)));
    const greys = hasOwnGreys(object.header) ? lookOf(object.json) : undefined;
    Promise.all([seriesImages(reference), greys]).then(
      ([images, tables]) => {
        if (stale) return;
        const look = `state ${object.sopUid}`;
        if (tables) defineLook(look, (own, { [SOP]: uid }) => underState(tables, own, String(uid?.Value?.[0] ?? "")));
        const all = images.imageIds.flat();
        const meant = all.filter((imageId) => named.has(frameOf(imageId)?.sopUid ?? ""));
        const stack = meant.length > 0 ? meant : all;
        const window = state.windows[0];
        setShow({
          ...{ kind: "stack", start: drawnOn(stack, state) },
          imageIds: tables ? stack.map((imageId) => underLook(imageId, look)) : stack,
          ...(window && !tables ? { window: { width: window.width, level: window.centre } } : {}),
        });
      },
      (error: unknown) => !stale && setProblem(error instanceof Error ? error.message : String(error)),
    );
    return () => {
      stale = true;
    };
  }, [reference, state, object]);
  const draw = useCallback(
    (context: CanvasRenderingContext2D, controller: PaneController, imageId: string) => {
      const image = frameOf(imageId);
      if (!image) return;
      drawShutters(context, state.shutters, placer(controller, image));
      for (const { graphics, layer } of graphicsOn(image, state)) {
        const colour = state.layers.find(({ name }) => name === layer)?.colour || "#f2b84b";
        for (const one of graphics) drawGraphic(context, controller, image, one, colour, state);
      }
    },
    [state],
  );
  const left = notApplied(state);
  return (
    <div className="o-beside">
      {show && (
        <OverImage
          id={id}
          show={show}
          draw={draw}
          onOpen={(controller) => {
            // Tables have inverted what they show already.
            const byTables = controller.currentImageId()?.startsWith("view:");
            if (state.inverse && !byTables && !controller.state().inverted) controller.invert();
            turn(controller, state);
          }}
        />
      )}
      <article className="o-page">
        {!reference && (
          <p className="o-note">The images that it is for are not in this study here: it is listed only.</p>
        )}
        {problem && <p className="o-note">{problem}</p>}
        {show && left.length > 0 && <p className="o-note">Not applied here: {left.join(", ")}.</p>}
        <SummaryView object={object} />
      </article>
    </div>
  );
}

function graphicsOn(image: FrameRef, state: Presentation) {
  return state.annotations.filter(
    ({ images }) =>
      images.length === 0 ||
      images.some(
        ({ sopUid, frames }) => sopUid === image.sopUid && (frames.length === 0 || frames.includes(image.frame + 1)),
      ),
  );
}

/** Opens at the first image that something is drawn on. */
function drawnOn(stack: readonly string[], state: Presentation): number {
  const at = stack.findIndex((imageId) =>
    graphicsOn(frameOf(imageId)!, state).some(({ images, graphics }) => images.length > 0 && graphics.length > 0),
  );
  return Math.max(0, at);
}

/** Turns the image clockwise and then mirrors it, as the state says. */
function turn({ viewportId }: PaneController, { rotation, flipped }: Presentation): void {
  const viewport = theEngine().getViewport(viewportId);
  if (!viewport || (rotation === 0 && !flipped)) return;
  // Cornerstone mirrors first and then turns: the other way round the sense of the turn is the opposite.
  const degrees = flipped ? (360 - rotation) % 360 : rotation;
  viewport.setViewPresentation({ rotation: degrees, flipHorizontal: flipped });
  viewport.render();
}

/** What a state asks for that is not done here, in words. */
function notApplied(state: Presentation): string[] {
  return [state.mask && "its subtraction"].filter((one) => one !== false);
}

const SOP = "00080018";

type Point = readonly [number, number];

/** A point of a graphic on the screen. Pixels count from the outer corner of the first pixel (PS3.3 C.10.5.1.2). */
function pointPlacer(controller: PaneController, image: FrameRef, { units }: Graphic, state: Presentation) {
  const columns = number(image.instance, TAG.Columns) ?? 1;
  const rows = number(image.instance, TAG.Rows) ?? 1;
  const area = state.areas.find(
    ({ images }) => images.length === 0 || images.some((one) => one.sopUid === image.sopUid),
  );
  const from = area?.from.length === 2 ? [area.from[0]! - 1, area.from[1]! - 1] : [0, 0];
  const to = area?.to.length === 2 ? area.to : [columns, rows];
  return ([x, y]: Point): Point | undefined => {
    const [c, r] =
      units === "DISPLAY" ? [from[0]! + x * (to[0]! - from[0]!), from[1]! + y * (to[1]! - from[1]!)] : [x, y];
    return controller.toCanvas(cornerToWorld(image.plane, [c, r]));
  };
}

function drawGraphic(
  context: CanvasRenderingContext2D,
  controller: PaneController,
  image: FrameRef,
  one: Graphic,
  colour: string,
  state: Presentation,
): void {
  const place = pointPlacer(controller, image, one, state);
  const points = one.points.map(place).filter((p) => p !== undefined);
  const first = points[0];
  if (!first) return;
  context.strokeStyle = colour;
  context.fillStyle = colour;
  context.lineWidth = 1.5;
  context.shadowColor = "#000";
  context.shadowBlur = 2;
  if (one.type === "TEXT") {
    context.font = "13px system-ui, sans-serif";
    one.text.split(/\r?\n/).forEach((line, k) => {
      context.fillText(line, first[0], first[1] + 13 + 16 * k);
    });
    return;
  }
  context.beginPath();
  if (one.type === "POINT") context.arc(first[0], first[1], 3, 0, 2 * Math.PI);
  else if (one.type === "CIRCLE" && points[1])
    context.arc(first[0], first[1], Math.hypot(points[1][0] - first[0], points[1][1] - first[1]), 0, 2 * Math.PI);
  else if (one.type === "ELLIPSE" && points.length >= 4) {
    const [a, b, c, d] = points as [Point, Point, Point, Point];
    const middle: Point = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    const [long, short] = [Math.hypot(b[0] - a[0], b[1] - a[1]) / 2, Math.hypot(d[0] - c[0], d[1] - c[1]) / 2];
    context.ellipse(middle[0], middle[1], long, short, Math.atan2(b[1] - a[1], b[0] - a[0]), 0, 2 * Math.PI);
  } else {
    context.moveTo(first[0], first[1]);
    for (const [x, y] of points.slice(1)) context.lineTo(x, y);
  }
  if (one.filled) context.fill();
  context.stroke();
}
