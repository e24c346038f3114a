import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { fieldOf } from "../../knowledge/dictionary.ts";
import { showValue } from "../../knowledge/sentence.ts";
import type { TrialComparison } from "../../knowledge/trial.ts";
import { type BoxLine, boxColumns, type TrialBox, trialBox } from "../../knowledge/trial-box.ts";
import type { Facts } from "../../knowledge/validation.ts";
import { Button } from "../design/button.tsx";
import { Criterion, State } from "../design/mark.tsx";
import { useIsPhone } from "../design/phone.ts";
import { MET } from "./option-card.tsx";

const ENROLLED = {
  yes: { is: "fine", words: "yes" },
  no: { is: "none", words: "no" },
  "cannot determine": { is: "unknown", words: "cannot determine" },
} as const;

const FEW = 6;
const COLUMNS = 6;
const BRIEF: Readonly<Record<string, string>> = { time_lkw_h: "Last well to treatment" };

/**
 * This patient against the entry box of each trial that bears on the option: enrolled or not with the one or two reasons,
 * and condition by condition. `bearing`: ids to show first; the others are folded behind their number.
 */
export function TrialMatrix({
  trials,
  facts,
  bearing = [],
}: {
  readonly trials: readonly TrialComparison[];
  readonly facts: Facts;
  readonly bearing?: readonly string[];
}) {
  const [all, setAll] = useState(false);
  const isPhone = useIsPhone();
  if (trials.length === 0) return null;
  const first = trials.filter(({ id }) => bearing.includes(id));
  const ordered = first.length > 0 ? first : trials;
  const shown = all
    ? [...first, ...trials.filter(({ id }) => !first.some((one) => one.id === id))]
    : ordered.slice(0, FEW);
  const boxes = shown.map(trialBox);
  const comparisons = new Map(trials.map((trial) => [trial.id, trial] as const));
  return (
    <section data-testid="trial-matrix">
      <h3>This patient beside the trials</h3>
      <p className="sub">Entry conditions in short, as the packs write them; a trial's own protocol asks for more.</p>
      {isPhone ? (
        <ul className="trial-list">
          {boxes.map((box) => (
            <li key={box.id}>
              <TrialName box={box} />
              <Verdict box={box} alone />
              <Conditions box={box} trial={comparisons.get(box.id)!} />
            </li>
          ))}
        </ul>
      ) : (
        <Matrix boxes={boxes} comparisons={comparisons} facts={facts} />
      )}
      {trials.length > shown.length ? (
        <Button look="link" onPress={() => setAll(true)}>
          Show all {trials.length} trials
        </Button>
      ) : null}
    </section>
  );
}

function TrialName({ box }: { readonly box: TrialBox }) {
  return (
    <div>
      <Link to="/know/$kind/$itemId" params={{ kind: "trial", itemId: box.id }} className="strong">
        {box.acronym}
      </Link>{" "}
      <span className="sub">{box.year}</span>
    </div>
  );
}

/** "would have been enrolled: no, age". */
function Verdict({ box, alone = false }: { readonly box: TrialBox; readonly alone?: boolean }) {
  return (
    <State is={ENROLLED[box.enrolled].is}>
      <span className={alone || !box.closed ? "sub" : "hidden-visually"}>
        {box.closed ? "would have been enrolled: " : "may be enrolled: "}
      </span>
      {box.sentence.slice(box.sentence.indexOf(": ") + 2)}
    </State>
  );
}

function Conditions({ box, trial }: { readonly box: TrialBox; readonly trial: TrialComparison }) {
  return (
    <details>
      <summary className="sub">Conditions</summary>
      {box.lines.map((line) => (
        <div key={line.words}>
          <Criterion is={MET[line.result]}>
            {line.words}
            <span className="sub">
              {" "}
              {line.fields.length === 0 ? "a person reads this" : (line.given ?? "not known")}
            </span>
          </Criterion>
        </div>
      ))}
      <p className="sub">
        {trial.conclusion} {trial.citation}
        {trial.verification.verified === "from-memory" ? ". Written from memory, not yet checked" : ""}
      </p>
    </details>
  );
}

function Matrix({
  boxes,
  comparisons,
  facts,
}: {
  readonly boxes: readonly TrialBox[];
  readonly comparisons: ReadonlyMap<string, TrialComparison>;
  readonly facts: Facts;
}) {
  const columns = boxColumns(boxes, COLUMNS);
  return (
    <table className="trial-matrix">
      <thead>
        <tr>
          <th>Trial</th>
          <th>Would have been enrolled</th>
          {columns.map((field) => (
            <th key={field}>
              {BRIEF[field] ?? fieldOf(field)?.label ?? field}
              <div className="sub">
                {facts[field] === undefined ? "not known" : showValue(fieldOf(field), facts[field])}
              </div>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {boxes.map((box) => (
          <tr key={box.id} data-trial={box.id} data-enrolled={box.enrolled}>
            <td>
              <TrialName box={box} />
            </td>
            <td>
              <Verdict box={box} />
              <Conditions box={box} trial={comparisons.get(box.id)!} />
            </td>
            {columns.map((field) => (
              <td key={field}>
                <Cell
                  lines={box.lines.filter(({ fields }) => fields.length === 1 && fields[0] === field)}
                  field={field}
                />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const LONGEST = 24;

/** What a trial asks of one field, without the label and the unit that head the column; what is long is told in the conditions. */
function Cell({ lines, field }: { readonly lines: readonly BoxLine[]; readonly field: string }) {
  const { label = field, unit = "" } = fieldOf(field) ?? {};
  return lines.map((line) => {
    const bare = line.words.replaceAll(`${label} `, "");
    const words = unit ? bare.replaceAll(` ${unit}`, "") : bare;
    const long = words.length > LONGEST;
    return (
      <div key={line.words} className={long ? "" : "trial-cell"} title={long ? line.words : undefined}>
        <Criterion is={MET[line.result]}>
          {long ? (
            <>
              <span aria-hidden="true">{words.slice(0, LONGEST - 1).trimEnd()}…</span>
              <span className="hidden-visually">{words}</span>
            </>
          ) : (
            words
          )}
        </Criterion>
      </div>
    );
  });
}
