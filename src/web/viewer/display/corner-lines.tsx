import { useState, useSyncExternalStore } from "react";
import type { Limitation } from "../../../core/limitation.ts";
import type { PanePlan } from "../hanging/hang.ts";
import { calibrationOf, scaleWords } from "../measure/calibration.ts";
import { useScales } from "../measure/calibration-store.ts";
import type { PaneContent } from "../pane/pane-content.ts";
import type { PaneState } from "../pane/pane-state.ts";
import { frameOf, type SeriesImages } from "../pane/series-images.ts";
import { magnificationWords, projectionWords } from "./angles.ts";
import { limitationsShown, onLimitationsShown } from "./limitations-shown.ts";
import { useSaturation } from "./use-saturation.ts";
import "./display.css";

interface Lines {
  readonly content: PaneContent | undefined;
  readonly state: PaneState;
}

/** Projection, magnification and the scale of a projection with its error; nothing for slices and ultrasound. */
export function Geometry({ content, state }: Lines) {
  useScales();
  const imageId = content?.show.kind === "stack" ? content.show.imageIds[state.slice] : undefined;
  const frame = imageId ? frameOf(imageId) : undefined;
  if (!frame || frame.plane || state.status !== "rendered") return null;
  const calibration = calibrationOf(frame.instance, frame.frame);
  const words = [
    projectionWords(frame.instance, frame.frame),
    magnificationWords(frame.instance, frame.frame),
    calibration.state === "none" ? "" : scaleWords(calibration),
  ].filter(Boolean);
  return words.length > 0 ? <small title={calibration.errorBasis}>{words.join(" · ")}</small> : null;
}

const SHOWN = 3;

/** What these images lack, each in a sentence; more than three fold until asked for. */
export function Limitations({ content, state }: Lines) {
  const visible = useSyncExternalStore(onLimitationsShown, limitationsShown);
  const [all, setAll] = useState(false);
  const found = new Map<string, Limitation>();
  const pixels = useSaturation(content, state.status === "rendered");
  for (const one of [...(content?.limitations ?? []), ...(state.limitations ?? []), ...pixels]) {
    if (!found.has(one.code)) found.set(one.code, one);
  }
  if (!visible || found.size === 0 || state.status !== "rendered") return null;
  const list = [...found.values()];
  return (
    <ul className="v-limits" aria-label="Limitations of this image">
      {(all ? list : list.slice(0, SHOWN)).map(({ code, message }) => (
        <li key={code} data-code={code}>
          {message}
        </li>
      ))}
      {list.length > SHOWN ? (
        <li>
          <button type="button" onClick={() => setAll(!all)}>
            {all ? "show fewer" : `show ${list.length - SHOWN} more`}
          </button>
        </li>
      ) : null}
    </ul>
  );
}

/** How much of a series is here: a thin line at the foot of the pane, gone when all is. */
export function LoadBar({ state }: { readonly state: PaneState }) {
  const here = state.loaded + state.failed;
  if (state.total < 2 || here >= state.total || state.status === "error" || state.status === "empty") return null;
  return (
    <progress
      className="v-load"
      max={state.total}
      value={here}
      aria-label={`${here} of ${state.total} images are here`}
    />
  );
}

/** Which group of a series that is split, why it is one, and the way back to one list. */
export function GroupChoice({
  plan,
  images,
  onPlan,
}: {
  readonly plan: PanePlan;
  readonly images: SeriesImages;
  readonly onPlan: ((plan: PanePlan) => void) | undefined;
}) {
  const { groups, opening } = images;
  if (groups.length < 2) return null;
  const shown = plan.group ?? opening;
  const words = (group: number) => `group ${group + 1} of ${groups.length} · ${groups[group]?.why ?? ""}`;
  return (
    <label className="v-choice">
      {shown === "all" ? `all ${groups.length} groups, as received` : words(shown)}
      <select
        aria-label="Which group of the series"
        value={String(shown)}
        onChange={({ target }) => {
          const group = target.value === "all" ? ("all" as const) : Number(target.value);
          onPlan?.({ seriesUid: plan.seriesUid, mode: plan.mode === "run" ? "run" : "slices", group });
        }}
      >
        {groups.map((group, k) => (
          <option key={group.why} value={k}>
            {words(k)} · {group.order.times.flat().length} images
          </option>
        ))}
        <option value="all">all in one list, as received</option>
      </select>
    </label>
  );
}
