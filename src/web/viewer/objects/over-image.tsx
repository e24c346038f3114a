import { type ReactNode, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { canDraw } from "../pane/can-draw.ts";
import { fitCanvas } from "../pane/fit-canvas.ts";
import { createPane, type PaneController } from "../pane/pane-controller.ts";
import type { PaneState, Show } from "../pane/pane-state.ts";

const nothing = () => () => {};
const still = { status: "empty" } as PaneState;

/** Draws over the image that is on the screen, in CSS pixels of the canvas. */
export type DrawOver = (context: CanvasRenderingContext2D, controller: PaneController, imageId: string) => void;

interface Props {
  readonly id: string;
  readonly show: Show;
  readonly draw: DrawOver;
  /** Called once the image is open, e.g. to invert it. */
  readonly onOpen?: (controller: PaneController) => void;
  readonly children?: ReactNode;
}

/** An image with something of an object over it; scrolled, zoomed and windowed as any other. */
export function OverImage({ id, show, draw, onOpen, children }: Props) {
  const element = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [controller, setController] = useState<PaneController>();
  const state = useSyncExternalStore(controller?.subscribe ?? nothing, controller?.state ?? (() => still));
  const [webgl] = useState(canDraw);
  useEffect(() => {
    if (!element.current || !webgl) return;
    const made = createPane(`${id}-over`, element.current);
    element.current.addEventListener("contextmenu", (event) => event.preventDefault());
    setController(made);
    return () => made.destroy();
  }, [id, webgl]);
  const latest = useRef(onOpen);
  latest.current = onOpen;
  useEffect(() => {
    if (controller) void controller.open(show).then(() => latest.current?.(controller));
  }, [controller, show]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: every picture drawn below it is drawn over anew.
  useEffect(() => {
    const context = fitCanvas(canvas.current);
    const imageId = controller?.currentImageId();
    if (!context || !controller) return;
    context.clearRect(0, 0, 1e5, 1e5);
    if (imageId && state.status === "rendered") draw(context, controller, imageId);
  }, [controller, draw, state.status, state.drawn]);
  return (
    <div className="o-over" data-over={state.status} data-slice={state.slice} data-count={state.count}>
      {webgl ? (
        <div className="v-image" ref={element} />
      ) : (
        <p className="v-error">This browser cannot draw with WebGL: what is listed beside it is not drawn here.</p>
      )}
      <canvas ref={canvas} className="v-map" />
      {state.status === "error" && <p className="v-error">{state.message}</p>}
      {state.count > 1 && (
        <label className="o-slider">
          {state.slice + 1} / {state.count}
          <input
            type="range"
            aria-label="Image"
            min={0}
            max={state.count - 1}
            value={state.slice}
            onChange={({ target }) => controller?.goTo(Number(target.value))}
          />
        </label>
      )}
      {children}
    </div>
  );
}
