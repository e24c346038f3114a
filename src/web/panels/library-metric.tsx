import { useQuery } from "@tanstack/react-query";
import type { MetricCondition, MetricFormula } from "../../knowledge/metric.ts";
import { verificationWords } from "../../knowledge/recommendation.ts";
import { metricPage } from "../api/library.ts";
import { packs } from "../api/queries.ts";
import { Paper, Part } from "./library-paper.tsx";
import { Checked } from "./library-recommendation.tsx";
import { Asking } from "./library-state.tsx";

const SIGN = { eq: "is", ne: "is not", lt: "<", lte: "≤", gt: ">", gte: "≥" } as const;
type Label = (key: string) => string;

function conditionWords(condition: MetricCondition, label: Label): string {
  if ("from" in condition) {
    const { from, to, unit, op, value } = condition;
    const limit =
      op === "between" ? `${(value as readonly number[]).join(" to ")} ${unit}` : `${SIGN[op]} ${value} ${unit}`;
    return `${label(from)} to ${label(to)} ${limit}`;
  }
  const name = label(condition.field);
  if (!("value" in condition)) return `${name} is recorded${condition.op === "known" ? "" : " as not having happened"}`;
  if (condition.op === "in") return `${name} is ${condition.value.join(" or ")}`;
  if (condition.op === "includes") return `${name} includes ${condition.value}`;
  if (condition.value === true) return name;
  if (condition.value === false) return `not ${name}`;
  return `${name} ${SIGN[condition.op]} ${condition.value}`;
}

/** A formula as sentences: what is computed, over whom, and what has to hold. */
function Formula({ formula, label }: { readonly formula: MetricFormula; readonly label: Label }) {
  if (formula.kind === "cannot-be-computed") return <p>Cannot be computed from the registry: {formula.reason}</p>;
  const what = {
    share: "The share, in per cent, of the cases below in which the following holds",
    "median-interval":
      formula.kind === "median-interval" ? `The median time from ${label(formula.from)} to ${label(formula.to)}` : "",
    "median-value": formula.kind === "median-value" ? `The median of ${label(formula.field)}` : "",
    count: "How many of the cases below there are in a year",
  }[formula.kind];
  const holds = formula.kind === "share" ? formula.holds : [];
  return (
    <>
      <p>{what}.</p>
      {holds.length > 0 ? (
        <ul className="paper-bullets">
          {holds.map((each, i) => (
            <li key={i}>
              {i > 0 ? (formula.kind === "share" && formula.any ? "or " : "and ") : ""}
              {conditionWords(each, label)}
            </li>
          ))}
        </ul>
      ) : null}
      <h3>Cases counted</h3>
      {formula.of.length === 0 ? (
        <p>All.</p>
      ) : (
        <ul className="paper-bullets">
          {formula.of.map((each, i) => (
            <li key={i}>
              {i > 0 ? "and " : ""}
              {conditionWords(each, label)}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** One metric: what is counted over what, the formula, the target and whose it is. */
export function MetricPaper({ id }: { readonly id: string }) {
  const { data, error } = useQuery(metricPage(id));
  const { data: all = [] } = useQuery(packs);
  if (!data) return <Asking error={error} />;
  const labels = new Map(all.flatMap((pack) => pack.registry).map((field) => [field.key, field.label] as const));
  return (
    <Paper
      kind="metric"
      id={data.id}
      title={data.name}
      line={`${data.type} metric, in ${data.unit}`}
      pack={data.pack}
      corrections={data.corrections}
    >
      <Part title="What is measured">
        <dl className="paper-list">
          <dt>Numerator</dt>
          <dd>{data.numerator}</dd>
          <dt>Denominator</dt>
          <dd>{data.denominator}</dd>
          <dt>Left out</dt>
          <dd>{data.exclusions.length === 0 ? "nobody" : data.exclusions.join("; ")}</dd>
        </dl>
      </Part>
      <Part title="Target">
        <p>{data.target || "The source states none."}</p>
        <ul className="paper-bullets">
          {data.targets.map((target) => (
            <li key={target.words}>
              {SIGN[target.op]} {target.value} {data.unit}: {target.words}
            </li>
          ))}
        </ul>
        <p className="sub">A target starts a review. It is not a judgement of a person or a team.</p>
      </Part>
      <Part title="Formula">
        <Formula formula={data.formula} label={(key) => labels.get(key) ?? key} />
      </Part>
      <Part title="Source">
        <dl className="paper-list">
          <dt>Citation</dt>
          <dd>{data.source}</dd>
          <dt>Checked</dt>
          <dd>
            <Checked words={verificationWords(data)} via={data.verifiedVia ?? []} note={data.note} />
          </dd>
        </dl>
      </Part>
    </Paper>
  );
}
