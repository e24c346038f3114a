import { type KeyboardEvent, type PointerEvent, useEffect, useState } from "react";
import { createPortal } from "react-dom";
import type { PaneController } from "../../pane/pane-controller.ts";
import {
  addRegion,
  changeRegion,
  type Point,
  type Region,
  type RegionRole,
  redoRunFlow,
  removeRegion,
  undoRunFlow,
  useRunFlow,
} from "./flow-store.ts";
import { toCanvas, toImage } from "./place-on-image.ts";
import { outlineOf } from "./region-pixels.ts";

/** What the next drawing becomes; undefined: nothing is drawn. */
export interface Drawing {
  readonly shape: Region["shape"];
  readonly role?: RegionRole;
  readonly name?: string;
}

interface Props {
  readonly controller: PaneController;
  readonly seriesUid: string;
  readonly drawing: Drawing | undefined;
  readonly onDrawn: (id: string | undefined) => void;
  /** Changes with each picture that is drawn below. */
  readonly drawn: number;
}

const NEAR = 12;

/**
 * Regions over the run, drawn, moved and deleted where they are: a circle is dragged from its middle; a polygon is clicked
 * corner by corner and closed by a double click, Enter or a click on its first corner. Arrow keys move the region in
 * focus, Delete removes it, Ctrl+Z takes back.
 */
export function RegionLayer({ controller, seriesUid, drawing, onDrawn, drawn }: Props) {
  const { regions, roles } = useRunFlow(seriesUid);
  const [points, setPoints] = useState<readonly Point[]>([]);
  const [hover, setHover] = useState<Point>();
  const isDrawing = drawing !== undefined;
  useEffect(() => {
    if (isDrawing) return;
    setPoints([]);
    setHover(undefined);
  }, [isDrawing]);
  const host = controller.element.parentElement;
  if (!host) return null;
  const place = (event: { readonly clientX: number; readonly clientY: number }): Point | undefined => {
    const box = controller.element.getBoundingClientRect();
    return toImage(controller, event.clientX - box.left, event.clientY - box.top);
  };
  const finish = (shape: Region["shape"], all: readonly Point[]) => {
    setPoints([]);
    setHover(undefined);
    if (shape === "polygon" ? all.length < 3 : all.length < 2) return;
    const { role, name } = drawing ?? {};
    onDrawn(addRegion(seriesUid, { shape, points: all }, { ...(role ? { role } : {}), ...(name ? { name } : {}) }));
  };
  const down = (event: PointerEvent<SVGSVGElement>) => {
    if (!drawing || event.button !== 0) return;
    event.stopPropagation();
    const at = place(event);
    if (!at) return;
    if (drawing.shape === "circle") {
      event.currentTarget.setPointerCapture(event.pointerId);
      setPoints([at]);
      setHover(at);
      return;
    }
    const first = points[0] && toCanvas(controller, points[0]);
    const box = controller.element.getBoundingClientRect();
    const closes =
      first &&
      points.length > 2 &&
      Math.hypot(first[0] + box.left - event.clientX, first[1] + box.top - event.clientY) < NEAR;
    if (closes) finish("polygon", points);
    else setPoints([...points, at]);
  };
  const up = (event: PointerEvent<SVGSVGElement>) => {
    if (drawing?.shape !== "circle" || points.length !== 1) return;
    const at = place(event);
    const [middle] = points;
    if (!at || !middle) return;
    const radius = Math.hypot(at[0] - middle[0], at[1] - middle[1]);
    // a click makes a circle of six pixels
    finish("circle", [middle, radius < 2 ? [middle[0] + 6, middle[1]] : at]);
  };
  const key = (event: KeyboardEvent) => {
    if (!drawing) return;
    if (event.key === "Enter") finish("polygon", points);
    else if (event.key === "Escape") {
      setPoints([]);
      onDrawn(undefined);
    } else if (event.key === "Backspace") setPoints(points.slice(0, -1));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const open = drawing && points.length > 0 && (
    <Shape
      region={{ shape: drawing.shape, points: hover ? [...points, hover] : points }}
      controller={controller}
      colour="#fff"
    />
  );
  return createPortal(
    // biome-ignore lint/a11y/useSemanticElements: a drawing cannot be a fieldset.
    <svg
      className="v-regions"
      data-drawing={drawing?.shape}
      data-drawn={drawn}
      role="group"
      aria-label={drawing ? `Draw a ${drawing.shape} on the run` : "Regions on the run"}
      tabIndex={drawing ? 0 : -1}
      onPointerDown={down}
      onPointerMove={(event) => {
        if (drawing && points.length > 0) setHover(place(event));
      }}
      onPointerUp={up}
      onDoubleClick={() => {
        if (drawing?.shape === "polygon") finish("polygon", points);
      }}
      onKeyDown={key}
    >
      {regions.map((region) => (
        <RegionShape
          key={region.id}
          region={region}
          role={Object.entries(roles).find(([, id]) => id === region.id)?.[0]}
          seriesUid={seriesUid}
          controller={controller}
          locked={drawing !== undefined}
        />
      ))}
      {open}
    </svg>,
    host,
  );
}

function Shape(props: {
  readonly region: Pick<Region, "shape" | "points">;
  readonly controller: PaneController;
  readonly colour: string;
}) {
  const outline = outlineOf(props.region).map((point) => toCanvas(props.controller, point));
  if (outline.length === 0 || outline.some((at) => !at)) return null;
  const path = outline.map((at) => `${at![0].toFixed(1)},${at![1].toFixed(1)}`).join(" ");
  return <polygon points={path} stroke={props.colour} fill={`${props.colour}14`} />;
}

const ARROWS: Readonly<Record<string, Point>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

interface RegionProps {
  readonly region: Region;
  readonly role: string | undefined;
  readonly seriesUid: string;
  readonly controller: PaneController;
  readonly locked: boolean;
}

function RegionShape({ region, role, seriesUid, controller, locked }: RegionProps) {
  const [drag, setDrag] = useState<{ readonly from: Point; readonly by: Point }>();
  const moved = (by: Point): readonly Point[] => region.points.map(([x, y]): Point => [x + by[0], y + by[1]]);
  const place = (event: PointerEvent): Point | undefined => {
    const box = controller.element.getBoundingClientRect();
    return toImage(controller, event.clientX - box.left, event.clientY - box.top);
  };
  const shown = drag ? { ...region, points: moved(drag.by) } : region;
  const top = outlineOf(shown).reduce<Point | undefined>(
    (best, at) => (!best || at[1] < best[1] ? at : best),
    undefined,
  );
  const label = top && toCanvas(controller, top);
  const key = (event: KeyboardEvent) => {
    const by = ARROWS[event.key];
    const control = event.ctrlKey || event.metaKey;
    if (by && !control)
      changeRegion(seriesUid, region.id, { points: moved(event.shiftKey ? [10 * by[0], 10 * by[1]] : by) });
    else if (event.key === "Delete" || event.key === "Backspace") removeRegion(seriesUid, region.id);
    else if (control && event.key.toLowerCase() === "z") (event.shiftKey ? redoRunFlow : undoRunFlow)(seriesUid);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a shape in a drawing cannot be a button element.
    <g
      role="button"
      tabIndex={0}
      className="v-region"
      data-region={region.name}
      data-locked={locked}
      aria-label={`${region.name}${role ? `, ${role}` : ""}: arrow keys move it, Delete removes it`}
      onKeyDown={key}
      onPointerDown={(event) => {
        const from = locked ? undefined : place(event);
        if (!from || event.button !== 0) return;
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        event.currentTarget.focus();
        setDrag({ from, by: [0, 0] });
      }}
      onPointerMove={(event) => {
        const at = drag && place(event);
        if (at) setDrag({ from: drag.from, by: [at[0] - drag.from[0], at[1] - drag.from[1]] });
      }}
      onPointerUp={() => {
        if (drag && Math.hypot(...drag.by) > 0.5) changeRegion(seriesUid, region.id, { points: moved(drag.by) });
        setDrag(undefined);
      }}
    >
      <Shape region={shown} controller={controller} colour={region.colour} />
      {label && (
        <text x={label[0]} y={label[1] - 6} fill={region.colour} textAnchor="middle">
          {region.name}
        </text>
      )}
    </g>
  );
}
