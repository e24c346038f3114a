import { type Conflict, findConflicts } from "./conflicts.ts";
import { leavesOf, type Trace } from "./criteria.ts";
import { type LocalAdaptation, packsAsUsed } from "./local-layer.ts";
import { narrowMissing } from "./missing.ts";
import { type Pack, type PackReference, referenceOf, stillHolds } from "./pack.ts";
import {
  citationOf,
  type Direction,
  type OptionGroup,
  type Recommendation,
  verificationWords,
} from "./recommendation.ts";
import { sentence } from "./sentence.ts";
import { type Doubts, doubtWords, NO_DOUBTS } from "./standing.ts";
import type { Facts } from "./validation.ts";
import { type Verdict, verdictOf } from "./verdict.ts";
import { traceIn } from "./worlds.ts";

/** One recommendation with its result for these facts and everything a reader has to see beside it. Plain JSON. */
export interface Card {
  readonly id: string;
  readonly pack: string;
  readonly packVersion: string;
  readonly packHash: string;
  readonly body: string;
  readonly guideline: string;
  readonly year: number;
  readonly topic: string;
  readonly group: OptionGroup;
  readonly subject: string;
  /** A card that applies with "against" speaks against the subject: never show it as advice to treat. */
  readonly direction: Direction;
  readonly action: string;
  readonly gradeSystem: string;
  readonly strength: string;
  readonly certainty: string;
  readonly citation: string;
  readonly doi: string | null;
  readonly released: string;
  readonly expires: string;
  readonly disclosures: string;
  readonly status: Recommendation["status"];
  readonly verified: Recommendation["verified"];
  readonly confidence: Recommendation["confidence"];
  /** Empty, or why this item needs care: "written from memory, not yet checked against the source; low confidence". */
  readonly verification: string;
  readonly note: string | null;
  /** How it is adapted here: reason, owner, until when, and what the body itself says; null where it is not. */
  readonly local: {
    readonly reason: string;
    readonly owner: string;
    readonly sunset: string;
    readonly says: string;
  } | null;
  /** Said when the guideline is more than five years old at `now`; null otherwise. */
  readonly age: string | null;
  readonly verdict: Verdict;
  /** Facts that decided, and facts that could still change the result. */
  readonly deciding: readonly string[];
  readonly missing: readonly string[];
  /** Fields of its criterion that are in doubt, each with the reason in a sentence; only where there are any. */
  readonly doubts?: readonly { readonly field: string; readonly why: string }[];
  /** One line per criterion: met ("true"), not met ("false"), cannot determine ("unknown"). */
  readonly criteria: readonly Trace[];
  readonly trace: Trace;
}

/** A recommendation that was read but drives nothing, with the reason. */
export interface SilentItem {
  readonly id: string;
  readonly pack: string;
  readonly why: "pack expired" | "pack superseded" | "item expired" | "item superseded" | "not used here";
  /** Only for what is not used here: what it is about and says, why it is not used, who answers for it, until when. */
  readonly local?: {
    readonly subject: string;
    readonly body: string;
    readonly action: string;
    readonly reason: string;
    readonly owner: string;
    readonly sunset: string;
  };
}

/** The whole evaluation. Plain JSON; stored with a decision it can be read again exactly. */
export interface Evaluation {
  readonly now: string;
  readonly facts: Facts;
  /** What was given and does not count as a fact: contested, too old. Only where there is any. */
  readonly doubts?: Doubts;
  readonly packs: readonly PackReference[];
  /** Cards in the order of the packs. */
  readonly cards: readonly Card[];
  readonly conflicts: readonly Conflict[];
  /** Expired and superseded content: listed, driving nothing. */
  readonly silent: readonly SilentItem[];
}

function ageOf(item: Recommendation, now: string): string | null {
  const years = Number(now.slice(0, 4)) - item.year;
  return years > 5 ? `published ${item.year}, more than five years ago` : null;
}

function doubtsIn(item: Recommendation, doubts: Doubts): NonNullable<Card["doubts"]> {
  return [...new Set(leavesOf(item.criteria).map(({ field }) => field))].flatMap((field) => {
    const why = doubtWords(field, doubts);
    return why === null ? [] : [{ field, why }];
  });
}

/** Evaluates one recommendation of a pack. See `evaluate` for the rules. */
export function cardOf(pack: Pack, item: Recommendation, facts: Facts, now: string, doubts: Doubts = NO_DOUBTS): Card {
  const whole = traceIn(item.criteria, facts, doubts);
  const doubtful = doubts === NO_DOUBTS ? [] : doubtsIn(item, doubts);
  return {
    id: item.id,
    pack: pack.id,
    packVersion: pack.version,
    packHash: pack.hash,
    body: item.body,
    guideline: item.guideline,
    year: item.year,
    topic: item.topic,
    group: item.group,
    subject: item.subject,
    direction: item.direction,
    action: item.action,
    gradeSystem: item.gradeSystem,
    strength: item.strength,
    certainty: item.certainty,
    citation: citationOf(item),
    doi: item.doi,
    released: String(item.year),
    expires: item.expires,
    disclosures: pack.disclosures,
    status: item.status,
    verified: item.verified,
    confidence: item.confidence,
    verification: verificationWords(item),
    note: item.note,
    local: item.local
      ? {
          reason: item.local.reason,
          owner: item.local.owner,
          sunset: item.local.sunset,
          says: originalWords(item.local),
        }
      : null,
    age: ageOf(item, now),
    verdict: verdictOf(whole.result),
    deciding: whole.deciding,
    missing: narrowMissing(item.criteria, facts, whole.missing),
    ...(doubtful.length > 0 ? { doubts: doubtful } : {}),
    criteria: whole.kind === "all" ? whole.children : [whole],
    trace: whole,
  };
}

/** What the body says where it is adapted here, as one sentence. */
function originalWords({ original }: LocalAdaptation): string {
  return `${original.action} When: ${sentence(original.criteria)}`;
}

function silence(
  state: PackReference["state"],
  item: Recommendation,
  now: string,
  all: boolean,
): SilentItem["why"] | null {
  if (state === "expired") return "pack expired";
  if (state === "superseded" && !all) return "pack superseded";
  if (!stillHolds(item.expires, now)) return "item expired";
  if (item.status === "superseded" && !all) return "item superseded";
  return item.local?.notUsed && stillHolds(item.local.sunset, now) ? "not used here" : null;
}

function notUsedHere({ subject, body, action, local }: Recommendation): Pick<SilentItem, "local"> {
  if (!local) return {};
  const { reason, owner, sunset } = local;
  return { local: { subject, body, action, reason, owner, sunset } };
}

/** Whether a recommendation drives anything at `now`: its pack is in force, it has not expired and is not superseded. */
export function drives(pack: Pack, item: Recommendation, now: string): boolean {
  return silence(referenceOf(pack, now).state, item, now, false) === null;
}

/**
 * Evaluates every recommendation of the packs against checked facts (see `parseFacts`) at `now` (UTC ISO time). Kleene's
 * three values: what is not known never becomes "does not apply". Expired or superseded packs and items are listed in
 * `silent` and drive nothing; `superseded: true` evaluates superseded items as well, to explain a change. Conflicts are
 * found between the cards that apply. Facts in doubt (`doubts`, see `factsAt`) are judged with each contested value. Same
 * facts, packs and time give the same result.
 */
export function evaluate(
  installed: readonly Pack[],
  facts: Facts,
  now: string,
  given: { superseded?: boolean; doubts?: Doubts } = {},
): Evaluation {
  const packs = packsAsUsed(installed, now);
  const { doubts = NO_DOUBTS } = given;
  const references = packs.map((pack) => referenceOf(pack, now));
  const cards: Card[] = [];
  const silent: SilentItem[] = [];
  packs.forEach((pack, i) => {
    for (const item of pack.recommendations) {
      const why = silence(references[i]!.state, item, now, given.superseded ?? false);
      if (why) silent.push({ id: item.id, pack: pack.id, why, ...(why === "not used here" ? notUsedHere(item) : {}) });
      else cards.push(cardOf(pack, item, facts, now, doubts));
    }
  });
  const inForce = packs.filter((_, i) => references[i]!.state === "in force");
  return {
    ...{ now, facts, ...(doubts === NO_DOUBTS ? {} : { doubts }), packs: references, cards },
    ...{ conflicts: findConflicts(inForce, cards, facts), silent },
  };
}
