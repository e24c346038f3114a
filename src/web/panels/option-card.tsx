import type { ReactNode } from "react";
import type { Trace } from "../../knowledge/criteria.ts";
import type { Card } from "../../knowledge/evaluate.ts";
import type { Standing, TreatmentOption } from "../../knowledge/options.ts";
import { Button } from "../design/button.tsx";
import { Criterion, type Meaning, type Met, State } from "../design/mark.tsx";
import { criterionWords } from "./criterion-words.ts";
import { gradeWords, monthYear } from "./grade.ts";

export const MET: Readonly<Record<Trace["result"], Met>> = { true: "met", false: "not-met", unknown: "unknown" };

const STANDING: Readonly<Record<Standing, { is: Meaning; words: string }>> = {
  for: { is: "fine", words: "spoken for" },
  against: { is: "wait", words: "advised against" },
  either: { is: "none", words: "left open" },
  disputed: { is: "look", words: "bodies differ" },
  open: { is: "unknown", words: "cannot determine yet" },
  none: { is: "none", words: "does not apply" },
};

export function StandingState({ of }: { readonly of: Standing }) {
  const { is, words } = STANDING[of];
  return <State is={is}>{words}</State>;
}

/**
 * The card an option is told by: the first that applies; while none does, the first undecided one that would speak for it
 * (an open question about an exception must not read like advice); else the first.
 */
export function leadingCard(option: TreatmentOption): Card | undefined {
  const applies = option.cards.find((card) => card.verdict === "applies");
  const open = option.cards.find((card) => card.verdict === "cannotDetermine" && card.direction !== "against");
  return applies ?? open ?? option.cards[0];
}

/** One thing that could be done, told by the card that says most about it; the others are a touch away. */
export function OptionCard({
  option,
  onEvidence,
  onAsk,
  askWords = () => "add",
  marks,
  follow,
}: {
  readonly option: TreatmentOption;
  readonly onEvidence: () => void;
  /** Asks for, or adds, a fact that is missing; absent when this person may do neither. */
  readonly onAsk?: ((field: string) => void) | undefined;
  readonly askWords?: (field: string) => string;
  /** What stands beside the card that tells the option: newer evidence, changes. */
  readonly marks?: ((card: Card) => ReactNode) | undefined;
  /** Whether it is followed, and how one says that it is not. */
  readonly follow?: ((card: Card) => ReactNode) | undefined;
}) {
  const first = leadingCard(option);
  if (!first) return null;
  const more = option.cards.length - 1;
  // Of what cannot be determined, the open conditions are the news; those that are met are counted.
  const open = first.verdict === "cannotDetermine";
  const told = open ? first.criteria.filter(({ result }) => result !== "true") : first.criteria;
  const met = first.criteria.length - told.length;
  const criteria = told.slice(0, 5);
  return (
    <article className={`option ${option.standing}`} data-testid="option-card" data-standing={option.standing}>
      <h4>{option.subject}</h4>
      <div className="option-standing">
        <StandingState of={option.standing} />
        <span className="option-grade">
          {first.body} {first.year} · {gradeWords(first)}
        </span>
      </div>
      {first.direction === "against" ? (
        <span className="chip wait">
          {first.verdict === "applies" ? "advises against it" : "would advise against it"}
        </span>
      ) : null}
      <p className="option-action">{first.action}</p>
      <ul className="option-criteria">
        {criteria.map((each, i) => (
          <li key={i} className="option-criterion">
            <Criterion is={MET[each.result]}>{criterionWords(each)}</Criterion>
            {each.result === "unknown" && each.missing[0] !== undefined && onAsk ? (
              <Button look="link" onPress={() => onAsk(each.missing[0]!)}>
                {askWords(each.missing[0]!)}
              </Button>
            ) : null}
          </li>
        ))}
        {told.length > criteria.length ? <li className="sub">and {told.length - criteria.length} more</li> : null}
        {met > 0 ? (
          <li>
            <Criterion is="met">
              <span className="sub">{met === 1 ? "1 condition is met" : `${met} conditions are met`}</span>
            </Criterion>
          </li>
        ) : null}
      </ul>
      {first.local ? <AdaptedHere local={first.local} /> : null}
      {marks?.(first)}
      <footer className="option-source">
        <span>
          version {first.packVersion} · valid to {monthYear(first.expires)}
          {first.age ? ` · ${first.age}` : ""}
        </span>
        <span>{first.verification ? `◐ ${first.verification}` : "checked against the source"}</span>
        <span className="option-acts no-print">
          <Button look="link" onPress={onEvidence} data-testid="option-evidence">
            {more > 0 ? `Evidence, and ${more} more ${more === 1 ? "card" : "cards"}` : "Evidence"}
          </Button>
          {follow?.(first)}
        </span>
      </footer>
    </article>
  );
}

/** That a recommendation is adapted here: why, by whom, until when; what the body itself says is a touch away. */
export function AdaptedHere({ local }: { readonly local: NonNullable<Card["local"]> }) {
  return (
    <details className="option-local" data-testid="adapted-here">
      <summary>
        <State is="look">adapted here until {local.sunset}</State>
      </summary>
      <p className="sub">
        {local.reason} ({local.owner})
      </p>
      <p className="sub">The body says: {local.says}</p>
    </details>
  );
}

/** The short line of a card inside a list: body, grade, verdict. */
export function cardVerdict(card: Card): { readonly is: Meaning; readonly words: string } {
  if (card.verdict === "cannotDetermine") return { is: "unknown", words: "cannot determine" };
  if (card.verdict === "doesNotApply") return { is: "none", words: "does not apply" };
  return card.direction === "against"
    ? { is: "wait", words: "applies: advises against" }
    : { is: "fine", words: "applies" };
}
