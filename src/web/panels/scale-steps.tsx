import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { Button } from "../design/button.tsx";
import { NumberAnswer, Provenance, untestableWords } from "./scale-item.tsx";
import type { Answer, Sheet } from "./scale-sheet.ts";

/**
 * One item at a time with targets for a thumb. A tap answers and goes on; the arrow keys move, a digit chooses the option
 * of that many points, U says untestable. After the last item everything stands once more, to be tapped and changed.
 */
export function ScaleSteps({ sheet }: { readonly sheet: Sheet }) {
  const { scale } = sheet;
  const { items } = scale;
  const [at, setAt] = useState(() =>
    Math.max(
      0,
      items.findIndex((item) => sheet.answers[item.key] === undefined),
    ),
  );
  const box = useRef<HTMLFieldSetElement>(null);
  const moved = useRef(false);
  const item = items[at];

  useEffect(() => {
    if (at >= 0 && moved.current) box.current?.focus({ preventScroll: true });
  }, [at]);

  const go = (next: number) => {
    moved.current = true;
    setAt(Math.max(0, Math.min(items.length, next)));
  };
  const choose = (answer: Answer) => {
    if (!item) return;
    sheet.set(item.key, answer);
    go(at + 1);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey) return;
    const option = item?.options.find((each) => String(each.value) === event.key);
    if (option) choose(option.value);
    else if (item?.untestable && event.key.toLowerCase() === "u") choose(item.untestable.word);
    else if (event.key === "ArrowLeft") go(at - 1);
    else if (event.key === "ArrowRight") go(at + 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <fieldset
      className="scale-steps"
      ref={box}
      tabIndex={-1}
      aria-label={item ? `Item ${at + 1} of ${items.length}: ${item.label}` : `All items of ${scale.name}`}
      onKeyDown={onKeyDown}
      data-own-keys
      data-testid="scale-steps"
    >
      <div className="scale-progress" aria-hidden="true">
        {items.map((each, i) => (
          <i key={each.key} className={i === at ? "now" : sheet.answers[each.key] === undefined ? "" : "answered"} />
        ))}
      </div>
      {item ? (
        <>
          <h4 className="scale-step-head">
            <span className="sub">
              {at + 1} of {items.length}
            </span>
            <span>
              <b>{/^\d/.test(item.key) ? `${item.key} ` : ""}</b>
              {item.label}
            </span>
          </h4>
          <Provenance item={item} sheet={sheet} />
          {item.input || item.perStep ? <NumberAnswer item={item} sheet={sheet} /> : null}
          <div className="scale-targets">
            {item.options.map((option) => {
              const on = sheet.answers[item.key] === option.value;
              return (
                <button
                  key={`${option.value} ${option.label}`}
                  type="button"
                  className="scale-target"
                  aria-pressed={on}
                  onClick={() => choose(option.value)}
                >
                  <b>{option.value}</b>
                  <span>{option.label}</span>
                  <span aria-hidden="true">{on ? "✓" : ""}</span>
                </button>
              );
            })}
            {item.untestable ? (
              <button
                type="button"
                className="scale-target unknown"
                aria-pressed={sheet.answers[item.key] === item.untestable.word}
                onClick={() => choose(item.untestable!.word)}
              >
                <b>{item.untestable.word}</b>
                <span>{untestableWords(item)}</span>
                <span aria-hidden="true">{sheet.answers[item.key] === item.untestable.word ? "✓" : ""}</span>
              </button>
            ) : null}
          </div>
        </>
      ) : (
        <ol className="scale-review">
          {items.map((each, i) => (
            <li key={each.key}>
              <button type="button" className="scale-target" onClick={() => go(i)}>
                <b>{answerWords(sheet.answers[each.key])}</b>
                <span>
                  {each.label}
                  <span className="sub"> {labelOf(sheet, i)}</span>
                </span>
                <span className="sub">change</span>
              </button>
            </li>
          ))}
        </ol>
      )}
      <div className="scale-step-foot">
        <Button look="quiet" isDisabled={at === 0} onPress={() => go(at - 1)}>
          Back
        </Button>
        {item ? (
          <Button look="quiet" onPress={() => go(at + 1)}>
            {sheet.answers[item.key] === undefined ? "Skip for now" : "Next"}
          </Button>
        ) : null}
      </div>
    </fieldset>
  );
}

const answerWords = (answer: Answer | undefined) => (answer === undefined ? "◌" : String(answer));

function labelOf({ scale, answers }: Sheet, at: number): string {
  const item = scale.items[at]!;
  const answer = answers[item.key];
  if (answer === undefined) return "not answered";
  if (answer === item.untestable?.word) return "cannot be tested";
  return item.options.find((option) => option.value === answer)?.label ?? "";
}
