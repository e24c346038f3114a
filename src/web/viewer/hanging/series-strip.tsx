import { useEffect, useRef } from "react";
import type { AnalysisView, SeriesView } from "../../../cases/views.ts";
import { mapStyle } from "../maps/map-style.ts";
import { isObject, kindName, latestResult, listed, type MapName, mapOf, openingMode, replacedMaps } from "./hang.ts";
import { DRAGGED_SERIES } from "./pane-cell.tsx";
import { byExamination } from "./resolve-stage.ts";

interface Props {
  readonly series: readonly SeriesView[];
  readonly analyses: readonly AnalysisView[];
  readonly open: ReadonlySet<string | undefined>;
  readonly current: string | undefined;
  readonly onOpen: (series: SeriesView) => void;
  /** Opens what a series is, to be corrected. */
  readonly onRole: (series: SeriesView) => void;
}

/** Roles of which a case has several alike: where nothing tells them apart they go by what they were called. */
const NAMED = new Set(["PMAP", "OTHER", "DSA", "XA", "RF", "US"]);

/** Maps in the order in which they are read. */
const MAPS: readonly (MapName | undefined)[] = [undefined, "tmax", "cbf", "cbv", "mtt"];

/**
 * All series of the case in one line; a click puts one into the active pane, dragging it into any other. Of maps only
 * those of the newest run are in the line, before the runs; further maps, those of earlier runs and earlier examinations
 * wait in a list behind it.
 */
export function SeriesStrip({ series, analyses, open, current, onOpen, onRole }: Props) {
  const all = listed(series);
  const replaced = replacedMaps(analyses);
  const before = new Set(byExamination(series).prior.map(({ seriesUid }) => seriesUid));
  const place = (one: SeriesView) =>
    isObject(one)
      ? MAPS.length + 1
      : openingMode(one) === "run"
        ? MAPS.length
        : MAPS.indexOf(mapOf(one.seriesUid, analyses));
  const behind = (one: SeriesView) =>
    before.has(one.seriesUid) ||
    replaced.has(one.seriesUid) ||
    (one.role === "PMAP" && place(one) < 1 && latestResult(analyses) !== undefined);
  const line = all.filter((one) => !behind(one)).sort((a, b) => place(a) - place(b));
  const others = all.filter(behind);
  const name = (one: SeriesView) => {
    const map = mapOf(one.seriesUid, analyses);
    if (map) return mapStyle(map, undefined).label;
    if (isObject(one)) return kindName(one);
    const isTelling = one.label !== "" && one.label !== one.role && !["Run", "Other", "Ultrasound"].includes(one.label);
    return isTelling || !NAMED.has(one.role) ? one.label : one.description || kindName(one);
  };
  const strip = useRef<HTMLFieldSetElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is in hand is brought into sight when it changes.
  useEffect(() => {
    strip.current?.querySelector("[aria-pressed=true]")?.scrollIntoView({ inline: "nearest", block: "nearest" });
  }, [current]);
  return (
    <fieldset className="v-strip" aria-label="Series" ref={strip}>
      {line.map((one) => (
        <button
          key={one.seriesUid}
          type="button"
          draggable
          aria-pressed={one.seriesUid === current}
          data-open={open.has(one.seriesUid)}
          data-kind={one.kinds[0]?.code}
          data-sure={one.sure}
          title={titleOf(one)}
          onClick={() => onOpen(one)}
          onContextMenu={(event) => {
            event.preventDefault();
            if (!isObject(one)) onRole(one);
          }}
          onDragStart={(event) => event.dataTransfer.setData(DRAGGED_SERIES, one.seriesUid)}
        >
          {name(one)}
          {one.sure === "uncertain" && !isObject(one) && one.role !== "XA" ? <i title="not sure">?</i> : null}
          <small>{isObject(one) ? one.instances : one.frames}</small>
        </button>
      ))}
      {others.length > 0 ? (
        <select
          className="v-earlier"
          aria-label="Other maps and earlier series"
          value=""
          onChange={(event) => {
            const chosen = others.find(({ seriesUid }) => seriesUid === event.target.value);
            if (chosen) onOpen(chosen);
          }}
        >
          <option value="">{before.size > 0 ? "earlier" : "other maps"}</option>
          {others.map((one) => (
            <option key={one.seriesUid} value={one.seriesUid}>
              {name(one)} {before.has(one.seriesUid) ? (one.at?.slice(0, 10) ?? "") : (one.at?.slice(11, 16) ?? "")}
            </option>
          ))}
        </select>
      ) : null}
    </fieldset>
  );
}

/** "CT head, 120 images, CT Image" or "Dose report: 1 object, X-Ray Radiation Dose SR"; then what it is by. */
function titleOf(one: SeriesView): string {
  const kinds = one.kinds.map(({ name, objects }) => (one.kinds.length > 1 ? `${name} (${objects})` : name)).join(", ");
  const count = isObject(one)
    ? `${one.instances} ${one.instances === 1 ? "object" : "objects"}`
    : `${one.frames} images`;
  const first = [one.description, count, kinds].filter(Boolean).join(", ");
  if (isObject(one)) return first;
  const by = one.why ? `\n${one.label}, by: ${one.why}` : "";
  return `${first}${by}\nRight click: what it is. Drag: into a pane.`;
}
