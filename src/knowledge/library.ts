import { type AlternativeTable, alternativesFor } from "./alternatives.ts";
import { type CriterionChange, diffRecommendation } from "./diff.ts";
import type { Indication } from "./indication.ts";
import { asUsed } from "./local-layer.ts";
import {
  type Correction,
  type NewerEvidence,
  type Pack,
  type PackReference,
  referenceOf,
  stillHolds,
  type VersionChange,
} from "./pack.ts";
import type { Recommendation } from "./recommendation.ts";
import { sentence } from "./sentence.ts";
import type { Trial } from "./trial.ts";

/** An item by name, to link to. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

/** An older or newer wording of a recommendation, and how they differ. */
export interface Wording {
  readonly id: string;
  readonly subject: string;
  readonly action: string;
  readonly source: string;
  readonly strength: string;
  readonly certainty: string;
  readonly gradeSystem: string;
  readonly criteria: readonly CriterionChange[];
  readonly words: readonly { readonly of: string; readonly before: string; readonly after: string }[];
  readonly regrouped: boolean;
}

/** A trial beside a recommendation, and why it stands there. */
export interface BearingTrial {
  readonly trial: Trial;
  /** "newer": published after the guideline closed. "driver": the pack names it as a reason of the change. "indication": of the same indication. */
  readonly why: "newer" | "driver" | "indication";
}

/** A line about another recommendation. */
export interface RecommendationLine extends Named {
  readonly action: string;
  /** For whom, as a sentence. */
  readonly when: string;
  readonly body: string;
  readonly year: number;
  readonly gradeSystem: string;
  readonly strength: string;
  readonly certainty: string;
  readonly direction: Recommendation["direction"];
  /** Why it drives nothing, or null. */
  readonly readOnly: "superseded" | "expired" | null;
}

/** Everything around one recommendation. */
export interface RecommendationPage {
  readonly item: Recommendation;
  readonly pack: PackReference;
  readonly corrections: readonly Correction[];
  readonly readOnly: "superseded" | "expired" | null;
  readonly indications: readonly Named[];
  readonly earlier: readonly Wording[];
  readonly later: readonly Wording[];
  readonly changes: readonly VersionChange[];
  readonly newer: readonly NewerEvidence[];
  readonly trials: readonly BearingTrial[];
  /** What other recommendations say about the same subject. */
  readonly others: readonly RecommendationLine[];
}

function readOnlyOf(item: Recommendation, pack: Pack, now: string): "superseded" | "expired" | null {
  if (item.status === "superseded" || pack.supersededBy !== null) return "superseded";
  return stillHolds(item.expires, now) && stillHolds(pack.expires, now) ? null : "expired";
}

function lineOf(item: Recommendation, pack: Pack, now: string): RecommendationLine {
  const { id, subject, action, body, year, gradeSystem, strength, certainty, direction } = item;
  return {
    id,
    name: subject,
    action,
    when: sentence(item.criteria),
    body,
    year,
    gradeSystem,
    strength,
    certainty,
    direction,
    readOnly: readOnlyOf(item, pack, now),
  };
}

/** The wording `other` as seen from `item`; the changes always run from the older to the newer one. */
function wordingOf(other: Recommendation, older: Recommendation, newer: Recommendation): Wording {
  const change = diffRecommendation(older, newer);
  return {
    id: other.id,
    subject: other.subject,
    action: other.action,
    source: `${other.guideline} (${other.year})`,
    strength: other.strength,
    certainty: other.certainty,
    gradeSystem: other.gradeSystem,
    criteria: change?.criteria ?? [],
    words: change?.words.filter(({ of }) => of !== "status" && of !== "expires") ?? [],
    regrouped: change?.regrouped ?? false,
  };
}

/** The first of an id in packs that are not superseded, else the first at all; null when none has it. */
function find<T extends { readonly id: string }>(
  packs: readonly Pack[],
  list: (pack: Pack) => readonly T[],
  id: string,
): { readonly item: T; readonly pack: Pack } | null {
  const all = packs.flatMap((pack) => {
    const item = list(pack).find((each) => each.id === id);
    return item ? [{ item, pack }] : [];
  });
  return all.find(({ pack }) => pack.supersededBy === null) ?? all[0] ?? null;
}

/** Whether a text names a trial as a word: "DAWN, DEFUSE 3" names DAWN and not "DA". */
function names(text: string, acronym: string): boolean {
  const escaped = acronym.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?:^|[^\\p{L}\\p{N}-])${escaped}(?:$|[^\\p{L}\\p{N}-])`, "u").test(text);
}

/** What was put right in an item, from whichever pack says so. */
export function correctionsOf(packs: readonly Pack[], id: string): readonly Correction[] {
  return packs.flatMap((pack) => pack.corrections).filter((each) => each.item === id);
}

/** All trials of the packs, each id once. */
export function trialsOf(packs: readonly Pack[]): readonly Trial[] {
  return [...new Map(packs.flatMap((pack) => pack.trials).map((trial) => [trial.id, trial] as const)).values()];
}

/** All indications of the packs, each id once. */
export function indicationsOf(packs: readonly Pack[]): readonly Indication[] {
  return [...new Map(packs.flatMap((pack) => pack.indications).map((item) => [item.id, item] as const)).values()];
}

/** One recommendation with its history and what stands around it at `now` (UTC ISO time); null when no pack has it. */
export function aboutRecommendation(packs: readonly Pack[], id: string, now: string): RecommendationPage | null {
  const found = find(packs, (pack) => pack.recommendations, id);
  if (!found) return null;
  const { item, pack } = found;
  const all = packs.flatMap((each) => each.recommendations.map((one) => ({ one, of: each })));
  const changes = packs.flatMap((each) => each.changes);
  const mine = changes.filter((change) => change.to.includes(id) || change.from.includes(id));
  const before = new Set([...item.supersedes, ...mine.filter((c) => c.to.includes(id)).flatMap((c) => c.from)]);
  const after = new Set([
    ...mine.filter((c) => c.from.includes(id)).flatMap((c) => c.to),
    ...all.filter(({ one }) => one.supersedes.includes(id)).map(({ one }) => one.id),
  ]);
  const newer = packs.flatMap((each) => each.newerEvidence).filter((each) => each.current.includes(id));
  const trials: BearingTrial[] = [];
  const indications = indicationsOf(packs).filter((each) => item.indications.includes(each.id));
  const newerIds = new Set(newer.flatMap((each) => each.newerEvidence));
  const sameIndication = new Set(indications.flatMap((each) => each.trialIds));
  for (const trial of trialsOf(packs)) {
    if (newerIds.has(trial.id)) trials.push({ trial, why: "newer" });
    else if (mine.some((change) => names(change.drivers, trial.acronym))) trials.push({ trial, why: "driver" });
    else if (sameIndication.has(trial.id)) trials.push({ trial, why: "indication" });
  }
  const other = (key: string) => all.find(({ one }) => one.id === key)?.one;
  const wordings = (ids: ReadonlySet<string>, older: boolean) =>
    [...ids].flatMap((key) => {
      const one = other(key);
      return one ? [older ? wordingOf(one, one, item) : wordingOf(one, item, one)] : [];
    });
  return {
    item: asUsed(item, now),
    pack: referenceOf(pack, now),
    corrections: correctionsOf(packs, id),
    readOnly: readOnlyOf(item, pack, now),
    indications: indications.map(({ id: key, name }) => ({ id: key, name })),
    earlier: wordings(before, true),
    later: wordings(after, false),
    changes: mine,
    newer,
    trials,
    others: all
      .filter(({ one }) => one.subject === item.subject && one.id !== id && !before.has(one.id) && !after.has(one.id))
      .map(({ one, of }) => lineOf(one, of, now)),
  };
}

/** Everything around one trial. */
export interface TrialPage {
  readonly item: Trial;
  readonly pack: PackReference;
  readonly corrections: readonly Correction[];
  readonly indications: readonly Named[];
  /** Recommendations older than the trial that it bears on, with the words of the pack. */
  readonly newerThan: readonly (NewerEvidence & { readonly recommendations: readonly RecommendationLine[] })[];
  /** Changes of guidance that name the trial as a reason. */
  readonly drove: readonly VersionChange[];
  /** Current recommendations of the same indications. */
  readonly recommendations: readonly RecommendationLine[];
}

function linesWhere(
  packs: readonly Pack[],
  now: string,
  test: (item: Recommendation) => boolean,
): readonly RecommendationLine[] {
  return packs.flatMap((pack) => pack.recommendations.filter(test).map((item) => lineOf(item, pack, now)));
}

/** One trial with what it changed and what it bears on; null when no pack has it. */
export function aboutTrial(packs: readonly Pack[], id: string, now: string): TrialPage | null {
  const found = find(packs, (pack) => pack.trials, id);
  if (!found) return null;
  const indications = indicationsOf(packs).filter((each) => each.trialIds.includes(id));
  const keys = new Set(indications.map((each) => each.id));
  return {
    item: found.item,
    pack: referenceOf(found.pack, now),
    corrections: correctionsOf(packs, id),
    indications: indications.map(({ id: key, name }) => ({ id: key, name })),
    newerThan: packs
      .flatMap((pack) => pack.newerEvidence)
      .filter((each) => each.newerEvidence.includes(id))
      .map((each) => ({
        ...each,
        recommendations: linesWhere(packs, now, (item) => each.current.includes(item.id)),
      })),
    drove: packs.flatMap((pack) => pack.changes).filter((change) => names(change.drivers, found.item.acronym)),
    recommendations: linesWhere(
      packs,
      now,
      (item) => item.status === "current" && item.indications.some((key) => keys.has(key)),
    ),
  };
}

/** Everything around one indication. */
export interface IndicationPage {
  readonly item: Indication;
  readonly pack: PackReference;
  readonly corrections: readonly Correction[];
  readonly recommendations: readonly RecommendationLine[];
  readonly trials: readonly Trial[];
  readonly scales: readonly Named[];
  /** What else can be done, without a patient: every argument that could apply. */
  readonly table: AlternativeTable;
}

/** One indication with its current guidance, trials and scales; null when no pack has it. */
export function aboutIndication(packs: readonly Pack[], id: string, now: string): IndicationPage | null {
  const found = find(packs, (pack) => pack.indications, id);
  if (!found) return null;
  const { item } = found;
  const scales = new Map(packs.flatMap((pack) => pack.scales).map((scale) => [scale.id, scale.name] as const));
  return {
    item,
    pack: referenceOf(found.pack, now),
    corrections: correctionsOf(packs, id),
    table: alternativesFor(
      item,
      packs.filter((pack) => pack.supersededBy === null && stillHolds(pack.expires, now)),
      {},
    ),
    recommendations: linesWhere(
      packs,
      now,
      (one) =>
        one.status === "current" && (one.indications.includes(id) || item.recommendationTopics.includes(one.topic)),
    ),
    trials: trialsOf(packs).filter((trial) => item.trialIds.includes(trial.id)),
    scales: item.keyScales.flatMap((key) => (scales.has(key) ? [{ id: key, name: scales.get(key)! }] : [])),
  };
}
