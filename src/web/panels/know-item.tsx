import { useQuery } from "@tanstack/react-query";
import type { Criterion } from "../../knowledge/criteria.ts";
import { citationOf, verificationWords } from "../../knowledge/recommendation.ts";
import { sentence } from "../../knowledge/sentence.ts";
import { trialCitation } from "../../knowledge/trial.ts";
import { recommendation, trial } from "../api/queries.ts";
import { Dialog } from "../design/dialog.tsx";
import { State } from "../design/mark.tsx";
import { Notice } from "../design/notice.tsx";
import type { KnowItem } from "../pages/know.tsx";
import { gradeWords } from "./grade.ts";
import "./options.css";

/** One recommendation or trial, whole: what it says, for whom, its source, version, expiry and how it was checked. */
export function KnowItemDialog({ item, onClose }: { readonly item: KnowItem | null; readonly onClose: () => void }) {
  return (
    <Dialog title={item?.kind === "trial" ? "Trial" : "Recommendation"} isOpen={item !== null} onClose={onClose} wide>
      {item?.kind === "recommendation" ? <RecommendationWhole id={item.id} /> : null}
      {item?.kind === "trial" ? <TrialWhole id={item.id} /> : null}
    </Dialog>
  );
}

function RecommendationWhole({ id }: { readonly id: string }) {
  const { data, error } = useQuery(recommendation(id));
  if (!data)
    return error ? <Notice title="It could not be fetched">{error.message}</Notice> : <p className="sub">Asking</p>;
  return (
    <>
      <h3>{data.subject}</h3>
      <p>{data.action}</p>
      <p className="quiet-text">
        {gradeWords(data)} <span className="sub">({data.gradeSystem})</span>
        {data.direction === "against" ? <span className="chip wait"> speaks against it</span> : null}
      </p>
      <section>
        <h3>Applies when</h3>
        <CriterionTree node={data.criteria} />
      </section>
      <dl className="evidence-source">
        <dt>Source</dt>
        <dd>
          {citationOf(data)} <Doi doi={data.doi} />
        </dd>
        <dt>Version</dt>
        <dd>
          {data.pack.title} {data.pack.version}, item {data.id}, valid to {data.expires}, {data.pack.state}
        </dd>
        <dt>Disclosures</dt>
        <dd>{data.pack.disclosures || "not stated"}</dd>
        <dt>Checked</dt>
        <dd>
          {verificationWords(data) || "main facts seen in the source"}
          {data.verifiedVia.length > 0 ? `; ${data.verifiedVia.join(", ")}` : ""}
          {data.note ? `; ${data.note}` : ""}
        </dd>
      </dl>
      {data.status === "superseded" ? (
        <State is="look">Superseded: kept to explain what changed, drives nothing.</State>
      ) : null}
    </>
  );
}

function TrialWhole({ id }: { readonly id: string }) {
  const { data, error } = useQuery(trial(id));
  if (!data)
    return error ? <Notice title="It could not be fetched">{error.message}</Notice> : <p className="sub">Asking</p>;
  const { effect } = data;
  const interval = effect.ci95 ? ` (95 % CI ${effect.ci95[0]} to ${effect.ci95[1]})` : "";
  return (
    <>
      <h3>
        {data.acronym} {data.year}
      </h3>
      <p>{data.conclusion}</p>
      <dl className="evidence-source">
        <dt>Kind</dt>
        <dd>
          {data.type}
          {data.n === null ? "" : `, ${data.n} patients`}
        </dd>
        <dt>Arms</dt>
        <dd>{data.arms.join("; ")}</dd>
        <dt>Outcome</dt>
        <dd>{data.primaryOutcome}</dd>
        <dt>Effect</dt>
        <dd>
          {effect.measure}
          {effect.value === null ? "" : ` ${effect.value}`}
          {interval}. {[effect.experimental, effect.control].filter(Boolean).join(" against ")}
        </dd>
        <dt>Safety</dt>
        <dd>{data.safety}</dd>
        <dt>Source</dt>
        <dd>
          {trialCitation(data)} <Doi doi={data.doi} />
        </dd>
        <dt>Checked</dt>
        <dd>
          {verificationWords(data) || "main facts seen in the source"}
          {data.note ? `; ${data.note}` : ""}
        </dd>
      </dl>
      <section>
        <h3>Who could enter</h3>
        <CriterionTree node={data.entry} />
      </section>
    </>
  );
}

function Doi({ doi }: { readonly doi: string | null }) {
  if (!doi) return null;
  return (
    <a href={`https://doi.org/${doi}`} target="_blank" rel="noreferrer">
      open
    </a>
  );
}

/** A criterion as it is written, without a patient. */
function CriterionTree({ node }: { readonly node: Criterion }) {
  if ("text" in node) return <div>{node.text}</div>;
  if ("field" in node) return <div>{sentence(node)}</div>;
  const [word, children] =
    "all" in node
      ? ["all of", node.all]
      : "any" in node
        ? ["any of", node.any]
        : "not" in node
          ? ["not", [node.not]]
          : [`at least ${node.atLeast} of`, node.of];
  return (
    <div>
      <span className="sub">{word as string}</span>
      <div className="trace-children">
        {(children as readonly Criterion[]).map((child, i) => (
          <CriterionTree key={i} node={child} />
        ))}
      </div>
    </div>
  );
}
