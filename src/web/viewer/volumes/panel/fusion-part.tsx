import { useSyncExternalStore } from "react";
import { isObject } from "../../hanging/hang.ts";
import { COLOUR_MAPS } from "../../maps/colour-map.ts";
import type { PaneHandle } from "../../pane/pane.tsx";
import type { PanelContext } from "../../side-panel.ts";
import { type FusionMode, fusionOf } from "../fused/fusion-store.ts";

const MODES: readonly (readonly [FusionMode, string])[] = [
  ["blend", "Blend"],
  ["checker", "Squares"],
  ["flicker", "Flicker"],
];
const FLAT = new Set(["DSA", "XA", "RF", "US"]);

/** Which volume lies over the picture of the active pane, and how. */
export function FusionPart({ handle, series }: PanelContext & { readonly handle: PaneHandle }) {
  const store = fusionOf(handle.controller.viewportId);
  const fusion = useSyncExternalStore(store.subscribe, store.state);
  const others = series.filter(
    (one) =>
      one.seriesUid !== handle.plan.seriesUid &&
      one.instances > 0 &&
      !FLAT.has(one.role) &&
      (one.role === "PMAP" || !isObject(one)),
  );
  const number = (name: "low" | "high") => (
    <label className="vo-number">
      {name === "low" ? "from" : "to"}
      <input
        type="number"
        step="any"
        aria-label={name === "low" ? "Value of the darkest colour" : "Value of the lightest colour"}
        value={Number((fusion[name] ?? 0).toPrecision(4))}
        onChange={({ target }) => {
          const value = Number(target.value);
          if (Number.isFinite(value)) store.set({ [name]: value });
        }}
      />
      {fusion.unit}
    </label>
  );
  return (
    <section>
      <h3>Fuse with</h3>
      <select
        aria-label="Fuse with"
        value={fusion.seriesUid ?? ""}
        onChange={({ target }) =>
          store.set({ seriesUid: target.value || undefined, words: "", low: undefined, high: undefined })
        }
      >
        <option value="">nothing</option>
        {others.map((one) => (
          <option key={one.seriesUid} value={one.seriesUid}>
            {one.role === "PMAP" ? one.description : `${one.label || one.role} · ${one.description}`}
          </option>
        ))}
      </select>
      {fusion.words !== "" && <p role="status">{fusion.words}</p>}
      {fusion.seriesUid && (
        <>
          <fieldset className="vo-row" aria-label="How it lies over">
            {MODES.map(([mode, name]) => (
              <button key={mode} type="button" aria-pressed={fusion.mode === mode} onClick={() => store.set({ mode })}>
                {name}
              </button>
            ))}
          </fieldset>
          <label>
            Opacity {Math.round(100 * fusion.opacity)} %
            <input
              type="range"
              min={0}
              max={1}
              step={0.05}
              value={fusion.opacity}
              onChange={({ target }) => store.set({ opacity: Number(target.value) })}
            />
          </label>
          <select aria-label="Colours" value={fusion.map} onChange={({ target }) => store.set({ map: target.value })}>
            {COLOUR_MAPS.map(({ name, says }) => (
              <option key={name} value={name}>
                {says}
              </option>
            ))}
          </select>
          {fusion.low !== undefined && (
            <div className="vo-row">
              {number("low")}
              {number("high")}
            </div>
          )}
        </>
      )}
    </section>
  );
}
