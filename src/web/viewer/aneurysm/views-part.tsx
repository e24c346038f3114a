import { useEffect, useRef, useState } from "react";
import {
  type ReachableAngles,
  reachable,
  USUAL_REACH,
  type ViewAngles,
  viewName,
} from "../../../imaging/aneurysm/view-angles.ts";
import type { WorkingView } from "../../../imaging/aneurysm/working-projection.ts";
import type { NeckAnswer, ViewAnswer } from "../../workers/aneurysm-messages.ts";
import type { AneurysmWork } from "./use-aneurysm.ts";

const SIDE = 320;
const FIELD_MM = 50;

interface Props {
  readonly ask: AneurysmWork["ask"];
  /** The neck as it was measured whole last. */
  readonly neck: NeckAnswer;
}

/** C-arm angles that open the neck, each as the run would look, and angles by hand. */
export function ViewsPart({ ask, neck }: Props) {
  const [reach, setReach] = useState<ReachableAngles>(USUAL_REACH);
  const [views, setViews] = useState<readonly WorkingView[]>();
  const [chosen, setChosen] = useState<ViewAngles>({ primary: 0, secondary: 0 });
  const [shown, setShown] = useState<ViewAnswer>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const asking = useRef(false);
  const wanted = useRef(chosen);
  const drag = useRef<{ x: number; y: number; from: ViewAngles }>(undefined);
  wanted.current = chosen;
  useEffect(() => {
    let stale = false;
    if (neck.reason !== null) return;
    setViews(undefined);
    ask("views", { kind: "views", reach }).then(
      (answer) => {
        if (stale) return;
        setViews(answer.views);
        if (answer.views[0]) setChosen({ primary: answer.views[0].primary, secondary: answer.views[0].secondary });
      },
      () => {},
    );
    return () => {
      stale = true;
    };
  }, [ask, reach, neck]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another neck is drawn anew, too.
  useEffect(() => {
    const next = () => {
      if (asking.current) return;
      const view = wanted.current;
      asking.current = true;
      ask("view", { kind: "view", view, side: SIDE, fieldMm: FIELD_MM }).then(
        (answer) => {
          asking.current = false;
          setShown(answer);
          if (wanted.current !== view) next();
        },
        () => {
          asking.current = false;
        },
      );
    };
    next();
  }, [ask, chosen, neck]);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context || !shown) return;
    const image = context.createImageData(SIDE, SIDE);
    for (let p = 0; p < shown.depth.length; p++) {
      // Grey as a subtracted run shows it: attenuation grows with the depth of vessel.
      const grey = 205 * Math.exp(-0.14 * shown.depth[p]!) + 8;
      image.data.set([grey, grey, grey, 255], 4 * p);
    }
    context.putImageData(image, 0, 0);
  }, [shown]);
  const set = (primary: number, secondary: number) => {
    const next = {
      primary: Math.max(reach.primary[0], Math.min(reach.primary[1], Math.round(primary))),
      secondary: Math.max(reach.secondary[0], Math.min(reach.secondary[1], Math.round(secondary))),
    };
    if (reachable(next, reach)) setChosen(next);
  };
  const limit = (label: string, value: number, put: (value: number) => ReachableAngles) => (
    <label>
      {label}
      <input
        type="number"
        value={value}
        onChange={({ target }) => {
          const number = Number(target.value);
          if (target.value !== "" && Number.isFinite(number)) setReach(put(number));
        }}
        onKeyDown={(event) => event.stopPropagation()}
      />
    </label>
  );
  const judged = shown?.judged;
  return (
    <section className="n-views" aria-label="Working projections">
      <h3>Working projections</h3>
      {!views && <p role="status">Looking for views</p>}
      {views?.length === 0 && <p>No view within these limits opens the neck.</p>}
      <ol>
        {views?.map((view) => (
          <li key={viewName(view)}>
            <button
              type="button"
              aria-pressed={view.primary === chosen.primary && view.secondary === chosen.secondary}
              onClick={() => setChosen({ primary: view.primary, secondary: view.secondary })}
            >
              {viewName(view)}
            </button>
            <span>opened {percent(view.opened)}</span>
            <span>covered {percent(view.neckCovered)}</span>
          </li>
        ))}
      </ol>
      <div className="n-run">
        <canvas
          ref={canvas}
          width={SIDE}
          height={SIDE}
          role="img"
          aria-label={`Simulated run, ${viewName(chosen)}`}
          data-view={judged ? viewName(judged) : ""}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            drag.current = { x: event.clientX, y: event.clientY, from: chosen };
          }}
          onPointerMove={(event) => {
            const start = drag.current;
            if (!start || !(event.buttons & 1)) return;
            set(
              start.from.primary - (event.clientX - start.x) / 3,
              start.from.secondary + (event.clientY - start.y) / 3,
            );
          }}
        />
        {shown && (
          <svg viewBox={`0 0 ${SIDE} ${SIDE}`} aria-hidden="true">
            <polygon
              className="n-loop"
              points={shown.neck.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ")}
            />
          </svg>
        )}
        <span>{viewName(chosen)}</span>
        <small>simulated from the segmented vessel</small>
      </div>
      {(["primary", "secondary"] as const).map((which) => (
        <label className="v-row" key={which}>
          {which === "primary" ? "RAO, LAO" : "CAUD, CRAN"}
          <input
            type="range"
            min={reach[which][0]}
            max={reach[which][1]}
            value={chosen[which]}
            onChange={({ target }) =>
              which === "primary"
                ? set(Number(target.value), chosen.secondary)
                : set(chosen.primary, Number(target.value))
            }
            onKeyDown={(event) => event.stopPropagation()}
          />
          <output>{chosen[which]}°</output>
        </label>
      ))}
      {judged && (
        <p>
          Neck opened {percent(judged.opened)}, covered {percent(judged.neckCovered)}; dome covered{" "}
          {percent(judged.domeCovered)}; parent seen {percent(judged.parentSeen)}.
        </p>
      )}
      <details>
        <summary>Reach of the C-arm, assumed</summary>
        <div className="n-reach">
          {limit("RAO", -reach.primary[0], (v) => ({ ...reach, primary: [-Math.abs(v), reach.primary[1]] }))}
          {limit("LAO", reach.primary[1], (v) => ({ ...reach, primary: [reach.primary[0], Math.abs(v)] }))}
          {limit("CAUD", -reach.secondary[0], (v) => ({ ...reach, secondary: [-Math.abs(v), reach.secondary[1]] }))}
          {limit("CRAN", reach.secondary[1], (v) => ({ ...reach, secondary: [reach.secondary[0], Math.abs(v)] }))}
          {limit("Both together", reach.mostTogether, (v) => ({ ...reach, mostTogether: Math.abs(v) }))}
        </div>
        <p>Degrees. No machine told them: set what yours reaches.</p>
      </details>
    </section>
  );
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
