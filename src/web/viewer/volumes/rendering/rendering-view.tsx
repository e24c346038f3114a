import { type PointerEvent, useEffect, useRef, useState, useSyncExternalStore, type WheelEvent } from "react";
import type { Vec3 } from "../../../../core/geometry.ts";
import { edgeLetters } from "../../pane/orientation.ts";
import type { PaneContent } from "../../pane/pane-content.ts";
import type { PaneController } from "../../pane/pane-controller.ts";
import { volumeSamples } from "../volume-source.ts";
import { boxOf } from "./brick.ts";
import { ClipBox } from "./clip-box.tsx";
import { dragged } from "./eye.ts";
import { createRayCaster, type RayCaster, type View } from "./ray-caster.ts";
import { type Rendering, renderingOf } from "./rendering-store.ts";
import { brightEnd, presetsFor, transferTable, vesselEdge } from "./transfer.ts";

interface Props {
  readonly content: PaneContent;
  readonly controller: PaneController;
}

const ROWS = 64;
/** A coarse picture should take no longer than this. */
const COARSE_MS = 70;

/** A volume from outside: turned by dragging, coarse while it moves, full when it stands still. */
export function RenderingView({ content, controller }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const caster = useRef<RayCaster>(undefined);
  const [words, setWords] = useState("opening the volume");
  const [again, setAgain] = useState(0);
  const store = renderingOf(controller.viewportId);
  const rendering = useSyncExternalStore(store.subscribe, store.state);
  const { show, series } = content;
  const drawer = useRef<ReturnType<typeof createDrawer>>(undefined);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the images stand for the content; `again` begins anew after the graphics came back.
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const abort = new AbortController();
    const { signal } = abort;
    const begin = async () => {
      const { volume, grid } = await volumeSamples(show.imageIds, signal, (loaded) =>
        setWords(`slice ${loaded} of ${show.imageIds.length}`),
      );
      if (signal.aborted) return;
      const made = createRayCaster(element);
      caster.current = made;
      const values = { bright: brightEnd(volume), edge: vesselEdge(volume) };
      store.begin(boxOf(volume.grid), presetsFor(series.role, volume.unit, values), volume.unit);
      const by = await made.setVolume(volume, signal, (share) => setWords(`volume ${Math.round(100 * share)} %`));
      if (signal.aborted) return;
      setWords("");
      const thin = {
        code: "thinned",
        message: `Drawn from 1 of ${by} voxels along each axis: too large for the graphics memory.`,
      };
      drawer.current = createDrawer(element, made, (quality) => {
        store.set({ quality });
        const { eye } = store.state();
        controller.drew(edgeLetters(eye.right, [-eye.up[0], -eye.up[1], -eye.up[2]]), [
          ...grid.limitations,
          ...(by > 1 ? [thin] : []),
        ]);
      });
      drawer.current.draw(store.state());
    };
    begin().catch((error: unknown) => {
      if (!signal.aborted) controller.fail(error instanceof Error ? error.message : String(error));
    });
    const lost = (event: Event) => {
      event.preventDefault();
      drawer.current?.stop();
      drawer.current = undefined;
      setWords("The graphics were taken away. They come back by themselves.");
    };
    const back = () => setAgain((n) => n + 1);
    element.addEventListener("webglcontextlost", lost);
    element.addEventListener("webglcontextrestored", back);
    return () => {
      abort.abort();
      element.removeEventListener("webglcontextlost", lost);
      element.removeEventListener("webglcontextrestored", back);
      drawer.current?.stop();
      drawer.current = undefined;
    };
  }, [show, store, controller, again]);

  useEffect(() => () => caster.current?.destroy(), []);

  const { eye, centre, halfHeight, preset, shift, clip } = rendering;
  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn anew when one of these changes, not when a picture came.
  useEffect(() => drawer.current?.draw(store.state()), [store, eye, centre, halfHeight, preset, shift, clip]);
  useEffect(() => {
    if (!canvas.current) return;
    const observer = new ResizeObserver(() => drawer.current?.draw(store.state()));
    observer.observe(canvas.current);
    return () => observer.disconnect();
  }, [store]);

  const last = useRef<readonly [number, number]>(undefined);
  const down = (event: PointerEvent) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    last.current = [event.clientX, event.clientY];
  };
  const move = (event: PointerEvent) => {
    if (!last.current || event.buttons === 0) return;
    const [x, y] = [event.clientX - last.current[0], event.clientY - last.current[1]];
    last.current = [event.clientX, event.clientY];
    const now = store.state();
    const mmPerPixel = (2 * now.halfHeight) / (canvas.current?.clientHeight || 1);
    if (event.buttons === 2) store.set({ halfHeight: zoomed(now.halfHeight, Math.exp(y / 200)) });
    else if (event.buttons === 4 || event.shiftKey) store.set({ centre: panned(now, -x * mmPerPixel, y * mmPerPixel) });
    else store.set({ eye: dragged(now.eye, x / 160, y / 160) });
  };
  const wheel = (event: WheelEvent) => {
    store.set({ halfHeight: zoomed(store.state().halfHeight, Math.exp(event.deltaY / 600)) });
  };
  return (
    <>
      <canvas
        ref={canvas}
        className="vo-rendering"
        data-quality={rendering.quality}
        data-preset={rendering.preset?.name}
        onPointerDown={down}
        onPointerMove={move}
        onWheel={wheel}
        onContextMenu={(event) => event.preventDefault()}
      />
      {words && <p className="vo-words">{words}</p>}
      {rendering.clipShown && <ClipBox store={store} />}
    </>
  );
}

/** Draws on demand, one picture at a time: coarse at once, then the full one in strips, given up when something moves. */
function createDrawer(canvas: HTMLCanvasElement, caster: RayCaster, told: (quality: Rendering["quality"]) => void) {
  let wanted: Rendering | undefined;
  let busy = false;
  let stopped = false;
  let share = 0.25;
  let table: readonly [Rendering["preset"], number] | undefined;

  async function run(): Promise<void> {
    busy = true;
    while (wanted && !stopped) {
      const now = wanted;
      wanted = undefined;
      fit(canvas);
      if (!now.preset) continue;
      if (table?.[0] !== now.preset || table[1] !== now.shift) {
        caster.setTransfer(transferTable(now.preset, now.shift));
        table = [now.preset, now.shift];
      }
      const view = viewOf(now);
      const start = performance.now();
      caster.drawCoarse(view, share);
      await caster.finished();
      const took = performance.now() - start;
      share = Math.min(0.6, Math.max(0.12, share * Math.sqrt(COARSE_MS / Math.max(8, took))));
      told("coarse");
      await pause(wanted ? 0 : 120);
      for (let row = canvas.height; row > 0 && !wanted && !stopped; row -= ROWS) {
        caster.drawRows(view, Math.max(0, row - ROWS), row);
        await caster.finished();
      }
      if (!wanted && !stopped) told("full");
    }
    busy = false;
  }
  return {
    draw(state: Rendering) {
      wanted = state;
      if (!busy) void run();
    },
    stop() {
      stopped = true;
    },
  };
}

function viewOf({ eye, centre, halfHeight, clip, preset }: Rendering): View {
  return { eye, centre, halfHeight, clipLow: clip.low, clipHigh: clip.high, projection: preset?.kind === "projection" };
}

/** The drawing buffer in device pixels, up to 1200 on its longer side. */
function fit(canvas: HTMLCanvasElement): void {
  const ratio = Math.min(window.devicePixelRatio || 1, 1200 / Math.max(1, canvas.clientWidth, canvas.clientHeight));
  const [width, height] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)];
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
}

function zoomed(halfHeight: number, by: number): number {
  return Math.min(400, Math.max(4, halfHeight * by));
}

function panned({ centre, eye }: Rendering, right: number, up: number): Vec3 {
  return [0, 1, 2].map((c) => centre[c]! + right * eye.right[c]! + up * eye.up[c]!) as unknown as Vec3;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
