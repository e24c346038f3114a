import type { AnalysisView, SeriesView } from "../../../cases/views.ts";
import { mapStyle } from "../maps/map-style.ts";
import { isObject, kindName, latestResult, listed, type MapName, mapOf, openingMode, replacedMaps } from "./hang.ts";

interface Props {
  readonly series: readonly SeriesView[];
  readonly analyses: readonly AnalysisView[];
  readonly open: ReadonlySet<string>;
  readonly current: string | undefined;
  readonly onOpen: (series: SeriesView) => void;
}

/** Roles of which a case has several alike: they go by what they were called. */
const NAMED = new Set(["PMAP", "OTHER", "DSA", "XA", "RF", "US"]);

/** Maps in the order in which they are read. */
const MAPS: readonly (MapName | undefined)[] = [undefined, "tmax", "cbf", "cbv", "mtt"];

/**
 * All series of the case in one line; a click puts one into the active pane. Of maps only those of the newest run are in
 * the line, before the runs; further maps and those of earlier runs wait in a list behind it.
 */
export function SeriesStrip({ series, analyses, open, current, onOpen }: Props) {
  const all = listed(series);
  const replaced = replacedMaps(analyses);
  const place = (one: SeriesView) =>
    isObject(one)
      ? MAPS.length + 1
      : openingMode(one) === "run"
        ? MAPS.length
        : MAPS.indexOf(mapOf(one.seriesUid, analyses));
  const behind = (one: SeriesView) =>
    replaced.has(one.seriesUid) || (one.role === "PMAP" && place(one) < 1 && latestResult(analyses) !== undefined);
  const line = all.filter((one) => !behind(one)).sort((a, b) => place(a) - place(b));
  const others = all.filter(behind);
  const name = (one: SeriesView) => {
    const map = mapOf(one.seriesUid, analyses);
    if (map) return mapStyle(map, undefined).label;
    if (isObject(one)) return kindName(one);
    return NAMED.has(one.role) ? one.description || kindName(one) : one.role;
  };
  return (
    <fieldset className="v-strip" aria-label="Series">
      {line.map((one) => (
        <button
          key={one.seriesUid}
          type="button"
          aria-pressed={one.seriesUid === current}
          data-open={open.has(one.seriesUid)}
          data-kind={one.kinds[0]?.code}
          title={titleOf(one)}
          onClick={() => onOpen(one)}
        >
          {name(one)}
          <small>{isObject(one) ? one.instances : one.frames}</small>
        </button>
      ))}
      {others.length > 0 ? (
        <select
          className="v-earlier"
          aria-label="Other maps"
          value=""
          onChange={(event) => {
            const chosen = others.find(({ seriesUid }) => seriesUid === event.target.value);
            if (chosen) onOpen(chosen);
          }}
        >
          <option value="">other maps</option>
          {others.map((one) => (
            <option key={one.seriesUid} value={one.seriesUid}>
              {name(one)} {one.at?.slice(11, 16) ?? ""}
            </option>
          ))}
        </select>
      ) : null}
    </fieldset>
  );
}

/** "CT head, 120 images, CT Image" or "Dose report: 1 object, X-Ray Radiation Dose SR". */
function titleOf(one: SeriesView): string {
  const kinds = one.kinds.map(({ name, objects }) => (one.kinds.length > 1 ? `${name} (${objects})` : name)).join(", ");
  const count = isObject(one)
    ? `${one.instances} ${one.instances === 1 ? "object" : "objects"}`
    : `${one.frames} images`;
  return [one.description, count, kinds].filter(Boolean).join(", ");
}
