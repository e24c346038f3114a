import { useMemo } from "react";
import {
  boundariesFor,
  leavesOf,
  OPTION_GROUPS,
  type Recommendation,
  type Vignette,
  vignettesFor,
} from "../../knowledge/index.ts";
import { sentence } from "../../knowledge/sentence.ts";
import { Button } from "../design/button.tsx";
import { TextField } from "../design/field.tsx";
import { State } from "../design/mark.tsx";
import { say } from "../design/toast.tsx";
import { CriterionBuilder } from "./steward-criterion.tsx";
import { StewardLocal } from "./steward-local.tsx";
import { resultOf, VignetteTable } from "./steward-vignettes.tsx";

const WORDS = [
  { key: "subject", label: "About", lines: 1 },
  { key: "action", label: "What to do, in our words", lines: 3 },
  { key: "rationale", label: "Why the body says so, in our words", lines: 2 },
  { key: "guideline", label: "Guideline", lines: 1 },
  { key: "body", label: "Body", lines: 1 },
  { key: "doi", label: "DOI", lines: 1 },
  { key: "citationNote", label: "Citation, where there is no certain DOI", lines: 1 },
  { key: "gradeSystem", label: "Grading system of the body", lines: 1 },
  { key: "strength", label: "Strength, as the body says it", lines: 1 },
  { key: "certainty", label: "Certainty, as the body says it", lines: 1 },
  { key: "owner", label: "Owner: who keeps it right", lines: 1 },
  { key: "disclosure", label: "Disclosure of the owner", lines: 1 },
] as const;
/** Words that a pack leaves out when there are none. */
const OPTIONAL: readonly string[] = ["owner", "disclosure", "rationale"];
const NULLABLE: readonly string[] = ["doi", "citationNote"];

function put(item: Recommendation, key: string, value: string): Recommendation {
  if (value === "" && OPTIONAL.includes(key)) {
    const { [key as "owner"]: _, ...rest } = item;
    return rest;
  }
  return { ...item, [key]: value === "" && NULLABLE.includes(key) ? null : value };
}

interface Writing {
  readonly item: Recommendation;
  readonly vignettes: readonly Vignette[];
  readonly problems: readonly string[];
  readonly locked: boolean;
  readonly onItem: (item: Recommendation) => void;
  readonly onVignettes: (vignettes: readonly Vignette[]) => void;
  /** Takes the recommendation out of the draft, with its made-up patients. */
  readonly onOut: () => void;
}

/** One recommendation: its criterion as conditions, its made-up patients judged while one writes, and its words. */
export function StewardItem({ item, vignettes, problems, locked, onItem, onVignettes, onOut }: Writing) {
  const suggested = useMemo(() => {
    try {
      const four = vignettesFor(item);
      return [...four, ...boundariesFor(item, four)];
    } catch {
      return []; // a criterion that is half written has none
    }
  }, [item]);
  const otherwise = vignettes.filter((one) => resultOf(item, one) !== one.expected).length;
  const suggest = () => {
    if (suggested.length === 0)
      return say("No patients can be made up: the criterion holds always, never, or is not finished.");
    const names = new Set(vignettes.map((one) => JSON.stringify(one.facts)));
    const more = suggested.filter((one) => !names.has(JSON.stringify(one.facts)));
    onVignettes([...vignettes, ...more]);
    say(
      more.length === 0
        ? "Those that would be made up are there."
        : `${more.length} made-up patients added: read them.`,
    );
  };
  return (
    <article className="steward-item" data-testid="steward-item">
      <header>
        <h2>{item.subject || item.id}</h2>
        <span className="sub">{item.id}</span>
        {vignettes.length > 0 ? (
          <span role="status" data-testid="patients-now">
            <State is={otherwise === 0 ? "fine" : "wait"}>
              {otherwise === 0
                ? `all ${vignettes.length} made-up patients as expected`
                : `${otherwise} of ${vignettes.length} made-up patients not as expected`}
            </State>
          </span>
        ) : null}
        {locked ? null : (
          <span className="push">
            <Button look="quiet" onPress={onOut}>
              Take it out
            </Button>
          </span>
        )}
      </header>
      {problems.length > 0 ? (
        <ul className="steward-problems" aria-label="What stands in the way">
          {problems.map((problem) => (
            <li key={problem} className="state wait">
              <i aria-hidden="true">●</i>
              <span>{problem}</span>
            </li>
          ))}
        </ul>
      ) : null}
      <section aria-label="When it applies">
        <h3>It applies when</h3>
        <CriterionBuilder
          root={item.criteria}
          path={[]}
          locked={locked}
          onChange={(criteria) => onItem({ ...item, criteria })}
        />
        <p className="sub criterion-sentence" data-testid="criterion-sentence" aria-live="polite">
          In words: {sentence(item.criteria)}.
        </p>
      </section>
      <StewardLocal item={item} locked={locked} onItem={onItem} />
      <section aria-label="Made-up patients">
        <h3>Made-up patients</h3>
        <VignetteTable {...{ item, vignettes, locked }} onChange={onVignettes} />
        {locked ? null : (
          <div className="steward-row">
            <Button onPress={suggest}>Make up patients for this criterion</Button>
            <Button look="quiet" onPress={() => onVignettes([...vignettes, blankPatient(item, vignettes)])}>
              Add a patient of your own
            </Button>
          </div>
        )}
      </section>
      <section aria-label="Words" className="steward-words">
        {WORDS.map(({ key, label, lines }) => (
          <TextField
            key={key}
            label={label}
            value={item[key] ?? ""}
            isReadOnly={locked}
            onChange={(value) => onItem(put(item, key, value))}
            {...(lines > 1 ? { lines } : {})}
            data-testid={`word-${key}`}
          />
        ))}
        <TextField
          label="Expires on"
          value={item.expires}
          isReadOnly={locked}
          onChange={(expires) => onItem({ ...item, expires })}
          hint="A day like 2027-11-30, not after that of the pack"
        />
        <label className="field">
          <span className="field-label">Standing</span>
          <select
            className="input"
            value={item.status}
            disabled={locked}
            onChange={(event) => onItem({ ...item, status: event.target.value as Recommendation["status"] })}
          >
            <option value="current">current</option>
            <option value="superseded">superseded: kept to be read, drives nothing</option>
          </select>
        </label>
        <label className="field">
          <span className="field-label">Direction</span>
          <select
            className="input"
            value={item.direction}
            disabled={locked}
            onChange={(event) => onItem({ ...item, direction: event.target.value as Recommendation["direction"] })}
          >
            <option value="for">for</option>
            <option value="against">against</option>
            <option value="either">either</option>
          </select>
        </label>
        <label className="field">
          <span className="field-label">Column</span>
          <select
            className="input"
            value={item.group}
            disabled={locked}
            onChange={(event) => onItem({ ...item, group: event.target.value as Recommendation["group"] })}
          >
            {OPTION_GROUPS.map((group) => (
              <option key={group} value={group}>
                {group.replaceAll("-", " ")}
              </option>
            ))}
          </select>
        </label>
      </section>
    </article>
  );
}

/** A patient of whom nothing is known yet, to be filled in. */
function blankPatient(item: Recommendation, others: readonly Vignette[]): Vignette {
  let n = others.length + 1;
  while (others.some((one) => one.id === `${item.id}/own-${n}`)) n++;
  const missing = [...new Set(leavesOf(item.criteria).map((leaf) => leaf.field))];
  const open = { kind: "unknown", expected: "cannotDetermine", facts: {}, missing } as const;
  return { id: `${item.id}/own-${n}`, recommendation: item.id, ...open };
}
