import type { PackVersion } from "./changes.ts";
import { fieldOf } from "./dictionary.ts";
import { type CriterionChange, diffRecommendation, type RecommendationChange } from "./diff.ts";
import { indicationsOf, trialsOf } from "./library.ts";
import type { Pack } from "./pack.ts";
import type { Recommendation } from "./recommendation.ts";

/** What a reader of a card should see beside it though it is not part of its result. Plain JSON. */
export interface CardMarks {
  /** What is other than in the version before it: of another edition of the body, or of the same pack. */
  readonly changed: {
    /** What came before, e.g. "AHA/ASA 2019" or "version 1.0.0". */
    readonly since: string;
    /** One sentence a change: "NIHSS ≥ 10 became NIHSS ≥ 6". */
    readonly sentences: readonly string[];
  } | null;
  /** Trials that were published after the recommendation and bear on it, as its pack says. */
  readonly newer: readonly NewerTrial[];
  /** Trials of the same indications, by id: the ones to hold the patient against first. */
  readonly trials: readonly string[];
}

/** A trial that is newer than a recommendation. */
export interface NewerTrial {
  readonly id: string;
  readonly acronym: string;
  readonly year: number;
  /** What it speaks for, in the words of the pack; null when only the indication is the same. */
  readonly says: string | null;
}

function criterionSentence({ kind, field, before, after }: CriterionChange): string {
  if (kind === "added") return `now also asks: ${after}`;
  if (kind === "removed") return `no longer asks: ${before}`;
  return `${before} became ${unlabelled(after!, before!, field)}`;
}

/** "NIHSS ≥ 6" after "NIHSS ≥ 10" is "≥ 6": the label need not be said twice. */
function unlabelled(after: string, before: string, field: string): string {
  const label = `${fieldOf(field)?.label ?? field} `;
  if (!after.startsWith(label) || !before.startsWith(label)) return after;
  return after.slice(label.length).replace(/^is (?!not )/, "");
}

/** Roman and arabic grades of one system are one grade: "IIb" is "2b". */
function grade(words: string): string {
  return words
    .replace(/^III(?=$|[: ])/, "3")
    .replace(/^II(?=$|[ab: ])/, "2")
    .replace(/^I(?=$|[: ])/, "1");
}

function wordSentences({ words }: RecommendationChange, of: string, name: string): readonly string[] {
  return words
    .filter((word) => word.of === of && grade(word.before) !== grade(word.after))
    .map(({ before, after }) => `${name} ${before} became ${after}`);
}

/**
 * A change in sentences, what turns it round first: the direction, thresholds, the strength, then conditions that came or
 * went. Words that only say the advice otherwise are named, not quoted; how a grade is written (IIb, 2b) is no change.
 */
export function changeSentences(change: RecommendationChange): readonly string[] {
  const criteria = (kind: CriterionChange["kind"]) =>
    change.criteria.filter((one) => one.kind === kind).map(criterionSentence);
  const direction = change.words.filter(({ of }) => of === "direction");
  return [
    ...direction.map(({ before, after }) => `was ${spoken(before)}, is now ${spoken(after)}`),
    ...criteria("threshold changed"),
    ...wordSentences(change, "strength", "strength"),
    ...criteria("added"),
    ...criteria("removed"),
    ...wordSentences(change, "certainty", "certainty"),
    ...(change.regrouped ? ["the same conditions are joined differently"] : []),
    ...(change.words.some(({ of }) => of === "action") ? ["the advice is worded anew"] : []),
  ];
}

function spoken(direction: string): string {
  return direction === "either" ? "left open" : `advice ${direction} it`;
}

/** The predecessor that is most alike: the one with the fewest changed conditions; one that changed nothing does not count. */
function nearest(item: Recommendation, before: readonly Recommendation[]) {
  const changes = before.flatMap((older) => {
    const change = diffRecommendation(older, item);
    return change ? [{ older, sentences: changeSentences(change), size: change.criteria.length }] : [];
  });
  return changes.filter((each) => each.sentences.length > 0).sort((a, b) => a.size - b.size)[0];
}

function sinceBody(item: Recommendation, all: ReadonlyMap<string, Recommendation>, packs: readonly Pack[]) {
  const ids = new Set([
    ...item.supersedes,
    ...packs.flatMap((pack) => pack.changes.filter((one) => one.to.includes(item.id)).flatMap((one) => one.from)),
  ]);
  const found = nearest(
    item,
    [...ids].flatMap((id) => all.get(id) ?? []),
  );
  return found ? { since: `${found.older.body} ${found.older.year}`, sentences: found.sentences } : null;
}

/** The last version before this one of the same pack, by number. */
function versionBefore(pack: Pack, versions: readonly PackVersion[]): Pack | undefined {
  const order = (a: Pack, b: Pack) => a.version.localeCompare(b.version, "en", { numeric: true });
  return versions
    .map((version) => version.pack)
    .filter((other) => other.id === pack.id && other.hash !== pack.hash && order(other, pack) < 0)
    .sort(order)
    .at(-1);
}

function sinceVersion(item: Recommendation, older: Pack | undefined) {
  const before = older?.recommendations.find((one) => one.id === item.id);
  const found = before ? nearest(item, [before]) : undefined;
  return found ? { since: `version ${older!.version}`, sentences: found.sentences } : null;
}

/**
 * The marks of every recommendation of the packs, by its id: what changed since the version before (an earlier version of
 * the same pack in `versions` first, else what the item supersedes), which trials are newer, which share its indications.
 * Depends on the packs alone, never on a patient: work it out once for a set of packs.
 */
export function cardMarks(
  packs: readonly Pack[],
  versions: readonly PackVersion[] = [],
): ReadonlyMap<string, CardMarks> {
  const all = new Map(packs.flatMap((pack) => pack.recommendations).map((item) => [item.id, item] as const));
  const trials = new Map(trialsOf(packs).map((trial) => [trial.id, trial] as const));
  const indications = new Map(indicationsOf(packs).map((item) => [item.id, item.trialIds] as const));
  const evidence = packs.flatMap((pack) => pack.newerEvidence);
  const marks = new Map<string, CardMarks>();
  for (const pack of packs) {
    const older = versionBefore(pack, versions);
    for (const item of pack.recommendations) {
      const same = [...new Set(item.indications.flatMap((id) => indications.get(id) ?? []))].filter((id) =>
        trials.has(id),
      );
      const said = new Map(
        evidence
          .filter((each) => each.current.includes(item.id))
          .flatMap((each) => each.newerEvidence.map((id) => [id, each.direction] as const)),
      );
      const newer = [...new Set([...said.keys(), ...same.filter((id) => trials.get(id)!.year > item.year)])]
        .flatMap((id) => trials.get(id) ?? [])
        .map(({ id, acronym, year }): NewerTrial => ({ id, acronym, year, says: said.get(id) ?? null }));
      marks.set(item.id, {
        changed: sinceVersion(item, older) ?? sinceBody(item, all, packs),
        newer: newer.sort((a, b) => Number(b.says !== null) - Number(a.says !== null) || b.year - a.year),
        trials: [...new Set([...said.keys(), ...same])],
      });
    }
  }
  return marks;
}
