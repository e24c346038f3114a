import type { CardMarks } from "../../knowledge/card-marks.ts";
import type { Conflict } from "../../knowledge/conflicts.ts";
import type { Card } from "../../knowledge/evaluate.ts";
import type { TreatmentOption } from "../../knowledge/options.ts";
import type { OptionsAnswer } from "../api/options.ts";
import { State } from "../design/mark.tsx";

const MOST_NAMES = 3;

/** A sign and its number stay on one line. */
const unbroken = (sentence: string) => sentence.replace(/([<>=≤≥≠]) /g, "$1\u00a0");

const TITLES: Readonly<Record<Conflict["kind"], string>> = {
  "opposite-directions": "Bodies differ",
  "may-oppose": "May be disputed",
  disagreement: "Bodies differ",
  "window-edge": "Two windows meet here",
  "evidence-newer-than-guideline": "Newer evidence",
};

/** What kind of conflict it is; one of a body with trials alone is not one between bodies. */
export function differenceTitle({ kind, ids, trials }: Pick<Conflict, "kind" | "ids" | "trials">): string {
  if (kind === "disagreement" && ids.length === 1 && trials.length > 0) return "A trial found otherwise";
  return TITLES[kind];
}

/** The few words a card must not be read without: that bodies differ, that evidence is newer, that it changed. */
export function OptionMarks({
  option,
  card,
  options,
}: {
  readonly option: TreatmentOption;
  readonly card: Card;
  readonly options: OptionsAnswer;
}) {
  const marks = options.marks?.[card.id];
  const ids = new Set(option.cards.map(({ id }) => id));
  const differ = options.conflicts.filter(
    ({ kind, ids: of }) =>
      kind !== "evidence-newer-than-guideline" && kind !== "window-edge" && of.some((id) => ids.has(id)),
  );
  const newer = newerWords(marks);
  const changed = marks?.changed ?? null;
  if (differ.length === 0 && newer === null && changed === null) return null;
  return (
    <ul className="option-marks" data-testid="option-marks">
      {differ[0] ? (
        <li>
          <State is="look">
            <b>{differenceTitle(differ[0])}</b> <span className="sub">{differ[0].why}</span>
          </State>
        </li>
      ) : null}
      {newer ? (
        <li>
          <State is="look">
            <b>Newer than the guideline</b> <span className="sub">{newer}</span>
          </State>
        </li>
      ) : null}
      {changed ? (
        <li>
          <State is="none">
            <b>Changed since {changed.since}</b>{" "}
            <span className="sub">
              {unbroken(changed.sentences[0]!)}
              {changed.sentences.length > 1 ? `, and ${changed.sentences.length - 1} more` : ""}
            </span>
          </State>
        </li>
      ) : null}
    </ul>
  );
}

/** Trials that the pack itself names as newer; those that only share the indication are told in the evidence. */
function newerWords(marks: CardMarks | undefined): string | null {
  const said = (marks?.newer ?? []).filter(({ says }) => says !== null);
  if (said.length === 0) return null;
  const names = said.slice(0, MOST_NAMES).map(({ acronym, year }) => `${acronym} ${year}`);
  const more = said.length > MOST_NAMES ? ` and ${said.length - MOST_NAMES} more` : "";
  return `${names.join(", ")}${more}`;
}

/** The same in full, for the evidence of one card. */
export function MarksInFull({ marks }: { readonly marks: CardMarks | undefined }) {
  if (!marks || (marks.changed === null && marks.newer.length === 0)) return null;
  const said = marks.newer.filter(({ says }) => says !== null);
  const same = marks.newer.filter(({ says }) => says === null);
  return (
    <div className="marks-in-full">
      {marks.changed ? (
        <div>
          <State is="none">Changed since {marks.changed.since}</State>
          <ul className="change-list">
            {marks.changed.sentences.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </div>
      ) : null}
      {said.length > 0 ? (
        <div>
          <State is="look">
            Newer than the guideline: {said.map((one) => `${one.acronym} ${one.year}`).join(", ")}
          </State>
          <p className="sub">{[...new Set(said.map(({ says }) => says))].join("; ")}</p>
        </div>
      ) : null}
      {same.length > 0 ? (
        <p className="sub">
          Published later on the same indication: {same.map((one) => `${one.acronym} ${one.year}`).join(", ")}
        </p>
      ) : null}
    </div>
  );
}
