import type { SeriesView } from "../../../cases/views.ts";
import { maskWords } from "../angio/mask-frames.ts";
import { Geometry, GroupChoice, Limitations, LoadBar } from "../display/corner-lines.tsx";
import { kindName, listed, openingMode, type PanePlan } from "../hanging/hang.ts";
import { thresholdWords } from "../maps/map-style.ts";
import { PlaneChoice } from "../volumes/plane-choice.tsx";
import { gridOf } from "../volumes/volume-source.ts";
import { clock, number, TAG, text } from "./dicom-json.ts";
import type { PaneContent, Room } from "./pane-content.ts";
import type { PaneState, SlabKind } from "./pane-state.ts";

interface Props {
  readonly plan: PanePlan;
  readonly series: SeriesView;
  readonly room: Room;
  readonly content: PaneContent | undefined;
  readonly state: PaneState;
  readonly visible: boolean;
  readonly compact: boolean;
  readonly onPlan: ((plan: PanePlan) => void) | undefined;
  readonly onSlab: (mm: number, kind?: SlabKind) => void;
  readonly onTime: (time: number) => void;
  readonly corners: { readonly topRight?: readonly string[]; readonly bottomLeft?: string } | undefined;
}

/**
 * Everything written on an image, always in the same corners: series and time, window (or the number of a map), slice,
 * mode. Letters of the patient's sides at the edges. While images are loading the slice corner says how many are here.
 */
export function PaneOverlay(props: Props) {
  const { plan, series, content, state, visible, corners } = props;
  if (!visible && state.status === "rendered") return null;
  const rendered = state.status === "rendered";
  const right = corners?.topRight ?? topRight(plan, content, state);
  return (
    <div className="v-overlay">
      <div className="v-corner v-tl">
        <SeriesName {...props} />
        <small>{[when(series, content), method(content)].filter(Boolean).join(" · ")}</small>
        <Geometry state={state} content={content} />
        <Limitations content={content} state={state} />
      </div>
      {rendered && (
        <div className="v-corner v-tr">
          {right.map((line, k) => (
            <span key={k} className={k > 0 ? "v-dim" : ""}>
              {line}
            </span>
          ))}
        </div>
      )}
      <div className="v-corner v-bl">
        <span className="v-tabular">{corners?.bottomLeft && rendered ? corners.bottomLeft : place(props)}</span>
      </div>
      {rendered && <div className={`v-corner v-br${plan.mode === "slices" ? " v-quiet" : ""}`}>{mode(props)}</div>}
      <LoadBar state={state} />
      {rendered && (
        <>
          <b className="v-edge v-left">{state.edges.left}</b>
          <b className="v-edge v-right">{state.edges.right}</b>
          {!props.compact && plan.mode !== "run" && <b className="v-edge v-top">{state.edges.top}</b>}
        </>
      )}
    </div>
  );
}

/** The name of the series, which opens the choice of another for this pane. */
function SeriesName({ plan, series, room, content, onPlan }: Props) {
  const name = nameOf(series, content);
  if (!onPlan) return <span className="v-name">{name}</span>;
  return (
    <label className="v-name v-choice">
      {name}
      <select
        aria-label="Series in this pane"
        value={plan.seriesUid}
        onChange={({ target }) => {
          const next = room.series.find(({ seriesUid }) => seriesUid === target.value);
          if (next) onPlan({ seriesUid: next.seriesUid, mode: openingMode(next, room.analyses) });
        }}
      >
        {listed(room.series).map((one) => (
          <option key={one.seriesUid} value={one.seriesUid}>
            {kindName(one)} · {one.description} · {one.frames || one.instances}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Runs and clips go by what they were called; other series by their role. */
function nameOf(series: SeriesView, content: PaneContent | undefined): string {
  if (content?.map) return content.map.style.label;
  const thickness = number(content?.instance, TAG.SliceThickness);
  const named = ["DSA", "XA", "RF", "US", "OTHER", "PMAP"].includes(series.role);
  if (named) return series.description || series.role;
  return thickness ? `${series.role} ${Number(thickness.toFixed(2))} mm` : series.role;
}

function when(series: SeriesView, content: PaneContent | undefined): string {
  const instance = content?.instance;
  const stated = text(instance, TAG.AcquisitionDateTime)?.slice(8) ?? text(instance, TAG.AcquisitionTime);
  const time = clock(stated ?? text(instance, TAG.SeriesTime)) ?? (series.at ? clock(series.at.slice(11)) : undefined);
  const called = content && nameOf(series, content) !== series.description && !content.map ? series.description : "";
  return [time, called].filter(Boolean).join(" · ");
}

/** The method in few words; its full name stands with the numbers. */
function method(content: PaneContent | undefined): string {
  const result = content?.map?.analysis?.result;
  const [short = ""] = result?.method.name.split(",") ?? [];
  return result ? `${short.replace(" perfusion", "")} ${result.method.version}` : "";
}

function topRight(plan: PanePlan, content: PaneContent | undefined, state: PaneState): readonly string[] {
  if (content?.map) {
    const { main, beside } = thresholdWords(content.map.name, content.map.analysis?.result ?? null);
    return [main, beside].filter(Boolean);
  }
  if (!state.window) return [];
  const { width, level } = state.window;
  const window = `W ${Math.round(width)} L ${Math.round(level)}${state.inverted ? " inverted" : ""}`;
  if (!content?.subtraction || plan.mode !== "run") return [window];
  const { raw, mask } = content.subtraction;
  return raw ? ["raw", window] : [`subtracted, mask = ${maskWords(mask)}`];
}

function place({ state, series, content }: Props): string {
  if (state.status === "empty" || state.status === "error") return "";
  if (state.status === "loading" && state.loaded === 0) return `${series.role} · opening ${series.frames} images`;
  if (state.status === "rendered" && state.count === 0) return "";
  const unit = content?.times ? "frame " : "";
  const at = content?.times && content.times.source !== "not stated" ? content.times.times[state.slice] : undefined;
  const slice = `${unit}${state.slice + 1} / ${state.count}${at === undefined ? "" : ` · ${at.toFixed(2)} s`}`;
  if (state.loaded + state.failed >= state.total || state.total === 0) {
    return state.failed > 0 ? `${slice} · ${state.failed} could not be loaded` : slice;
  }
  const loading = `${series.role} ${state.loaded} of ${state.total}`;
  return state.status === "rendered" ? `${slice} · ${loading}` : loading;
}

/** The bottom right corner: plane and slab, with a choice of both where there is a volume. */
function mode({ plan, state, content, compact, onPlan, onSlab, onTime }: Props) {
  if (content?.map && !compact) {
    const { threshold } = content.map.style;
    const motion = content.map.analysis?.result?.motion;
    return (
      <span>
        {[threshold && `contour ${threshold.words}`, motion && `motion ${motion.maxMm.toFixed(1)} mm`]
          .filter(Boolean)
          .join(" · ")}
      </span>
    );
  }
  if (compact || !content || plan.mode === "map" || plan.mode === "object") return null;
  const isVolume = plan.mode !== "run" && gridOf(content.images.imageIds[content.time] ?? []).state !== "refused";
  return (
    <>
      <GroupChoice plan={plan} images={content.images} onPlan={onPlan} />
      {(plan.mode === "run" || plan.mode === "slices") && <TimeChoice {...{ plan, state, content, onPlan, onTime }} />}
      {isVolume && <PlaneChoice plan={plan} state={state} onPlan={onPlan} onSlab={onSlab} />}
    </>
  );
}

/** Which clip of a run, or which time of slices imaged several times. */
function TimeChoice({
  plan,
  state,
  content,
  onPlan,
  onTime,
}: Pick<Props, "plan" | "state" | "onPlan" | "onTime"> & { content: PaneContent }) {
  const times = content.images.imageIds.length;
  if (times < 2) return null;
  const word = content.times ? "clip" : "time";
  const isStack = state.timeCount > 1;
  const now = isStack ? state.time : content.time;
  return (
    <label className="v-choice">
      {content.images.order.timeWords[now] ?? `${word} ${now + 1}`} ({now + 1} of {times})
      <select
        aria-label={`Which ${word}`}
        value={now}
        onChange={({ target }) =>
          isStack ? onTime(Number(target.value)) : onPlan?.({ ...plan, time: Number(target.value) })
        }
      >
        {Array.from({ length: times }, (_, k) => (
          <option key={k} value={k}>
            {content.images.order.timeWords[k] ?? `${word} ${k + 1}`}
          </option>
        ))}
      </select>
    </label>
  );
}
