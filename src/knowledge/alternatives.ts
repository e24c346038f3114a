import {
  ALTERNATIVE_KINDS,
  type Alternative,
  type AlternativeKind,
  type Argument,
  type Indication,
} from "./indication.ts";
import { missingFacts } from "./missing.ts";
import type { Pack } from "./pack.ts";
import { citationOf, verificationWords } from "./recommendation.ts";
import { type Doubts, NO_DOUBTS } from "./standing.ts";
import { compareTrial, trialCitation } from "./trial.ts";
import { effectOf, type RateEffect } from "./trial-effect.ts";
import type { Facts } from "./validation.ts";
import { decideIn } from "./worlds.ts";

/** A share as people count: so many of so many. */
export interface NaturalFrequency {
  readonly from: number;
  /** Equal to `from` unless the source gives a range. */
  readonly to: number;
  readonly of: 100 | 1000;
  /** "33 of 100", "5 to 6 of 100", "6 of 1000". */
  readonly words: string;
}

/** A benefit or risk of an alternative with its citation; never one without. */
export interface ShownRate {
  readonly outcome: string;
  readonly frequency: NaturalFrequency;
  /** Who was counted: the arm of the trial in its words, or null for a series. */
  readonly among: string | null;
  /** The other arm of the same trial. */
  readonly against: {
    readonly among: string;
    readonly frequency: NaturalFrequency;
    readonly effect: RateEffect;
  } | null;
  readonly citation: string;
  /** Id of the trial, or null. */
  readonly trial: string | null;
  readonly verification: string;
}

/** Something that speaks for or against an alternative in this patient, or would if more were known. */
export interface ShownArgument {
  readonly id: string;
  readonly kind: "recommendation" | "trial";
  readonly words: string;
  readonly citation: string;
  readonly verification: string;
  /** Facts that are missing before it can be said; empty when it is decided, or when a person has to read a condition. */
  readonly missing: readonly string[];
}

/** One row of the table for this patient. */
export interface AlternativeRow {
  readonly kind: AlternativeKind;
  readonly names: readonly string[];
  readonly none: string | null;
  readonly benefits: readonly ShownRate[];
  readonly risks: readonly ShownRate[];
  readonly speaksFor: readonly ShownArgument[];
  readonly speaksAgainst: readonly ShownArgument[];
  /** What applies and leaves both open (equipoise in a trial, "either" of a body). */
  readonly leavesOpen: readonly ShownArgument[];
  readonly undecided: readonly ShownArgument[];
  /** How many rates are known only without a citation and are therefore not shown. */
  readonly withheld: number;
}

/** The alternatives of one indication for one patient. Plain JSON. */
export interface AlternativeTable {
  readonly indication: string;
  readonly name: string;
  readonly verification: string;
  readonly rows: readonly AlternativeRow[];
}

/** A percentage or range of percentages as a natural frequency: of 100, or of 1000 when it is below 1 % and not zero. */
export function naturalFrequency(low: number, high: number = low): NaturalFrequency {
  const of = high > 0 && low < 1 && (low > 0 || high < 1) ? 1000 : 100;
  const [from, to] = [Math.round((low * of) / 100), Math.round((high * of) / 100)];
  return { from, to, of, words: `${from === to ? from : `${from} to ${to}`} of ${of}` };
}

const itemsOf = <T extends { readonly id: string }>(lists: readonly (readonly T[])[]) =>
  new Map(lists.flat().map((item) => [item.id, item] as const));

type Library = ReturnType<typeof libraryOf>;

function libraryOf(packs: readonly Pack[]) {
  return {
    recommendations: itemsOf(packs.map((pack) => pack.recommendations)),
    trials: itemsOf(packs.map((pack) => pack.trials)),
  };
}

function fromTrials(row: Alternative, library: Library): readonly (ShownRate & { favourable: boolean })[] {
  return row.rates.flatMap(({ trial: id, outcome, arm }) => {
    const trial = library.trials.get(id);
    const rate = trial?.rates.find((item) => item.outcome === outcome);
    if (!trial || !rate) return [];
    const [first, last] = rate.arms ?? [trial.arms[0]!, trial.arms.at(-1)!];
    const other = arm === "experimental" ? rate.control : rate.experimental;
    const turned = { ...rate, experimental: rate[arm], control: other };
    return [
      {
        outcome,
        favourable: rate.favourable,
        frequency: naturalFrequency(rate[arm]),
        among: arm === "experimental" ? first : last,
        against: {
          among: arm === "experimental" ? last : first,
          frequency: naturalFrequency(other),
          effect: effectOf(turned),
        },
        citation: trialCitation(trial),
        trial: id,
        verification: verificationWords(trial),
      },
    ];
  });
}

function fromSeries(indication: Indication, kind: AlternativeKind, nature: "risk" | "benefit"): readonly ShownRate[] {
  return indication.complications.flatMap((item) =>
    item.of === kind && item.nature === nature && item.citable && item.percent
      ? [
          {
            outcome: item.event,
            frequency: naturalFrequency(...item.percent),
            among: null,
            against: null,
            citation: item.source,
            trial: null,
            verification: verificationWords({ ...indication, confidence: item.confidence }),
          },
        ]
      : [],
  );
}

type Weighed = ShownArgument & { readonly side: "speaksFor" | "speaksAgainst" | "leavesOpen" | "undecided" };
const SIDES = { for: "speaksFor", against: "speaksAgainst", either: "leavesOpen", neither: "leavesOpen" } as const;

function weigh(argument: Argument, library: Library, facts: Facts, doubts: Doubts): readonly Weighed[] {
  if ("recommendation" in argument) {
    const item = library.recommendations.get(argument.recommendation);
    const truth = item ? decideIn(item.criteria, facts, doubts) : "false";
    if (!item || truth === "false") return [];
    const words = `${item.body} ${item.year}: ${item.action} (${item.gradeSystem} ${item.strength}, certainty ${item.certainty})`;
    const missing = truth === "unknown" ? missingFacts(item.criteria, facts) : [];
    const side = truth === "unknown" ? "undecided" : SIDES[item.direction];
    const shown = { citation: citationOf(item), verification: verificationWords(item) };
    return [{ id: item.id, kind: "recommendation", words, ...shown, missing, side }];
  }
  const trial = library.trials.get(argument.trial);
  const compared = trial ? compareTrial(trial, facts, doubts) : null;
  if (!trial || !compared || compared.result === "outside") return [];
  const inside = compared.result === "inside";
  return [
    {
      id: trial.id,
      kind: "trial",
      words: `${inside ? "Would have fitted" : "May have fitted"} the entry criteria of ${trial.acronym}: ${trial.conclusion}`,
      citation: compared.citation,
      verification: verificationWords(trial),
      missing: compared.missing,
      side: inside ? SIDES[argument.points] : "undecided",
    },
  ];
}

/**
 * The alternatives of an indication for one patient: intervention, open surgery, medical treatment, observation; benefits
 * and risks as natural frequencies, each with its citation, from the arms of trials and from citable series; and what
 * speaks for or against each in this patient. Arguments that the facts exclude are left out; those that lack a fact are
 * in `undecided` and name it: unknown never counts as for or against. `packs` should be those in force.
 */
export function alternativesFor(
  indication: Indication,
  packs: readonly Pack[],
  facts: Facts,
  doubts: Doubts = NO_DOUBTS,
): AlternativeTable {
  const library = libraryOf(packs);
  const rows = ALTERNATIVE_KINDS.flatMap((kind) => indication.alternatives.filter((row) => row.kind === kind)).map(
    (row): AlternativeRow => {
      const rates = fromTrials(row, library);
      const plain = (wanted: boolean) =>
        rates.filter((rate) => rate.favourable === wanted).map(({ favourable: _, ...rate }) => rate);
      const weighed = row.arguments.flatMap((argument) => weigh(argument, library, facts, doubts));
      const on = (side: Weighed["side"]) =>
        weighed.filter((item) => item.side === side).map(({ side: _, ...item }) => item);
      return {
        kind: row.kind,
        names: row.names,
        none: row.none,
        benefits: [...plain(true), ...fromSeries(indication, row.kind, "benefit")],
        risks: [...plain(false), ...fromSeries(indication, row.kind, "risk")],
        speaksFor: on("speaksFor"),
        speaksAgainst: on("speaksAgainst"),
        leavesOpen: on("leavesOpen"),
        undecided: on("undecided"),
        withheld: indication.complications.filter((item) => item.of === row.kind && !item.citable).length,
      };
    },
  );
  return { indication: indication.id, name: indication.name, verification: verificationWords(indication), rows };
}
