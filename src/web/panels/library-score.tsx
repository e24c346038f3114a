import { type ReactNode, useState } from "react";
import { type Scale, type ScaleAnswers, type ScaleItem, type ScaleScore, scoreScale } from "../../knowledge/scales.ts";
import { Button } from "../design/button.tsx";

/** What was filled in for one item: which options (by place), what was typed, or that it cannot be tested. */
interface Filled {
  readonly chosen: readonly number[];
  readonly typed: string;
  readonly untestable: boolean;
}

const EMPTY: Filled = { chosen: [], typed: "", untestable: false };
type Sheet = Readonly<Record<string, Filled>>;

function answerOf(item: ScaleItem, filled: Filled, columns: boolean): ScaleAnswers[string] | undefined {
  if (filled.untestable && item.untestable) return item.untestable.word;
  if (item.input || item.perStep) {
    const number = Number(filled.typed.replace(",", "."));
    return filled.typed.trim() === "" ? undefined : number;
  }
  if (columns) return filled.chosen.map((i) => item.options[i]!.label);
  return filled.chosen.length === 0 ? undefined : item.options[filled.chosen[0]!]!.value;
}

/** The score of what was filled in; or what is wrong with it, in words. */
function scoreOf(scale: Scale, sheet: Sheet): ScaleScore | string {
  const answers: Record<string, ScaleAnswers[string]> = {};
  // Two columns in which nothing was ticked yet are no answer, not a draw.
  const touched = Object.values(sheet).some((filled) => filled.chosen.length > 0);
  for (const item of scale.kind === "two-column" && !touched ? [] : scale.items) {
    const answer = answerOf(item, sheet[item.key] ?? EMPTY, scale.kind === "two-column");
    if (answer !== undefined) answers[item.key] = answer;
  }
  try {
    return scoreScale(scale, answers);
  } catch (error) {
    return (error as Error).message;
  }
}

/**
 * A scale as a form, and on paper as a sheet to tick. The total stands beside it as soon as nothing is missing: an item
 * that was not answered never counts as zero. Nothing is kept and no patient is named; in a case the score is kept.
 */
export function ScoreSheet({ scale }: { readonly scale: Scale }) {
  const [sheet, setSheet] = useState<Sheet>({});
  const fill = (key: string, part: Partial<Filled>) =>
    setSheet((before) => ({ ...before, [key]: { ...EMPTY, ...before[key], ...part } }));
  const score = scoreOf(scale, sheet);
  const columns = scale.kind === "two-column";
  return (
    <>
      <table className="scale-items">
        <tbody>
          {scale.items.map((item) => (
            <tr key={item.key}>
              <th scope="row">{item.label}</th>
              <td>
                <Answer
                  item={item}
                  name={`${scale.id}-${item.key}`}
                  filled={sheet[item.key] ?? EMPTY}
                  several={columns}
                  fill={(part) => fill(item.key, part)}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="scale-total" data-testid="scale-total" aria-live="polite">
        <Total score={score} items={scale.items.length} />
        {Object.keys(sheet).length > 0 ? (
          <Button look="quiet" onPress={() => setSheet({})}>
            Clear
          </Button>
        ) : null}
      </div>
    </>
  );
}

function Answer({
  item,
  name,
  filled,
  several,
  fill,
}: {
  readonly item: ScaleItem;
  readonly name: string;
  readonly filled: Filled;
  readonly several: boolean;
  readonly fill: (part: Partial<Filled>) => void;
}) {
  const unit = item.input?.unit ?? item.perStep?.unit;
  const toggle = (i: number, on: boolean) =>
    fill({
      chosen: several ? [...filled.chosen.filter((each) => each !== i), ...(on ? [i] : [])] : [i],
      untestable: false,
    });
  return (
    <fieldset className="scale-options" aria-label={item.label}>
      {unit === undefined ? null : (
        <label>
          <input
            className="input scale-number"
            inputMode="decimal"
            value={filled.typed}
            aria-label={item.label}
            onChange={(event) => fill({ typed: event.target.value, untestable: false })}
          />{" "}
          {unit} <span className="sub">{allowed(item)}</span>
        </label>
      )}
      {item.options.map((option, i) => (
        <label key={`${option.value} ${option.label}`}>
          <input
            type={several ? "checkbox" : "radio"}
            name={name}
            checked={!filled.untestable && filled.chosen.includes(i)}
            onChange={(event) => toggle(i, event.target.checked)}
          />
          <b>{option.value}</b> {option.label}
        </label>
      ))}
      {item.untestable ? (
        <label className="quiet-text">
          <input
            type="radio"
            name={name}
            checked={filled.untestable}
            onChange={() => fill({ untestable: true, chosen: [], typed: "" })}
          />
          <b>{item.untestable.word}</b>{" "}
          {item.untestable.points === undefined
            ? "cannot be tested; then there is no total"
            : `cannot be tested; counts ${item.untestable.points}`}
        </label>
      ) : null}
    </fieldset>
  );
}

function allowed(item: ScaleItem): string {
  if (item.input) return `${item.input.range[0]} to ${item.input.range[1]}`;
  if (!item.perStep) return "";
  const { above, step, points, unit } = item.perStep;
  return `${points} for each ${step} ${unit} above ${above}`;
}

function Total({ score, items }: { readonly score: ScaleScore | string; readonly items: number }): ReactNode {
  if (typeof score === "string") return <span className="quiet-text">{score}</span>;
  if (score.value === null) {
    const left = score.missing.length;
    return (
      <span className="quiet-text">
        {left > 0 ? `${left} of ${items} ${items === 1 ? "item" : "items"} not answered; no total yet` : score.reason}
      </span>
    );
  }
  const value = typeof score.value === "number" ? Math.round(score.value * 100) / 100 : score.value;
  return (
    <span>
      <b className="scale-value">
        {value} {score.unit}
      </b>{" "}
      {score.reading ?? ""}
      {score.untestable.length > 0 ? <span className="sub"> not tested: {score.untestable.join(", ")}</span> : null}
    </span>
  );
}
