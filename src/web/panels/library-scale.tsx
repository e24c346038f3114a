import { useQuery } from "@tanstack/react-query";
import { verificationWords } from "../../knowledge/recommendation.ts";
import type { Scale } from "../../knowledge/scales.ts";
import { scalePage } from "../api/library.ts";
import { Paper, Part } from "./library-paper.tsx";
import { Checked } from "./library-recommendation.tsx";
import { Asking } from "./library-state.tsx";
import { Doi } from "./library-words.tsx";
import { RaterNotes } from "./scale-facts.tsx";
import { ScaleForm } from "./scale-form.tsx";
import { useScaleSheet } from "./scale-sheet.ts";

const HOW = {
  sum: "The points of the items are added.",
  questionnaire: "The points of the answers are added.",
  choice: "One class is chosen.",
  classes: "The classes of the items stand side by side; nothing is added.",
  formula: "Computed from its inputs.",
  "two-column": "What speaks for either side is counted in two columns; they are compared, not added.",
} as const;

/** The form without a patient: nothing is kept. */
function Alone({ scale }: { readonly scale: Scale }) {
  return <ScaleForm sheet={useScaleSheet(scale)} />;
}

/** One scale: its items as a form, points, how the total reads, source and how it was checked. */
export function ScalePaper({ id }: { readonly id: string }) {
  const { data, error } = useQuery(scalePage(id));
  if (!data) return <Asking error={error} />;
  const [low, high] = data.range;
  const unit = data.unit ? ` ${data.unit}` : "";
  return (
    <Paper
      kind="scale"
      id={data.id}
      title={data.name}
      line={data.domain}
      pack={data.pack}
      corrections={data.corrections}
    >
      <Part title="Score it">
        <p className="sub">
          {HOW[data.kind]}
          {typeof low === "number" && typeof high === "number" ? ` From ${low} to ${high}${unit}.` : ""}
        </p>
        <Alone key={data.id} scale={data} />
      </Part>
      <Part title="When it is scored">
        <RaterNotes scale={data} />
      </Part>
      {data.bands.length + data.interpretation.length > 0 ? (
        <Part title="What it means">
          {data.bands.length > 0 ? (
            <table>
              <tbody>
                {data.bands.map((band) => (
                  <tr key={`${band.from} ${band.words}`}>
                    <th scope="row">
                      {band.to === null
                        ? `${band.from} and more`
                        : band.from === band.to
                          ? band.from
                          : `${band.from} to ${band.to}`}
                    </th>
                    <td>{band.words}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          ) : null}
          <ul className="paper-bullets">
            {data.interpretation.map((words) => (
              <li key={words}>{words}</li>
            ))}
          </ul>
        </Part>
      ) : null}
      <Part title="Source">
        <dl className="paper-list">
          <dt>Citation</dt>
          <dd>
            {data.source}. {data.doi ? `doi:${data.doi}` : "DOI not certain."} <Doi doi={data.doi} />
          </dd>
          <dt>Checked</dt>
          <dd>
            <Checked
              words={verificationWords({
                verified: data.verified,
                verifiedScope: data.verifiedScope as "main-facts" | "partial" | "none",
                confidence: data.confidence as "high" | "medium" | "low",
                verifiedVia: data.verifiedVia,
                note: data.note,
              })}
              via={data.verifiedVia}
              note={data.note}
            />
          </dd>
        </dl>
      </Part>
    </Paper>
  );
}
