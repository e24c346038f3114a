import { Link } from "@tanstack/react-router";
import type { CaseView, HeadlineView } from "../../cases/views.ts";
import { useNow } from "../api/clock.ts";
import { State } from "../design/mark.tsx";
import { clockTime, elapsedWhole, exactTime } from "./elapsed.ts";
import { ageAndSex, birthDate, personName, shortValue, withUnit } from "./figures.ts";
import { imagesState, nextState } from "./next-state.ts";
import "./case-header.css";

/** The clock is the largest thing; then who, then the few facts that decide; then what is waited for. */
export function CaseHeader({ shown, organisationId }: { readonly shown: CaseView; readonly organisationId: string }) {
  const now = useNow();
  const next = nextState(shown, organisationId, now);
  const images = imagesState(shown.images);
  const arriving = shown.images.arriving || (images.share !== null && images.share < 1);
  return (
    <header className="case-head" data-testid="case-head">
      <Link to="/" className="case-back" aria-label="Back to the worklist">
        ‹
      </Link>
      <div className="head-fact head-who">
        <b className="clip">{personName(shown.patient.name) || "Patient not named yet"}</b>
        <span className="clip">
          {ageAndSex(shown.patient)}
          <span className="only-wide"> · {birthDate(shown.patient.birthDate)} · </span>
          <span className="only-wide">{shown.patient.identifier || "no identifier"}</span>
          <span className="only-phone"> · {shown.from.name}</span>
        </span>
      </div>
      <Clock shown={shown} now={now} />
      <div className="head-facts">
        {shown.headline.map((each) => (
          <HeadFact key={each.name} of={each} now={now} />
        ))}
      </div>
      <div className="head-next">
        <State is={next.is}>{next.text}</State>
        {arriving || shown.images.received === 0 ? (
          <span className="sub" data-testid="images-arrived">
            {images.text}
          </span>
        ) : (
          <span className="sub only-wide" data-testid="images-arrived">
            {images.text}
          </span>
        )}
      </div>
    </header>
  );
}

function Clock({ shown, now }: { readonly shown: CaseView; readonly now: number }) {
  const { lastKnownWell } = shown;
  if (lastKnownWell) {
    const at = Date.parse(lastKnownWell.at);
    return (
      <div className={`head-fact head-clock ${shown.urgency === "critical" ? "critical" : ""}`} title={exactTime(at)}>
        <b>{elapsedWhole(at, now)}</b>
        <span className="clip">
          last well {clockTime(at, now)}
          {lastKnownWell.by ? `, ${lastKnownWell.by}` : ", not said by whom"}
        </span>
      </div>
    );
  }
  if (shown.kind === "stroke") {
    return (
      <div className="head-fact head-clock unknown">
        <b>onset not known</b>
        <span>ask when the patient was last well</span>
      </div>
    );
  }
  const since = Date.parse(shown.referredAt ?? shown.updatedAt);
  return (
    <div className="head-fact head-clock">
      <b>{elapsedWhole(since, now)}</b>
      <span>
        {shown.urgency}, asked {clockTime(since, now)}
      </span>
    </div>
  );
}

function HeadFact({ of, now }: { readonly of: HeadlineView; readonly now: number }) {
  if (of.value === null) {
    return (
      <div className="head-fact unknown">
        <b>not known</b>
        <span>{of.label}</span>
      </div>
    );
  }
  const at = of.at ? Date.parse(of.at) : null;
  const told = `${of.label}: ${of.source}${at === null ? "" : `, ${exactTime(at)}`}${of.contradicted ? ". Other values disagree: see Facts" : ""}`;
  return (
    <div className="head-fact" title={told}>
      <b className="clip">
        {withUnit(shortValue(of.value, of.name), of.unit)}
        {of.contradicted ? <em className="look"> ◐ disagree</em> : null}
      </b>
      <span className="clip">
        {of.label}
        {of.range ? ` · ${of.range.replace("-", "–")}` : at === null ? "" : ` · ${clockTime(at, now).split(" ")[0]}`}
      </span>
    </div>
  );
}
