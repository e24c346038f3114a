import { useEffect, useRef, useState } from "react";
import type { VesselWork } from "./use-vessel.ts";

const PIXELS = 300;

/** The surface of the vessel; drag (or the arrow keys) turns it. 0 degrees is from the front, the patient's left at the right. */
export function SurfaceLook({ work }: { readonly work: VesselWork }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [view, setView] = useState({ turn: 0, tilt: 0 });
  const from = useRef<{ x: number; y: number; turn: number; tilt: number }>(undefined);
  const asking = useRef(false);
  const [done, setDone] = useState({ turn: Number.NaN, tilt: 0 });
  useEffect(() => {
    if (asking.current || (done.turn === view.turn && done.tilt === view.tilt)) return;
    // one picture at a time: the newest direction is asked for when the last picture is there
    asking.current = true;
    work.ask("look", { kind: "look", ...view, pixels: PIXELS }).then(
      ({ pixels }) => {
        asking.current = false;
        canvas.current?.getContext("2d")?.putImageData(new ImageData(pixels, PIXELS, PIXELS), 0, 0);
        setDone(view);
      },
      () => {
        asking.current = false;
      },
    );
  }, [work.ask, view, done]);
  const side = Math.sin((view.turn * Math.PI) / 180);
  const letters = Math.abs(side) > Math.SQRT1_2 ? (side > 0 ? "AP" : "PA") : Math.abs(view.turn) > 90 ? "LR" : "RL";
  return (
    <div className="x-surface">
      <canvas
        ref={canvas}
        width={PIXELS}
        height={PIXELS}
        tabIndex={0}
        role="img"
        aria-label={`Surface of the vessel, turned ${view.turn}°, tilted ${view.tilt}°`}
        data-turn={done.turn}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          from.current = { x: event.clientX, y: event.clientY, ...view };
        }}
        onPointerMove={(event) => {
          const start = from.current;
          if (!start || !(event.buttons & 1)) return;
          const turn = Math.round(start.turn - (event.clientX - start.x) / 2);
          setView({
            turn: ((((turn + 180) % 360) + 360) % 360) - 180,
            tilt: Math.max(-90, Math.min(90, Math.round(start.tilt + (event.clientY - start.y) / 2))),
          });
        }}
        onKeyDown={(event) => {
          const by = { ArrowLeft: [10, 0], ArrowRight: [-10, 0], ArrowUp: [0, 10], ArrowDown: [0, -10] }[event.key];
          if (!by) return;
          event.preventDefault();
          event.stopPropagation();
          setView(({ turn, tilt }) => ({
            turn: ((((turn + by[0]! + 180) % 360) + 360) % 360) - 180,
            tilt: Math.max(-90, Math.min(90, tilt + by[1]!)),
          }));
        }}
      />
      <span>{letters[0]}</span>
      <span>{letters[1]}</span>
      <small>
        {Math.abs(side) > 0.99
          ? side > 0
            ? "from the patient's left"
            : "from the patient's right"
          : `turned ${view.turn}°, tilted ${view.tilt}°`}
      </small>
    </div>
  );
}
