import { useQuery } from "@tanstack/react-query";
import type { AlternativeRow, ShownArgument, ShownRate } from "../../knowledge/alternatives.ts";
import { forestOf } from "../../knowledge/forest.ts";
import { verificationWords } from "../../knowledge/recommendation.ts";
import { indicationPage } from "../api/library.ts";
import { ForestPlots } from "./library-forest.tsx";
import { Paper, Part, To } from "./library-paper.tsx";
import { Checked, Lines } from "./library-recommendation.tsx";
import { Asking } from "./library-state.tsx";

const KIND = {
  intervention: "Intervention",
  surgery: "Open surgery",
  medical: "Medical treatment",
  observation: "Observation",
} as const;

const FIRST = 3;

/** The rates of one source: its outcomes, then the citation once. */
function Source({ rates }: { readonly rates: readonly ShownRate[] }) {
  const { trial, citation, verification } = rates[0]!;
  return (
    <li className="alternative-source">
      {rates.map((rate) => (
        <span key={rate.outcome}>
          {rate.outcome}: <b>{rate.frequency.words}</b>
          {rate.against ? `, ${rate.against.frequency.words} with ${rate.against.among}` : ""}
        </span>
      ))}
      <span className="sub">
        {trial ? (
          <To kind="trial" id={trial}>
            {citation}
          </To>
        ) : (
          citation
        )}
        {verification ? `; ${verification}` : ""}
      </span>
    </li>
  );
}

function Rates({ rates, none }: { readonly rates: readonly ShownRate[]; readonly none: string }) {
  if (rates.length === 0) return <span className="sub">{none}</span>;
  const sources = [...Map.groupBy(rates, (rate) => rate.citation).values()];
  const list = (of: readonly ShownRate[][]) => (
    <ul className="alternative-rates">
      {of.map((each) => (
        <Source key={each[0]!.citation} rates={each} />
      ))}
    </ul>
  );
  return <Folded items={sources} list={list} what="source" />;
}

/** The first few; the rest behind a line that says how many there are. */
function Folded<T>({
  items,
  list,
  what,
}: {
  readonly items: readonly T[];
  readonly list: (of: T[]) => React.ReactNode;
  readonly what: string;
}) {
  const rest = items.slice(FIRST);
  return (
    <>
      {list(items.slice(0, FIRST))}
      {rest.length > 0 ? (
        <details>
          <summary>
            {rest.length} more {what}
            {rest.length === 1 ? "" : "s"}
          </summary>
          {list(rest)}
        </details>
      ) : null}
    </>
  );
}

/** Who speaks of an alternative. Trials stand in their own part below; here stands guidance. */
function Arguments({ row }: { readonly row: AlternativeRow }) {
  const all: readonly ShownArgument[] = [...row.speaksFor, ...row.speaksAgainst, ...row.leavesOpen, ...row.undecided];
  const bodies = all.filter((each) => each.kind === "recommendation");
  if (bodies.length === 0) return <span className="sub">No guidance on the shelf speaks of it.</span>;
  const list = (of: readonly ShownArgument[]) => (
    <ul className="alternative-rates">
      {of.map((each) => (
        <li key={each.id}>
          <To kind="recommendation" id={each.id}>
            {each.words}
          </To>
        </li>
      ))}
    </ul>
  );
  return <Folded items={bodies} list={list} what="recommendation" />;
}

/** One indication: what else can be done, what is known of benefit and harm, steps, devices, scales, follow-up. */
export function IndicationPaper({ id }: { readonly id: string }) {
  const { data, error } = useQuery(indicationPage(id));
  if (!data) return <Asking error={error} />;
  const { item, table } = data;
  const shown = item.complications.filter((each) => each.citable);
  const withheld = item.complications.filter((each) => !each.citable);
  const codes = Object.entries(item.codes).filter(([, list]) => list && list.length > 0);
  return (
    <Paper
      kind="indication"
      id={item.id}
      title={item.name}
      line={`${item.family}; ${item.setting}; guided by ${item.imageGuidance.join(", ")}`}
      pack={data.pack}
      corrections={data.corrections}
      wide
    >
      <Part title="Alternatives" testid="alternatives">
        <table className="alternatives">
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col">Benefit</th>
              <th scope="col">Risk</th>
              <th scope="col">Who speaks of it</th>
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row) => (
              <tr key={row.kind}>
                <th scope="row">
                  {KIND[row.kind]}
                  <div className="alternative-names">{row.none ?? row.names.join("; ")}</div>
                </th>
                <td data-label="Benefit">
                  <Rates rates={row.benefits} none="no citable rate" />
                </td>
                <td data-label="Risk">
                  <Rates rates={row.risks} none="no citable rate" />
                  {row.withheld > 0 ? (
                    <div className="sub">{row.withheld} known only without a citation, not shown</div>
                  ) : null}
                </td>
                <td data-label="Who speaks of it">
                  <Arguments row={row} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <p className="sub">
          Without a patient. In a case the same table says what speaks for and against in that patient.
        </p>
      </Part>
      <Part title="Steps">
        <ol className="paper-steps">
          {item.mainSteps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </Part>
      <Part title="Devices and follow-up">
        <dl className="paper-list">
          <dt>Devices</dt>
          <dd>{item.deviceClasses.join("; ") || "none named"}</dd>
          <dt>Scales</dt>
          <dd>
            {data.scales.length === 0
              ? "none named"
              : data.scales.map(({ id: key, name }, i) => (
                  <span key={key}>
                    {i > 0 ? ", " : ""}
                    <To kind="scale" id={key}>
                      {name}
                    </To>
                  </span>
                ))}
          </dd>
          <dt>Follow-up</dt>
          <dd>{item.followUpImaging || "not recorded"}</dd>
          {codes.length > 0 ? (
            <>
              <dt>Codes</dt>
              <dd>{codes.map(([system, list]) => `${system.toUpperCase()} ${list!.join(", ")}`).join("; ")}</dd>
            </>
          ) : null}
        </dl>
      </Part>
      <Part title="Complications" testid="complications">
        <table>
          <tbody>
            {shown.map((each) => (
              <tr key={each.event}>
                <th scope="row">{each.event}</th>
                <td>{each.typicalRate}</td>
                <td>
                  {each.source}
                  <div className="sub">{each.confidence} confidence</div>
                </td>
              </tr>
            ))}
            {withheld.map((each) => (
              <tr key={each.event}>
                <th scope="row">{each.event}</th>
                <td colSpan={2} className="sub">
                  No rate is shown: none with a citation is known.
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Part>
      {data.recommendations.length > 0 ? (
        <Part title="Guidance in force">
          <Lines lines={data.recommendations} />
        </Part>
      ) : null}
      {data.trials.length > 0 ? (
        <Part title="Trials">
          <ForestPlots forest={forestOf(data.trials)} />
        </Part>
      ) : null}
      <Part title="Checked">
        <p>
          <Checked words={verificationWords(item)} via={item.verifiedVia ?? []} note={item.note} />
        </p>
      </Part>
    </Paper>
  );
}
