import { useQuery } from "@tanstack/react-query";
import { forestOf } from "../../knowledge/forest.ts";
import { verificationWords } from "../../knowledge/recommendation.ts";
import { trialCitation } from "../../knowledge/trial.ts";
import { trialPage } from "../api/library.ts";
import { State } from "../design/mark.tsx";
import { ForestPlots } from "./library-forest.tsx";
import { Paper, Part, To } from "./library-paper.tsx";
import { Checked, Lines } from "./library-recommendation.tsx";
import { Asking } from "./library-state.tsx";
import { CriterionTree, Doi } from "./library-words.tsx";

/** One trial: who could enter, what was compared, the effect with its interval, and what it bears on. */
export function TrialPaper({ id }: { readonly id: string }) {
  const { data, error } = useQuery(trialPage(id));
  if (!data) return <Asking error={error} />;
  const { item } = data;
  const { effect } = item;
  const interval = effect.ci95 ? `, 95 % confidence interval ${effect.ci95[0]} to ${effect.ci95[1]}` : "";
  const arms = [effect.experimental, effect.control].filter(Boolean).join(" against ");
  return (
    <Paper
      kind="trial"
      id={item.id}
      title={`${item.acronym} ${item.year}`}
      line={item.conclusion}
      pack={data.pack}
      corrections={data.corrections}
    >
      {data.newerThan.map((each) => (
        <p key={each.id} className="paper-newer">
          <State is="look">
            Newer than the guidance on {each.topic}: {each.direction}
          </State>
        </p>
      ))}
      <Part title="Effect">
        <ForestPlots forest={forestOf([item])} />
        <p>
          {effect.measure}
          {effect.value === null ? "" : ` ${effect.value}`}
          {interval}
          {arms ? `. ${arms}` : ""}.
        </p>
        {item.rates.length > 0 ? (
          <table data-testid="rates">
            <thead>
              <tr>
                <th scope="col">Outcome</th>
                <th scope="col">{item.arms[0]}</th>
                <th scope="col">{item.arms.at(-1)}</th>
              </tr>
            </thead>
            <tbody>
              {item.rates.map((rate) => (
                <tr key={rate.outcome}>
                  <th scope="row">
                    {rate.outcome}
                    {rate.primary ? " (primary)" : ""}
                  </th>
                  <td>
                    {rate.experimental} %{rate.arms ? <div className="sub">{rate.arms[0]}</div> : null}
                  </td>
                  <td>
                    {rate.control} %{rate.arms ? <div className="sub">{rate.arms[1]}</div> : null}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        ) : null}
      </Part>
      <Part title="Design">
        <dl className="paper-list">
          <dt>Kind</dt>
          <dd>
            {item.type}
            {item.n === null ? ", number of patients not certain" : `, ${item.n} patients`}
          </dd>
          <dt>Enrolment</dt>
          <dd>{item.enrolment}</dd>
          <dt>Arms</dt>
          <dd>
            <ul>
              {item.arms.map((arm) => (
                <li key={arm}>{arm}</li>
              ))}
            </ul>
          </dd>
          <dt>Primary outcome</dt>
          <dd>{item.primaryOutcome}</dd>
          <dt>Safety</dt>
          <dd>{item.safety || "not recorded"}</dd>
        </dl>
      </Part>
      <Part title="Who could enter">
        <CriterionTree node={item.entry} />
      </Part>
      <Part title="Source">
        <dl className="paper-list">
          <dt>Citation</dt>
          <dd>
            {trialCitation(item)} <Doi doi={item.doi} />
          </dd>
          <dt>Registration</dt>
          <dd>{item.registration ?? "not certain"}</dd>
          <dt>Checked</dt>
          <dd>
            <Checked words={verificationWords(item)} via={item.verifiedVia} note={item.note} />
          </dd>
          {data.indications.length > 0 ? (
            <>
              <dt>Indications</dt>
              <dd>
                {data.indications.map(({ id: key, name }, i) => (
                  <span key={key}>
                    {i > 0 ? ", " : ""}
                    <To kind="indication" id={key}>
                      {name}
                    </To>
                  </span>
                ))}
              </dd>
            </>
          ) : null}
        </dl>
      </Part>
      {data.drove.length > 0 ? (
        <Part title="What it changed">
          {data.drove.map((change) => (
            <p key={change.id}>
              <b>{change.topic}:</b> {change.summary}.{" "}
              {change.to.map((key) => (
                <To key={key} kind="recommendation" id={key}>
                  {key}{" "}
                </To>
              ))}
            </p>
          ))}
        </Part>
      ) : null}
      {data.newerThan.some((each) => each.recommendations.length > 0) ? (
        <Part title="Guidance older than this trial">
          <Lines lines={data.newerThan.flatMap((each) => each.recommendations)} />
        </Part>
      ) : null}
      {data.recommendations.length > 0 ? (
        <Part title="Current guidance for the same indication">
          <Lines lines={data.recommendations} />
        </Part>
      ) : null}
    </Paper>
  );
}
