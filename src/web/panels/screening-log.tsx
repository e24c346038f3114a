import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { ScreeningCount } from "../../cases/screening.ts";
import { screeningLog, screeningTotals } from "../api/evidence.ts";
import { Button } from "../design/button.tsx";
import { Checkbox, Select } from "../design/choice.tsx";
import { State } from "../design/mark.tsx";
import { Notice } from "../design/notice.tsx";
import { exactTime } from "./elapsed.ts";
import "./evidence.css";
import { outcomeWords, RESULT } from "./screening.tsx";

/** Who was screened for which open trial, whether enrolled or not, newest first, with how it adds up. */
export function ScreeningLog({ mayName }: { readonly mayName: boolean }) {
  const [before, setBefore] = useState<number | null>(null);
  const [trial, setTrial] = useState("");
  const [open, setOpen] = useState(false);
  const { data, error } = useQuery(screeningLog(before, trial, open));
  const totals = useQuery(screeningTotals);
  const counts = totals.data?.counts ?? [];
  if (!data)
    return error ? <Notice title="The log could not be fetched">{error.message}</Notice> : <Notice title="Asking" />;
  if (data.screenings.length === 0 && before === null && trial === "" && !open) {
    return (
      <Notice title="Nobody was screened yet">
        Each referred case is held against the open trials of its kind by itself; a trial is open when its pack says so.
      </Notice>
    );
  }
  const query = [
    trial ? `trial=${encodeURIComponent(trial)}` : "",
    open ? "open=true" : "",
    before ? `before=${before}` : "",
  ].filter(Boolean);
  return (
    <div className="admin-body" data-testid="screening-log">
      <div className="spread log-head">
        <span className="line-up">
          <Select
            label="Trial"
            value={trial || "all"}
            onChange={(id) => {
              setBefore(null);
              setTrial(id === "all" ? "" : id);
            }}
            choices={[
              { id: "all", label: "All trials" },
              ...counts.map((one) => ({ id: one.trial, label: one.acronym })),
            ]}
          />
          <Checkbox
            isSelected={open}
            onChange={(on) => {
              setBefore(null);
              setOpen(on);
            }}
          >
            Only candidates without an outcome
          </Checkbox>
        </span>
        <span className="line-up">
          {before !== null ? <Button onPress={() => setBefore(null)}>Newest</Button> : null}
          {data.next !== null ? <Button onPress={() => setBefore(data.next)}>Older</Button> : null}
          <a className="button" href={`/api/screening.csv?${query.join("&")}`} download>
            Save as CSV
          </a>
          {mayName ? (
            <a className="button" href={`/api/screening.csv?${[...query, "identifiers=true"].join("&")}`} download>
              With names
            </a>
          ) : null}
        </span>
      </div>
      <Totals counts={counts.filter((one) => trial === "" || one.trial === trial)} />
      <div className="admin-table">
        <table>
          <thead>
            <tr>
              <th>No.</th>
              <th>Screened</th>
              <th>Trial</th>
              <th>Stands</th>
              <th>What became of it</th>
              <th>Case</th>
            </tr>
          </thead>
          <tbody>
            {data.screenings.map((one) => (
              <tr key={one.id} data-trial={one.trial}>
                <td>{one.number}</td>
                <td className="nowrap">{exactTime(Date.parse(one.screenedAt))}</td>
                <td>
                  <Link to="/know/$kind/$itemId" params={{ kind: "trial", itemId: one.trial }}>
                    {one.acronym}
                  </Link>
                </td>
                <td>
                  <State is={RESULT[one.result].is}>{RESULT[one.result].words}</State>
                  <div className="sub">{one.reasons.join("; ")}</div>
                </td>
                <td>
                  {one.outcome ? (
                    <>
                      {outcomeWords(one.outcome.code)}
                      {one.outcome.reason ? `: ${one.outcome.reason}` : ""}
                      <div className="sub">
                        {one.outcome.by}, {exactTime(Date.parse(one.outcome.at))}
                      </div>
                    </>
                  ) : one.result === "outside" ? (
                    <span className="sub">nothing to do</span>
                  ) : (
                    <State is="unknown">not said yet</State>
                  )}
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

function Totals({ counts }: { readonly counts: readonly ScreeningCount[] }) {
  if (counts.length === 0) return null;
  return (
    <ul className="stack" data-testid="screening-totals">
      {counts.map((one) => (
        <li key={one.trial}>
          <b>{one.acronym}</b>: {one.screened} screened in 90 days, {one.inside} may be enrolled, {one.outside} not
          eligible; {one.enrolled} enrolled, {one.declined} declined, {one.notOffered} not offered, {one.notEligible}{" "}
          found not eligible, {one.open} not said yet
        </li>
      ))}
    </ul>
  );
}
