import { useState } from "react";
import { keptValueWords } from "../../../cases/kept.ts";
import type { SeriesView } from "../../../cases/views.ts";
import { text } from "../../../dicom/data-set.ts";
import { isOurReport } from "../../../dicom/iod/measurement-report.ts";
import { measurementGroups } from "../../../dicom/objects/measurement-groups.ts";
import { placesOf } from "../../../dicom/objects/places.ts";
import { Button } from "../../design/button.tsx";
import { seriesObjects } from "../objects/series-objects.ts";
import type { PanelContext } from "../side-panel.ts";
import { jumpTo } from "./jump-to.ts";
import type { KeptItem } from "./kept-state.ts";
import { keptOf } from "./kept-store.ts";
import { draftOfGroup, isDraft, type NotDrawn } from "./report-drafts.ts";

type Found = ReturnType<typeof draftOfGroup>;

/** Measurements that reports of others hold: read, gone to, and taken over into the list, each or all. */
export function ReportMeasures({
  context,
  items,
}: {
  readonly context: PanelContext;
  readonly items: readonly KeptItem[];
}) {
  const reports = context.series.filter(({ kinds }) => kinds.some(({ code }) => code === "SR"));
  const [found, setFound] = useState<readonly Found[]>();
  const [said, setSaid] = useState("");
  if (reports.length === 0) return null;
  const read = async (series: SeriesView) => {
    try {
      const objects = await seriesObjects(series);
      // Our own are in the list; others may lie in the same series, as OHIF puts its versions there.
      const theirs = objects.filter(({ header }) => !isOurReport(header));
      const all = theirs.flatMap(({ header }) => {
        const maker = {
          name: text(header, "Manufacturer") ?? "another program",
          version: text(header, "SoftwareVersions") ?? "",
        };
        const places = placesOf(header);
        return measurementGroups(header).groups.map((group) => draftOfGroup(group, places, maker));
      });
      setFound(all);
      setSaid(all.length === 0 ? "It holds no measurement of another program." : "");
    } catch (error) {
      setSaid(error instanceof Error ? error.message : String(error));
    }
  };
  const held = new Set(items.map(({ id }) => id));
  const drafts = (found ?? []).filter(isDraft);
  const others = (found ?? []).filter((one): one is NotDrawn => !isDraft(one));
  const take = (ids: readonly string[]) => {
    for (const draft of drafts)
      if (ids.includes(draft.id) && !held.has(draft.id)) keptOf(draft.place.studyUid).put(draft);
  };
  return (
    <section className="v-reports" data-testid="report-measures">
      <h3>In reports</h3>
      {reports.map((series) => (
        <Button key={series.seriesUid} look="link" onPress={() => void read(series)}>
          Read those of others in {series.description || "the report"}
        </Button>
      ))}
      <p role="status" className="sub">
        {said}
      </p>
      {drafts.length > 1 ? <Button onPress={() => take(drafts.map(({ id }) => id))}>Take all over</Button> : null}
      <ol className="v-measures">
        {drafts.map((draft) => (
          <li key={draft.id} data-testid="report-measure">
            <div className="v-measure-head">
              <button type="button" className="v-measure-name" title="Go to it" onClick={() => jumpTo(context, draft)}>
                {draft.label || draft.kind}
              </button>
              <Button look="link" isDisabled={held.has(draft.id)} onPress={() => take([draft.id])}>
                {held.has(draft.id) ? "In the list" : "Take over"}
              </Button>
            </div>
            {draft.values.map((value, k) => (
              <p key={k} className="v-measure-value">
                <span>{value.label}</span> <strong>{keptValueWords(value)}</strong>
              </p>
            ))}
            <p className="sub">{draft.method.name.replace("Read from a report of ", "")}</p>
          </li>
        ))}
      </ol>
      {others.length > 0 ? (
        <p className="sub">
          {others.length} more cannot be drawn: {[...new Set(others.map(({ reason }) => reason))].join("; ")}.
        </p>
      ) : null}
    </section>
  );
}
