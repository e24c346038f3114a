import { type ReactNode, useEffect, useState } from "react";
import type { SeriesView } from "../../../cases/views.ts";
import { isObject, kindName, listed, openingMode, type PanePlan } from "../hanging/hang.ts";
import type { Room } from "../pane/pane-content.ts";
import { AttributeTable } from "./attribute-table.tsx";
import { ObjectPage } from "./object-page.tsx";
import { type ObjectFile, seriesObjects } from "./series-objects.ts";
import "./objects.css";

interface Props {
  readonly id: string;
  readonly plan: PanePlan;
  readonly room: Room;
  readonly active: boolean;
  readonly onActivate: () => void;
  readonly onPlan?: ((plan: PanePlan) => void) | undefined;
}

/** The objects of a series as what they are, one at a time: its page, its header, its file. */
export function ObjectPane(props: Props) {
  const { id, plan, room, active, onActivate, onPlan } = props;
  const series = room.series.find(({ seriesUid }) => seriesUid === plan.seriesUid);
  const [objects, setObjects] = useState<readonly ObjectFile[]>();
  const [problem, setProblem] = useState("");
  const [chosen, setChosen] = useState(plan.at?.sopUid);
  const [header, setHeader] = useState(false);
  const instances = series?.instances ?? 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when the series is another or has grown.
  useEffect(() => {
    let stale = false;
    setProblem("");
    if (!series) setProblem("This series is no longer here. Choose another.");
    else
      seriesObjects(series).then(
        (found) => !stale && setObjects(found),
        (error: unknown) => !stale && setProblem(error instanceof Error ? error.message : String(error)),
      );
    return () => {
      stale = true;
    };
  }, [plan.seriesUid, instances]);
  const one = objects?.find(({ sopUid }) => sopUid === chosen) ?? firstOf(objects);
  const image = series && (one?.kind.shownAs === "image" || !isObject(series));
  const showsHeader = header || one?.kind.shownAs === "image";
  return (
    <section
      className={`v-pane o-pane${active ? " v-active" : ""}`}
      data-pane={id}
      data-mode="object"
      data-series={plan.seriesUid}
      data-role={series?.role}
      data-kind={one?.kind.code}
      data-shown-as={one?.kind.shownAs}
      data-state={problem ? "error" : one ? "rendered" : "loading"}
      aria-label={one?.summary.title ?? series?.description ?? "Object"}
      onPointerDownCapture={onActivate}
    >
      <header className="o-head">
        <div className="o-name">
          {series && <SeriesChoice series={series} room={room} onPlan={onPlan} />}
          <small>{[series?.description, one?.kind.name].filter(Boolean).join(" · ")}</small>
        </div>
        <nav>
          {objects && objects.length > 1 && one && <ObjectChoice objects={objects} one={one} onChoose={setChosen} />}
          {image && onPlan && !isObject(series) && (
            <button
              type="button"
              onClick={() => onPlan({ seriesUid: plan.seriesUid, mode: openingMode(series, room.analyses) })}
            >
              Images
            </button>
          )}
          {one && one.kind.shownAs !== "image" && (
            <button type="button" aria-pressed={header} onClick={() => setHeader((on) => !on)}>
              Header
            </button>
          )}
          {one && (
            <a
              href={`${one.address}?accept=application/dicom`}
              download={`${one.kind.code.toLowerCase()}-${one.sopUid}.dcm`}
            >
              Download
            </a>
          )}
        </nav>
      </header>
      <div className="o-body" data-scroll>
        {problem && (
          <p className="v-error" role="alert">
            {problem}
          </p>
        )}
        {!problem && !one && <p className="v-error">{objects ? "This series holds no object." : "Opening"}</p>}
        {one && series && !header && (
          <ObjectPage key={one.sopUid} id={id} object={one} series={series} room={room} onPlan={onPlan} />
        )}
        {one && showsHeader && <AttributeTable header={one.header} />}
      </div>
    </section>
  );
}

/** What is no image comes first in a series that holds both: the images have a pane of their own. */
function firstOf(objects: readonly ObjectFile[] | undefined): ObjectFile | undefined {
  return objects?.find(({ kind }) => kind.shownAs !== "image") ?? objects?.[0];
}

function SeriesChoice({
  series,
  room,
  onPlan,
}: {
  series: SeriesView;
  room: Room;
  onPlan: Props["onPlan"];
}): ReactNode {
  if (!onPlan) return <span className="v-name">{kindName(series)}</span>;
  return (
    <label className="v-name v-choice">
      {kindName(series)}
      <select
        aria-label="Series in this pane"
        value={series.seriesUid}
        onChange={({ target }) => {
          const next = room.series.find(({ seriesUid }) => seriesUid === target.value);
          if (next) onPlan({ seriesUid: next.seriesUid, mode: openingMode(next, room.analyses) });
        }}
      >
        {listed(room.series).map((each) => (
          <option key={each.seriesUid} value={each.seriesUid}>
            {kindName(each)} · {each.description} · {each.frames || each.instances}
          </option>
        ))}
      </select>
    </label>
  );
}

function ObjectChoice(props: { objects: readonly ObjectFile[]; one: ObjectFile; onChoose: (sopUid: string) => void }) {
  const { objects, one, onChoose } = props;
  const at = objects.indexOf(one);
  return (
    <label className="v-choice">
      {at + 1} of {objects.length}
      <select aria-label="Object of this series" value={one.sopUid} onChange={({ target }) => onChoose(target.value)}>
        {objects.slice(0, 2000).map((each, k) => (
          <option key={each.sopUid} value={each.sopUid}>
            {k + 1}: {each.summary.title}
          </option>
        ))}
      </select>
    </label>
  );
}
