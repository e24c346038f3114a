import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import type { CaseSummary, HeadlineView } from "../../cases/views.ts";
import { useNow } from "../api/clock.ts";
import { State } from "../design/mark.tsx";
import { Progress } from "../design/progress.tsx";
import { clockTime, elapsed } from "../panels/elapsed.ts";
import { ageAndSex, personName, shortValue, withUnit } from "../panels/figures.ts";
import { imagesState, nextState } from "../panels/next-state.ts";

const EDGE = { critical: "wait", urgent: "look", elective: "none" } as const;

/** One case in the worklist: the clock, who, what is asked, the numbers, what has arrived, what is next. */
export function WorkRow({
  row,
  organisationId,
  isMarked,
}: {
  readonly row: CaseSummary;
  readonly organisationId: string;
  readonly isMarked: boolean;
}) {
  const now = useNow();
  const line = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (isMarked) line.current?.scrollIntoView({ block: "nearest" });
  }, [isMarked]);
  const next = nextState(row, organisationId, now);
  const images = imagesState(row.images);
  const other = row.from.id === organisationId ? row.to.name : row.from.name;
  const inside = (
    <>
      <span className={`work-edge ${EDGE[row.urgency]}`} title={row.urgency} />
      <RowClock row={row} now={now} />
      <div className="work-who">
        <div className="strong clip">{personName(row.patient.name) || "Patient not named yet"}</div>
        <div className="sub clip">
          {ageAndSex(row.patient)} · {other}
        </div>
      </div>
      <div className="work-question">{row.question || <span className="sub">No question written yet</span>}</div>
      <div className="work-numbers">
        {row.headline.slice(0, 4).map((each) => (
          <SmallNumber key={each.name} of={each} />
        ))}
      </div>
      <div className="work-images">
        <Progress label={images.text} value={images.share} />
      </div>
      <div className="work-next">
        <State is={next.is}>{next.text}</State>
      </div>
    </>
  );
  const common = {
    ref: line,
    className: `work-row ${isMarked ? "marked" : ""}`,
    "data-testid": "worklist-row",
    "data-case": row.id,
  };
  return row.status === "draft" ? (
    <Link to="/refer" search={{ case: row.id }} {...common}>
      {inside}
    </Link>
  ) : (
    <Link to="/cases/$caseId" params={{ caseId: row.id }} {...common}>
      {inside}
    </Link>
  );
}

function RowClock({ row, now }: { readonly row: CaseSummary; readonly now: number }) {
  if (row.lastKnownWell) {
    const at = Date.parse(row.lastKnownWell.at);
    return (
      <div className="work-clock">
        <div className="work-time">{elapsed(at, now)}</div>
        <div className="sub">last well {clockTime(at, now)}</div>
      </div>
    );
  }
  const since = Date.parse(row.referredAt ?? row.updatedAt);
  return (
    <div className="work-clock">
      <div className="quiet-text">{row.kind === "stroke" ? "onset not known" : row.urgency}</div>
      <div className="sub">
        {row.referredAt ? "asked" : "begun"} {clockTime(since, now)}
      </div>
    </div>
  );
}

/** A number of the row; what is not known is said in violet, not left empty. */
function SmallNumber({ of }: { readonly of: HeadlineView }) {
  return (
    <div className={of.value === null ? "work-number unknown" : "work-number"}>
      <b className="clip">
        {of.value === null ? "◌" : withUnit(shortValue(of.value, of.name), of.unit)}
        {of.contradicted ? <span className="work-contradicted"> ◐</span> : null}
      </b>
      <span className="clip" title={of.value === null ? `${of.label}: not known` : `${of.label}: ${of.source}`}>
        {of.label}
      </span>
      {of.value === null ? <span className="hidden-visually">not known</span> : null}
    </div>
  );
}
