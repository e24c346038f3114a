import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { reasonWords, whyNotFollowed } from "../../cases/deviation.ts";
import { type DeviationCount, deviationLog, deviationTotals } from "../api/evidence.ts";
import { Button } from "../design/button.tsx";
import { State } from "../design/mark.tsx";
import { Notice } from "../design/notice.tsx";
import { exactTime } from "./elapsed.ts";
import "./evidence.css";

/** Which recommendations were met and not followed, how often and why; then each of them, newest first. */
export function DeviationLog() {
  const [before, setBefore] = useState<number | null>(null);
  const { data, error } = useQuery(deviationLog(before));
  const totals = useQuery(deviationTotals);
  if (!data)
    return error ? <Notice title="The list could not be fetched">{error.message}</Notice> : <Notice title="Asking" />;
  if (data.deviations.length === 0 && before === null) {
    return (
      <Notice title="Nothing was noted as not followed">
        In a case, "Not followed because" under a recommendation that is met writes a line here.
      </Notice>
    );
  }
  return (
    <div className="admin-body" data-testid="deviation-log">
      <div className="spread log-head">
        <span className="sub">Met, and not followed. Without the patients' names.</span>
        <span className="line-up">
          {before !== null ? <Button onPress={() => setBefore(null)}>Newest</Button> : null}
          {data.next !== null ? <Button onPress={() => setBefore(data.next)}>Older</Button> : null}
          <a className="button" href={`/api/deviations.csv${before === null ? "" : `?before=${before}`}`} download>
            Save as CSV
          </a>
        </span>
      </div>
      {totals.data && before === null ? <Totals counts={totals.data.counts} /> : null}
      <div className="admin-table">
        <table>
          <thead>
            <tr>
              <th>When</th>
              <th>Recommendation</th>
              <th>Because</th>
              <th>Who</th>
              <th>Case</th>
            </tr>
          </thead>
          <tbody>
            {data.deviations.map((one) => (
              <tr key={one.id} data-recommendation={one.recommendation}>
                <td className="nowrap">{exactTime(Date.parse(one.at))}</td>
                <td>
                  <Link to="/know/$kind/$itemId" params={{ kind: "recommendation", itemId: one.recommendation }}>
                    {one.subject}
                  </Link>
                  <div className="sub">
                    {one.body} {one.year}, {one.strength}
                    {one.direction === "against" ? ", advises against" : ""}; {one.pack} {one.packVersion}
                  </div>
                </td>
                <td>
                  {whyNotFollowed(one)}
                  {one.withdrawn ? (
                    <div>
                      <State is="none">taken back by {one.withdrawn.by}</State>
                    </div>
                  ) : null}
                </td>
                <td>
                  {one.by.name}
                  <div className="sub">{one.by.organisation}</div>
                </td>
                <td>
                  <Link to="/cases/$caseId" params={{ caseId: one.caseId }}>
                    Open
                  </Link>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

const FEW = 5;

/** The recommendations that were not followed most often in a year, with their reasons. */
function Totals({ counts }: { readonly counts: readonly DeviationCount[] }) {
  const byItem = Map.groupBy(counts, (count) => count.recommendation);
  const sum = (rows: readonly DeviationCount[]) => rows.reduce((all, row) => all + row.times, 0);
  const ordered = [...byItem.values()].sort((a, b) => sum(b) - sum(a));
  if (ordered.length === 0) return null;
  return (
    <ul className="stack" data-testid="deviation-totals">
      {ordered.slice(0, FEW).map((rows) => (
        <li key={rows[0]!.recommendation}>
          <b>
            {sum(rows)} × {rows[0]!.subject}
          </b>{" "}
          <span className="sub">
            {rows[0]!.body}: {rows.map(({ reason, times }) => `${reasonWords(reason)} ${times}`).join(", ")}
          </span>
        </li>
      ))}
      {ordered.length > FEW ? <li className="sub">and {ordered.length - FEW} more, in the last 365 days</li> : null}
    </ul>
  );
}
