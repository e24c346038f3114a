import type { Fact } from "../core/index.ts";
import { impliedFacts, type Trial } from "../knowledge/index.ts";
import { ageAt, deriveFacts } from "./derive.ts";
import { factsOf, groupFacts, standingAt } from "./facts.ts";
import { headlineOf } from "./headline.ts";
import { nextOf } from "./next.ts";
import type { CaseSummary, FactGroup, ImagesView, OrganisationView, PatientView } from "./views.ts";

/** A case as it is kept: all that a summary needs, nothing that follows from it. */
export interface CaseRecord {
  readonly id: string;
  readonly kind: CaseSummary["kind"];
  readonly urgency: CaseSummary["urgency"];
  readonly status: CaseSummary["status"];
  readonly question: string;
  readonly patient: Omit<PatientView, "age">;
  readonly from: OrganisationView;
  readonly to: OrganisationView;
  readonly lastKnownWell: { readonly at: string; readonly by: string } | null;
  readonly createdAt: string;
  readonly referredAt: string | null;
  readonly answerDueAt: string | null;
  readonly answeredAt: string | null;
  readonly updatedAt: string;
  readonly images: ImagesView;
  readonly facts: readonly Fact[];
  /** Of the last decision. */
  readonly option: string;
  readonly need: readonly string[];
  readonly revision: number;
}

/**
 * Facts of a case with those that follow from them at `now`, grouped by name. With the trials of the loaded packs, also
 * what follows from their entry criteria.
 */
export function factGroups(record: CaseRecord, now: string, trials: readonly Trial[] = []): FactGroup[] {
  const ground = { kind: record.kind, lastKnownWell: record.lastKnownWell, birthDate: record.patient.birthDate };
  const facts = [...record.facts, ...deriveFacts(ground, record.facts, now)];
  const known = factsOf(groupFacts(facts), now);
  const implied = impliedFacts(known.facts, trials, known.doubts).map(({ name, value, rule, from }): Fact => {
    const source = { kind: "derived" as const, rule, from };
    return { id: `derived:${name}`, name, value, unit: "", source, observedAt: now, recordedAt: now };
  });
  return standingAt(groupFacts([...facts, ...implied]), now);
}

/** What a list shows of a case at `now`: header numbers, age and the next step follow from the record here. */
export function summaryOf(
  record: CaseRecord,
  now: string,
  groups: readonly FactGroup[] = factGroups(record, now),
): CaseSummary {
  const { id, kind, urgency, status, question, from, to, lastKnownWell, images } = record;
  const { referredAt, answerDueAt, answeredAt, updatedAt, option, need } = record;
  return {
    id,
    kind,
    urgency,
    status,
    question,
    patient: { ...record.patient, age: ageAt(record.patient.birthDate, now) },
    from,
    to,
    lastKnownWell,
    referredAt,
    answerDueAt,
    answeredAt,
    updatedAt,
    headline: headlineOf(kind, groups),
    images,
    next: nextOf({ status, from: from.name, to: to.name, answerDueAt, images, option, need }, now),
  };
}

const URGENCY = ["critical", "urgent", "elective"];

/** Order of the work list: the most urgent first, and among them the one that waits longest. */
export function byUrgency(a: CaseSummary, b: CaseSummary): number {
  const since = (c: CaseSummary) => Date.parse(c.referredAt ?? c.updatedAt);
  return URGENCY.indexOf(a.urgency) - URGENCY.indexOf(b.urgency) || since(a) - since(b);
}
