import type { Conflict } from "./conflicts.ts";
import { type Card, type Evaluation, evaluate, type SilentItem } from "./evaluate.ts";
import type { Indication } from "./indication.ts";
import type { NewerEvidence, Pack, PackReference } from "./pack.ts";
import { type Question, whatToAsk } from "./questions.ts";
import { OPTION_GROUPS, type OptionGroup } from "./recommendation.ts";
import { sentence } from "./sentence.ts";
import { type Doubts, NO_DOUBTS } from "./standing.ts";
import { compareTrial, type TrialComparison } from "./trial.ts";
import type { Facts } from "./validation.ts";
import { decideIn } from "./worlds.ts";

/**
 * How one option stands. "for"/"against": at least one card applies and all that apply point this way. "either": what
 * applies leaves it open. "disputed": cards that apply point both ways. "open": none applies yet and some cannot be
 * determined. "none": every card is decided and none applies. Never a verdict across bodies: strengths are not merged.
 */
export type Standing = "for" | "against" | "either" | "disputed" | "open" | "none";

/** One thing that could be done, with the cards that speak about it. */
export interface TreatmentOption {
  readonly subject: string;
  readonly group: OptionGroup;
  readonly standing: Standing;
  readonly counts: { readonly applies: number; readonly cannotDetermine: number; readonly doesNotApply: number };
  /** First those that apply, then undecided (fewest missing facts first), then those that do not apply. */
  readonly cards: readonly Card[];
}

/** One of the columns that stand side by side. */
export interface OptionColumn {
  readonly group: OptionGroup;
  readonly title: string;
  /** First "for", then disputed, either, open, against, none. */
  readonly options: readonly TreatmentOption[];
  /** What else exists for these indications, in words; a list to think with, not a recommendation. */
  readonly alternatives: readonly { readonly indication: string; readonly words: readonly string[] }[];
}

/** Everything the options page of a case shows. Plain JSON, deterministic. */
export interface CaseOptions {
  readonly caseKind: string;
  readonly now: string;
  readonly facts: Facts;
  /** What was given and does not count as a fact: contested, too old. Only where there is any. */
  readonly doubts?: Doubts;
  readonly columns: readonly OptionColumn[];
  readonly conflicts: readonly Conflict[];
  /** Evidence on which no body has spoken yet. */
  readonly unansweredEvidence: readonly NewerEvidence[];
  readonly questions: readonly Question[];
  readonly trials: readonly TrialComparison[];
  readonly packs: readonly PackReference[];
  readonly silent: readonly SilentItem[];
  /** Packs for this kind of case that are not about this patient, and why. */
  readonly setAside: readonly { readonly id: string; readonly title: string; readonly why: string }[];
}

const TITLES: Readonly<Record<OptionGroup, string>> = {
  intervention: "Intervention",
  surgery: "Surgery",
  medical: "Drugs and medical care",
  "imaging-and-care": "Imaging and care",
};

const STANDINGS: readonly Standing[] = ["for", "disputed", "either", "open", "against", "none"];
const VERDICTS = ["applies", "cannotDetermine", "doesNotApply"] as const;

function standingOf(cards: readonly Card[]): Standing {
  const directions = new Set(cards.filter((c) => c.verdict === "applies").map((c) => c.direction));
  if (directions.has("for") && directions.has("against")) return "disputed";
  if (directions.has("against")) return "against";
  if (directions.has("for")) return "for";
  if (directions.has("either")) return "either";
  return cards.some((c) => c.verdict === "cannotDetermine") ? "open" : "none";
}

function ordered(cards: readonly Card[], yielding: ReadonlySet<string>): readonly Card[] {
  const place = (card: Card) =>
    VERDICTS.indexOf(card.verdict) * 1000 + (yielding.has(card.id) ? 500 : 0) + card.missing.length;
  return [...cards].sort((a, b) => place(a) - place(b));
}

/** Orders options that stand alike: first where something is met already, then where the fewest facts are missing. */
function nearness(option: TreatmentOption): number {
  const [card] = option.cards;
  const met = option.cards.some(
    (c) => c.verdict !== "doesNotApply" && c.criteria.some((line) => line.result === "true"),
  );
  return (met ? 0 : 100) + (card?.missing.length ?? 0);
}

function optionOf(subject: string, cards: readonly Card[], yielding: ReadonlySet<string>): TreatmentOption {
  const count = (verdict: Card["verdict"]) => cards.filter((card) => card.verdict === verdict).length;
  return {
    subject,
    group: cards[0]!.group,
    standing: standingOf(cards),
    counts: {
      applies: count("applies"),
      cannotDetermine: count("cannotDetermine"),
      doesNotApply: count("doesNotApply"),
    },
    cards: ordered(cards, yielding),
  };
}

function alternativesOf(group: OptionGroup, items: readonly Indication[]): OptionColumn["alternatives"] {
  const kinds = group === "medical" ? ["medical", "observation"] : [group];
  const words = (item: Indication) =>
    item.alternatives.filter((row) => kinds.includes(row.kind)).flatMap((row) => row.names);
  return items.filter((item) => words(item).length > 0).map((item) => ({ indication: item.name, words: words(item) }));
}

function columnOf(group: OptionGroup, evaluation: Evaluation, indications: readonly Indication[]): OptionColumn {
  const yielding = new Set(
    evaluation.conflicts
      .filter((c) => c.kind === "window-edge")
      .flatMap((c) => c.ids.filter((id) => !c.first.includes(id))),
  );
  const cards = evaluation.cards.filter((card) => card.group === group);
  const options = [...new Set(cards.map((card) => card.subject))]
    .map((subject) =>
      optionOf(
        subject,
        cards.filter((card) => card.subject === subject),
        yielding,
      ),
    )
    .sort((a, b) => STANDINGS.indexOf(a.standing) - STANDINGS.indexOf(b.standing) || nearness(a) - nearness(b));
  return { group, title: TITLES[group], options, alternatives: alternativesOf(group, indications) };
}

/** The packs that speak about a kind of case; all of them for a kind that none names. */
export function packsFor(packs: readonly Pack[], caseKind: string): readonly Pack[] {
  const found = packs.filter((pack) => pack.caseKinds.includes(caseKind));
  return found.length > 0 ? found : packs;
}

/** Parts packs into those that are or may be about this patient and those that are not. None is left: all stay. */
function aboutPatient(
  packs: readonly Pack[],
  facts: Facts,
  doubts: Doubts,
): readonly [readonly Pack[], readonly Pack[]] {
  const aside = packs.filter((pack) => pack.about && decideIn(pack.about, facts, doubts) === "false");
  return aside.length === packs.length ? [packs, []] : [packs.filter((pack) => !aside.includes(pack)), aside];
}

/**
 * The options of a case side by side: what intervention, surgery, drugs, imaging and care the packs of this kind of case
 * speak about, each with its cards and the result of every criterion; conflicts; what to ask next; and how the patient
 * compares to each trial's entry box (inside first, then undetermined, then outside). `facts` are checked facts, `now` a
 * UTC ISO time, `doubts` what stands beside the facts (see `factsAt`). Recommends nothing by itself: it lays out what bodies say and what is not known.
 */
export function optionsFor(
  packs: readonly Pack[],
  caseKind: string,
  facts: Facts,
  now: string,
  doubts: Doubts = NO_DOUBTS,
): CaseOptions {
  const [chosen, aside] = aboutPatient(packsFor(packs, caseKind), facts, doubts);
  const evaluation = evaluate(chosen, facts, now, { doubts });
  const inForce = chosen.filter((_, i) => evaluation.packs[i]!.state === "in force");
  const indications = inForce.flatMap((pack) => pack.indications);
  const places = ["inside", "cannot determine", "outside"];
  const trials = new Map(inForce.flatMap((pack) => pack.trials).map((item) => [item.id, item] as const));
  return {
    caseKind,
    now,
    facts,
    ...(doubts === NO_DOUBTS ? {} : { doubts }),
    columns: OPTION_GROUPS.map((group) => columnOf(group, evaluation, indications)),
    conflicts: evaluation.conflicts,
    unansweredEvidence: inForce.flatMap((pack) => pack.newerEvidence.filter((item) => item.current.length === 0)),
    questions: whatToAsk(evaluation.cards, facts, doubts),
    trials: [...trials.values()]
      .map((item) => compareTrial(item, facts, doubts))
      .sort((a, b) => places.indexOf(a.result) - places.indexOf(b.result) || b.year - a.year),
    packs: evaluation.packs,
    silent: evaluation.silent,
    setAside: aside.map(({ id, title, about }) => ({ id, title, why: `not the case: ${sentence(about!)}` })),
  };
}
