import type { ScaleItem } from "../../knowledge/scales.ts";
import type { Sheet } from "./scale-sheet.ts";

interface ItemProps {
  readonly item: ScaleItem;
  readonly sheet: Sheet;
}

/** One item of the list: its label, the options, and where a filled-in answer came from. */
export function ScaleRow({ item, sheet }: ItemProps) {
  return (
    <tr>
      <th scope="row">{item.label}</th>
      <td>
        <ScaleAnswer item={item} sheet={sheet} />
        <Provenance item={item} sheet={sheet} />
      </td>
    </tr>
  );
}

/** Where the answer came from, when facts gave it and nobody changed it since. */
export function Provenance({ item, sheet }: ItemProps) {
  const words = sheet.provenance(item.key);
  if (words === null) return null;
  return (
    <p className="scale-from" data-testid={`scale-from-${item.key}`}>
      <span aria-hidden="true">↳</span> {words}
    </p>
  );
}

/** Options to choose from, lines to tick, or a number to type. */
export function ScaleAnswer({ item, sheet }: ItemProps) {
  const { scale } = sheet;
  const name = `${scale.id}-${item.key}`;
  const answer = sheet.answers[item.key];
  const several = scale.kind === "two-column";
  const ticked: readonly string[] = Array.isArray(answer) ? answer : [];
  const toggle = (label: string, on: boolean) =>
    sheet.set(item.key, on ? [...ticked, label] : ticked.filter((each) => each !== label));
  const isNumber = item.input !== undefined || item.perStep !== undefined;
  return (
    <fieldset className="scale-options" aria-label={item.label}>
      {isNumber ? <NumberAnswer item={item} sheet={sheet} /> : null}
      {item.options.map((option) => (
        <label key={`${option.value} ${option.label}`}>
          <input
            type={several ? "checkbox" : "radio"}
            name={name}
            checked={several ? ticked.includes(option.label) : answer === option.value}
            onChange={(event) =>
              several ? toggle(option.label, event.target.checked) : sheet.set(item.key, option.value)
            }
          />
          <b>{option.value}</b> {option.label}
        </label>
      ))}
      {item.untestable ? (
        <label className="quiet-text">
          <input
            type="radio"
            name={name}
            checked={answer === item.untestable.word}
            onChange={() => sheet.set(item.key, item.untestable!.word)}
          />
          <b>{item.untestable.word}</b> {untestableWords(item)}
        </label>
      ) : null}
    </fieldset>
  );
}

/** A number with its unit and what is allowed. */
export function NumberAnswer({ item, sheet }: ItemProps) {
  const unit = item.input?.unit ?? item.perStep?.unit;
  return (
    <label>
      <input
        className="input scale-number"
        inputMode="decimal"
        value={sheet.typed[item.key] ?? ""}
        aria-label={item.label}
        onChange={(event) => sheet.type(item.key, event.target.value)}
      />{" "}
      {unit} <span className="sub">{allowed(item)}</span>
    </label>
  );
}

/** What it means that an item cannot be tested. */
export function untestableWords({ untestable }: ScaleItem): string {
  if (!untestable) return "";
  if (untestable.points === undefined) return "cannot be tested; then there is no total";
  return untestable.points === 0 ? "cannot be tested; adds nothing" : `cannot be tested; counts ${untestable.points}`;
}

function allowed(item: ScaleItem): string {
  if (item.input) return `${item.input.range[0]} to ${item.input.range[1]}`;
  if (!item.perStep) return "";
  const { above, step, points, unit } = item.perStep;
  return `${points} for each ${step} ${unit} above ${above}`;
}
