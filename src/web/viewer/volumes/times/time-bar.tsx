import { cache, imageLoader } from "@cornerstonejs/core";
import { useEffect, useMemo, useRef, useState } from "react";
import { worldToPixel } from "../../pane/image-place.ts";
import type { PaneContent } from "../../pane/pane-content.ts";
import type { PaneController } from "../../pane/pane-controller.ts";
import type { PaneState } from "../../pane/pane-state.ts";
import { frameOf } from "../../pane/series-images.ts";
import { momentsOf } from "./moments.ts";

interface Props {
  readonly content: PaneContent;
  readonly controller: PaneController;
  readonly state: PaneState;
}

const WIDTH = 220;
const HEIGHT = 46;
/** The curve is the mean of this many pixels to each side of the pointer. */
const REACH = 1;

/** Times of the slice that is shown: where we are among them, and the course of the value under the pointer. */
export function TimeBar({ content, controller, state }: Props) {
  const { times } = content.images.order;
  const { show } = content;
  const ids = show.kind === "stack" ? show.times : undefined;
  const moments = useMemo(() => momentsOf(times.map((stack) => stack[Math.floor(stack.length / 2)]!)), [times]);
  const [course, setCourse] = useState<{ readonly values: readonly number[]; readonly of: number }>();
  useTimeWheel(controller);
  useCourse(controller, ids, state.slice, setCourse);
  const { seconds } = moments;
  const end = seconds.at(-1) || 1;
  const x = (t: number) =>
    4 + (WIDTH - 8) * (seconds[t] === undefined ? t / Math.max(1, times.length - 1) : seconds[t] / end);
  const values = course?.values ?? [];
  const known = values.filter((value) => !Number.isNaN(value));
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const y = (value: number) => HEIGHT - 6 - ((HEIGHT - 20) * (value - low)) / (high - low || 1);
  const line = values.flatMap((value, t) => (Number.isNaN(value) ? [] : [`${x(t).toFixed(1)},${y(value).toFixed(1)}`]));
  const now = seconds[state.time];
  const stated = now === undefined ? "times not stated" : `${now.toFixed(1)} s`;
  return (
    <div className="vo-time" data-source={moments.source} title={`${moments.source}; Shift and wheel, or , and .`}>
      <svg width={WIDTH} height={HEIGHT} aria-hidden="true" data-points={line.length}>
        {times.map((_, t) => (
          <line key={t} className="vo-tick" x1={x(t)} x2={x(t)} y1={HEIGHT - 4} y2={HEIGHT} />
        ))}
        {line.length > 1 && <polyline points={line.join(" ")} />}
        <line className="vo-now" x1={x(state.time)} x2={x(state.time)} y1={14} y2={HEIGHT} />
        {known.length > 1 && (
          <text x={4} y={11}>
            {values[state.time] === undefined || Number.isNaN(values[state.time])
              ? ""
              : Math.round(values[state.time]!)}
            {` (${Math.round(low)} to ${Math.round(high)})`}
            {known.length < values.length ? ` · ${known.length} of ${values.length} times` : ""}
          </text>
        )}
      </svg>
      <label>
        <input
          type="range"
          aria-label="Time"
          min={0}
          max={times.length - 1}
          value={state.time}
          aria-valuetext={`time ${state.time + 1} of ${times.length}, ${stated}`}
          onChange={({ target }) => void controller.setTime(Number(target.value))}
        />
        <span>
          {state.time + 1} / {times.length} · {stated}
        </span>
      </label>
    </div>
  );
}

/** Shift and wheel go through time; the wheel alone goes through space, as everywhere. */
function useTimeWheel(controller: PaneController): void {
  useEffect(() => {
    const { element } = controller;
    const turn = (event: WheelEvent) => {
      if (!event.shiftKey) return;
      event.preventDefault();
      event.stopPropagation();
      const by = Math.sign(event.deltaY || event.deltaX);
      if (by !== 0) void controller.setTime(controller.state().time + by);
    };
    element.addEventListener("wheel", turn, { capture: true, passive: false });
    return () => element.removeEventListener("wheel", turn, { capture: true });
  }, [controller]);
}

/** Follows the pointer: the mean of the pixels around it at every time of the slice, as far as they are in memory. */
function useCourse(
  controller: PaneController,
  times: readonly (readonly string[])[] | undefined,
  slice: number,
  told: (course: { readonly values: readonly number[]; readonly of: number } | undefined) => void,
): void {
  const latest = useRef(told);
  latest.current = told;
  useEffect(() => {
    if (!times) return;
    const ids = times.map((stack) => stack[Math.min(slice, stack.length - 1)]!);
    const { element } = controller;
    const stop = { now: false };
    let asked = false;
    let at: readonly [number, number] | undefined;
    const tell = () => {
      if (!at || stop.now) return;
      const point = controller.toPatient(...at);
      const current = controller.currentImageId();
      if (!point || !current) return;
      const pixel = worldToPixel(frameOf(current)?.plane ?? null, point);
      latest.current({ values: ids.map((id) => meanAround(id, ...pixel)), of: slice });
    };
    const fetchAll = async () => {
      for (const id of ids) {
        if (stop.now) return;
        await imageLoader.loadAndCacheImage(id).catch(() => undefined);
        tell();
      }
    };
    const move = (event: globalThis.PointerEvent) => {
      if (event.buttons !== 0) return;
      const { left, top } = element.getBoundingClientRect();
      at = [event.clientX - left, event.clientY - top];
      tell();
      if (!asked) {
        asked = true;
        void fetchAll();
      }
    };
    const leave = () => {
      at = undefined;
      latest.current(undefined);
    };
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerleave", leave);
    return () => {
      stop.now = true;
      element.removeEventListener("pointermove", move);
      element.removeEventListener("pointerleave", leave);
    };
  }, [controller, times, slice]);
}

/** Mean of 3 x 3 pixels of an image in memory, in its unit; not a number beyond its edge or when it is not here. */
function meanAround(imageId: string, x: number, y: number): number {
  const image = cache.getImage(imageId);
  if (!image) return Number.NaN;
  const pixels = image.getPixelData();
  const [slope, intercept] = image.preScale?.scaled ? [1, 0] : [image.slope, image.intercept];
  let [sum, count] = [0, 0];
  for (let dy = -REACH; dy <= REACH; dy++) {
    for (let dx = -REACH; dx <= REACH; dx++) {
      const [px, py] = [Math.round(x) + dx, Math.round(y) + dy];
      if (px < 0 || py < 0 || px >= image.columns || py >= image.rows) continue;
      sum += slope * pixels[py * image.columns + px]! + intercept;
      count++;
    }
  }
  return count > 0 ? sum / count : Number.NaN;
}
