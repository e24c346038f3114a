import type { SeriesView } from "../../cases/views.ts";
import { shown } from "./hang.ts";

interface Props {
  readonly series: readonly SeriesView[];
  readonly open: ReadonlySet<string>;
  readonly current: string | undefined;
  readonly onOpen: (series: SeriesView) => void;
}

/** Roles of which a case has several alike: they go by what they were called. */
const NAMED = new Set(["PMAP", "OTHER", "DSA", "XA", "RF", "US"]);

/** All series of the case in one line; a click puts one into the active pane. */
export function SeriesStrip({ series, open, current, onOpen }: Props) {
  return (
    <fieldset className="v-strip" aria-label="Series">
      {shown(series).map((one) => (
        <button
          key={one.seriesUid}
          type="button"
          aria-pressed={one.seriesUid === current}
          data-open={open.has(one.seriesUid)}
          title={`${one.description}, ${one.frames} images`}
          onClick={() => onOpen(one)}
        >
          {NAMED.has(one.role) ? one.description || one.role : one.role}
          <small>{one.frames}</small>
        </button>
      ))}
    </fieldset>
  );
}
