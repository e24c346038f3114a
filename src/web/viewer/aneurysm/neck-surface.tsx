import { useEffect, useRef, useState } from "react";
import type { Vec3 } from "../../../core/geometry.ts";
import type { NeckAnswer, SurfaceAnswer } from "../../workers/aneurysm-messages.ts";
import { NeckHandles } from "./neck-handles.tsx";
import type { AneurysmWork } from "./use-aneurysm.ts";

const PIXELS = 320;

interface Props {
  readonly ask: AneurysmWork["ask"];
  readonly neck: NeckAnswer;
  readonly setNeck: AneurysmWork["setNeck"];
}

/** The surface around the dome, the dome in amber, with the neck; a drag (or the arrow keys) turns it. */
export function NeckSurface({ ask, neck, setNeck }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [view, setView] = useState({ turn: 0, tilt: 0 });
  const [frame, setFrame] = useState<Omit<SurfaceAnswer, "pixels">>();
  const from = useRef<{ x: number; y: number; turn: number; tilt: number }>(undefined);
  const asking = useRef(false);
  const wanted = useRef("");
  const [, setDone] = useState("");
  const key = `${view.turn} ${view.tilt} ${neck.plane.point.join()} ${neck.plane.normal.join()}`;
  wanted.current = key;
  useEffect(() => {
    // One picture at a time: the newest is asked for when the last is there.
    const next = () => {
      if (asking.current) return;
      const now = wanted.current;
      asking.current = true;
      ask("surface", { kind: "surface", ...view, pixels: PIXELS }).then(
        ({ pixels, ...rest }) => {
          asking.current = false;
          canvas.current?.getContext("2d")?.putImageData(new ImageData(pixels, PIXELS, PIXELS), 0, 0);
          setFrame(rest);
          setDone(now);
          if (wanted.current !== now) setDone("");
        },
        () => {
          asking.current = false;
        },
      );
    };
    if (key) next();
  }, [ask, view, key]);
  const turned = (turn: number, tilt: number) =>
    setView({ turn: ((((turn + 180) % 360) + 360) % 360) - 180, tilt: Math.max(-90, Math.min(90, tilt)) });
  const side = Math.sin((view.turn * Math.PI) / 180);
  const letters = Math.abs(side) > Math.SQRT1_2 ? (side > 0 ? "AP" : "PA") : Math.abs(view.turn) > 90 ? "LR" : "RL";
  const toScreen = (point: Vec3): readonly [number, number] | undefined => {
    if (!frame) return undefined;
    const d = point.map((x, n) => x - frame.centre[n]!);
    const along = (way: Vec3) => d[0]! * way[0] + d[1]! * way[1] + d[2]! * way[2];
    return [PIXELS / 2 + frame.scale * along(frame.right), PIXELS / 2 - frame.scale * along(frame.up)];
  };
  const loop = neck.neckLine.map(toScreen).flatMap((at) => (at ? [at.map((x) => x.toFixed(1)).join()] : []));
  return (
    <div className="x-surface n-surface">
      <canvas
        ref={canvas}
        width={PIXELS}
        height={PIXELS}
        tabIndex={0}
        role="img"
        aria-label={`Surface of the aneurysm, turned ${view.turn}°, tilted ${view.tilt}°`}
        data-drawn={frame !== undefined}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          from.current = { x: event.clientX, y: event.clientY, ...view };
        }}
        onPointerMove={(event) => {
          const start = from.current;
          if (!start || !(event.buttons & 1)) return;
          turned(
            Math.round(start.turn - (event.clientX - start.x) / 2),
            Math.round(start.tilt + (event.clientY - start.y) / 2),
          );
        }}
        onKeyDown={(event) => {
          const by = { ArrowLeft: [10, 0], ArrowRight: [-10, 0], ArrowUp: [0, 10], ArrowDown: [0, -10] }[event.key];
          if (!by) return;
          event.preventDefault();
          event.stopPropagation();
          turned(view.turn + by[0]!, view.tilt + by[1]!);
        }}
      />
      {frame && (
        <svg viewBox={`0 0 ${PIXELS} ${PIXELS}`} aria-hidden="true">
          {loop.length > 2 && <polygon className="n-loop" points={loop.join(" ")} />}
          {neck.centre && neck.values && (
            <NeckHandles
              plane={neck.plane}
              centre={neck.centre}
              neckMm={neck.values.neckMost}
              sight={frame.toward}
              toScreen={toScreen}
              onNeck={setNeck}
            />
          )}
        </svg>
      )}
      <span>{letters[0]}</span>
      <span>{letters[1]}</span>
      <small>
        turned {view.turn}°, tilted {view.tilt}°
      </small>
    </div>
  );
}
