import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { DecisionBasis } from "../../cases/decision-basis.ts";
import { sourceWords } from "../../cases/facts.ts";
import { fieldOf } from "../../knowledge/dictionary.ts";
import type { Card } from "../../knowledge/evaluate.ts";
import type { TreatmentOption } from "../../knowledge/options.ts";
import { decision as decisionOf, oneCase } from "../api/queries.ts";
import type { DecisionAnswer } from "../api/views.ts";
import { State } from "../design/mark.tsx";
import { Notice } from "../design/notice.tsx";
import { isTyping } from "../keyboard.ts";
import { ANSWERED } from "../panels/answer-bar.tsx";
import { NotFollowed } from "../panels/deviation.tsx";
import { NotFollowedThen } from "../panels/deviation-list.tsx";
import { elapsedWhole, exactTime } from "../panels/elapsed.ts";
import { EvidenceDialog } from "../panels/evidence-dialog.tsx";
import { ageAndSex, birthDate, counted, factWords, figure, personName, withUnit } from "../panels/figures.ts";
import { JudgedAnewPanel } from "../panels/judged-anew.tsx";
import { OptionCard } from "../panels/option-card.tsx";
import { Failed } from "./failed.tsx";
import "../panels/options.css";
import "./decision.css";

/** A decision exactly as it was made: its facts, options, traces, versions and numbers, frozen. */
export function DecisionPage() {
  const { decisionId } = useParams({ from: "/inside/decisions/$decisionId" });
  const { data, error, isPending } = useQuery(decisionOf(decisionId));
  const navigate = useNavigate();
  const caseId = data?.decision.caseId;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.defaultPrevented || isTyping(event)) return;
      void (caseId ? navigate({ to: "/cases/$caseId", params: { caseId } }) : navigate({ to: "/" }));
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [navigate, caseId]);
  if (!data) return isPending ? <Notice middle title="Opening the decision" /> : <Failed error={error} />;
  return <Frozen answer={data} />;
}

function Frozen({ answer }: { readonly answer: DecisionAnswer }) {
  const { decision, basis, intact } = answer;
  const at = Date.parse(decision.at);
  const { is, words } = ANSWERED[decision.kind];
  const known = basis.case.lastKnownWell;
  return (
    <>
      <header className="top decision-top">
        <Link to="/cases/$caseId" params={{ caseId: decision.caseId }}>
          ‹ The case today
        </Link>
        <span className="chip">frozen, as it was on {exactTime(at)}</span>
        <span className="push" />
        <a
          className="button"
          href={`/api/decisions/${decision.id}/pdf`}
          target="_blank"
          rel="noreferrer"
          data-testid="decision-pdf"
        >
          PDF
        </a>
      </header>
      <main className="scroll" data-testid="decision-page">
        <div className="decision-page">
          <section className="decision-head">
            <div>
              <h1>
                <State is={is}>{words}</State>
                {decision.option ? <span>: {decision.option}</span> : null}
              </h1>
              {decision.reason ? <p className="decision-reason">{decision.reason}</p> : null}
              {basis.need.length > 0 ? (
                <p>Asked for: {basis.need.map((name) => fieldOf(name)?.label ?? name).join(", ")}</p>
              ) : null}
              <p className="sub">
                {basis.by.name}, {basis.by.role.replaceAll("-", " ")}, {basis.by.organisation}
              </p>
            </div>
            <div>
              <b>{personName(basis.case.patient.name)}</b>
              <div className="sub">
                {ageAndSex(basis.case.patient)} · {birthDate(basis.case.patient.birthDate)} ·{" "}
                {basis.case.patient.identifier}
              </div>
              {known ? (
                <div className="sub">
                  {elapsedWhole(Date.parse(known.at), at)} after last well ({exactTime(Date.parse(known.at))},{" "}
                  {known.by || "not said by whom"})
                </div>
              ) : null}
              <div className="sub">{basis.case.question}</div>
            </div>
          </section>
          <p>
            <State is={intact ? "fine" : "wait"}>
              {intact
                ? "Nothing has been changed since: the contents still have the digest they were stored with."
                : "The contents no longer have the digest they were stored with. Do not rely on them; tell your administrator."}
            </State>{" "}
            <span className="sub decision-digest">SHA-256 {decision.basisDigest}</span>
          </p>
          <div className="decision-columns">
            <FrozenFacts basis={basis} />
            <FrozenOptions basis={basis} caseId={decision.caseId} decisionId={decision.id} />
          </div>
          <NotFollowedThen caseId={decision.caseId} decisionId={decision.id} />
          <JudgedAnewPanel decisionId={decision.id} />
          <FrozenRest basis={basis} />
          <p className="sub">{basis.notice}</p>
        </div>
      </main>
    </>
  );
}

function FrozenFacts({ basis }: { readonly basis: DecisionBasis }) {
  return (
    <section>
      <h2>Facts it rested on</h2>
      <table>
        <tbody>
          {basis.facts.map((group) => (
            <tr key={group.name}>
              <td>{group.label}</td>
              <td>
                <b>{group.current ? factWords(group.name, group.current.value, group.current.unit) : "not known"}</b>
                {group.contradicted ? (
                  <div>
                    <State is="look">
                      others said {group.others.map((fact) => factWords(fact.name, fact.value, fact.unit)).join(", ")}
                    </State>
                  </div>
                ) : null}
                <div className="sub">{group.current ? sourceWords(group.current) : ""}</div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {basis.measurements.map((run) => (
        <div key={run.analysis}>
          <h3 className="decision-sub">Numbers measured from images</h3>
          <table>
            <tbody>
              {run.measurements.map((each) => (
                <tr key={each.code}>
                  <td>
                    {each.label}
                    <div className="sub">
                      {each.method.name} {each.method.version}
                    </div>
                  </td>
                  <td className="figure">
                    <b>
                      {each.value === null
                        ? (each.reason ?? "cannot be computed")
                        : withUnit(figure(each.value), each.unit)}
                    </b>
                    <div className="sub">
                      {each.uncertainty ? `${figure(each.uncertainty.low)} to ${figure(each.uncertainty.high)}` : ""}
                    </div>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ))}
    </section>
  );
}

function FrozenOptions({
  basis,
  caseId,
  decisionId,
}: {
  readonly basis: DecisionBasis;
  readonly caseId: string;
  readonly decisionId: string;
}) {
  const { data: today } = useQuery(oneCase(caseId));
  const follow = (card: Card) => (today ? <NotFollowed shown={today} card={card} decisionId={decisionId} /> : null);
  const [evidence, setEvidence] = useState<TreatmentOption | null>(null);
  const shown = basis.options.columns
    .flatMap((column) => column.options)
    .filter((option) => option.standing !== "none");
  return (
    <section className="stack">
      <h2>Options as they stood</h2>
      {shown.length === 0 ? <p className="sub">No installed guideline spoke about this case then.</p> : null}
      {shown.map((option) => (
        <OptionCard
          key={option.group + option.subject}
          option={option}
          onEvidence={() => setEvidence(option)}
          follow={follow}
        />
      ))}
      <EvidenceDialog option={evidence} options={basis.options} onClose={() => setEvidence(null)} />
    </section>
  );
}

function FrozenRest({ basis }: { readonly basis: DecisionBasis }) {
  return (
    <div className="decision-columns">
      <section>
        <h2>Versions it was made under</h2>
        <table>
          <tbody>
            {basis.packs.map((pack) => (
              <tr key={pack.id}>
                <td>
                  {pack.title} {pack.version}
                  <div className="sub">
                    released {pack.released}, valid to {pack.expires}, then {pack.state}
                  </div>
                  <div className="sub decision-digest">{pack.hash}</div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <section>
        <h2>Series that were there</h2>
        <table>
          <tbody>
            {basis.series.map((each) => (
              <tr key={each.seriesUid}>
                <td>{each.role}</td>
                <td>
                  {each.description || each.modality}
                  <div className="sub">{counted(each.frames || each.instances, "image")}</div>
                </td>
              </tr>
            ))}
            {basis.series.length === 0 ? (
              <tr>
                <td className="sub">No images had arrived.</td>
              </tr>
            ) : null}
          </tbody>
        </table>
      </section>
    </div>
  );
}
