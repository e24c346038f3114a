import { useState, useSyncExternalStore } from "react";
import type { Vec3 } from "../../../../core/geometry.ts";
import type { PaneController } from "../../pane/pane-controller.ts";
import type { PaneState, SlabKind } from "../../pane/pane-state.ts";
import { crosshairOf } from "../crosshair-store.ts";

interface Props {
  readonly frameOfReference: string;
  readonly controller: PaneController;
  readonly state: PaneState;
  readonly isCut: boolean;
}

/** Names of the two senses of an axis: a positive coordinate (LPS) is the first. */
const AXES = [
  ["L", "R"],
  ["P", "A"],
  ["H", "F"],
] as const;
const KINDS: readonly (readonly [SlabKind, string])[] = [
  ["mip", "MIP"],
  ["minip", "MinIP"],
  ["average", "Average"],
];

/** Where the crosshair is in the patient, how the planes are turned, and how thick the picture is. */
export function PlanesPart({ frameOfReference, controller, state, isCut }: Props) {
  const store = crosshairOf(frameOfReference);
  const { point, axes } = useSyncExternalStore(store.subscribe, store.state);
  const isTurned = axes.some((axis, c) => axis[c]! < 0.99996);
  return (
    <section>
      <h3>Crosshair</h3>
      {point ? (
        <div className="vo-row">
          {AXES.map(([plus, minus], c) => (
            <Coordinate
              key={plus}
              name={point[c]! >= 0 ? plus : minus}
              value={Math.abs(point[c]!)}
              onValue={(value) => {
                const sign = point[c]! >= 0 ? 1 : -1;
                store.put(point.map((old, k) => (k === c ? sign * value : old)) as unknown as Vec3);
              }}
            />
          ))}
        </div>
      ) : (
        <p>Double-click on a section to put it there.</p>
      )}
      <p className="vo-dim">
        Drag its middle, a line, or the round handle to turn; the square handle makes a slab. Double-click on a section
        centres.
      </p>
      {isTurned && (
        <button type="button" onClick={() => store.straighten()}>
          Straighten planes
        </button>
      )}
      {isCut && (
        <>
          <h3>Slab</h3>
          <fieldset className="vo-row" aria-label="Kind of slab">
            <button type="button" aria-pressed={state.slabMm === 0} onClick={() => controller.setSlab(0)}>
              Section
            </button>
            {KINDS.map(([kind, name]) => (
              <button
                key={kind}
                type="button"
                aria-pressed={state.slabMm > 0 && state.slabKind === kind}
                onClick={() => controller.setSlab(state.slabMm || 20, kind)}
              >
                {name}
              </button>
            ))}
          </fieldset>
          <label>
            Thickness {state.slabMm > 0 ? `${Number(state.slabMm.toFixed(1))} mm` : "of one section"}
            <input
              type="range"
              min={0}
              max={120}
              step={1}
              value={state.slabMm}
              onChange={({ target }) => controller.setSlab(Number(target.value))}
            />
          </label>
        </>
      )}
    </section>
  );
}

/** A coordinate that can be typed; taken over on Enter or when left. */
function Coordinate({ name, value, onValue }: { name: string; value: number; onValue: (value: number) => void }) {
  const [typed, setTyped] = useState<string>();
  const take = () => {
    const next = Number(typed);
    if (typed !== undefined && typed.trim() !== "" && Number.isFinite(next)) onValue(next);
    setTyped(undefined);
  };
  return (
    <label className="vo-number">
      {name}
      <input
        inputMode="decimal"
        aria-label={`Crosshair ${name}, mm`}
        value={typed ?? value.toFixed(1)}
        onChange={({ target }) => setTyped(target.value)}
        onBlur={take}
        onKeyDown={(event) => {
          if (event.key === "Enter") take();
        }}
      />
      mm
    </label>
  );
}
