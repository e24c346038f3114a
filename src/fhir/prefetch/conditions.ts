import { CONDITIONS, type ConditionCode } from "./codes.ts";
import { codesUnder, fitOf, isAbout, type Json, nameOf, objectOf, type Subject, timeOf } from "./resources.ts";
import type { NotRead, ReadFact } from "./shape.ts";

const CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical";
const VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status";
const DAY = 86_400_000;
/** Days for which an acute illness of the problem list is taken for the one of today. */
const ACUTE_DAYS = 14;

/** What the problem list says. */
export interface ReadConditions {
  readonly facts: readonly ReadFact[];
  readonly notRead: readonly NotRead[];
  /** Kinds of case whose guidance is called up. */
  readonly caseKinds: readonly string[];
}

/** The diagnosis that fits a Condition best; the longest ICD-10 code wins. */
function known(condition: Json): ConditionCode | undefined {
  const fits = CONDITIONS.map((one) => ({ one, fit: fitOf(condition.code, one.codes) })).filter(({ fit }) => fit > 0);
  return fits.sort((a, b) => b.fit - a.fit)[0]?.one;
}

function whyNot(condition: Json, one: ConditionCode, subject: Subject, now: number): string | null {
  if (!isAbout(condition, subject)) return "it does not name this patient as its subject";
  const clinical = codesUnder(condition.clinicalStatus, CLINICAL);
  if (!clinical.some((code) => ["active", "recurrence", "relapse"].includes(code)))
    return clinical.length > 0 ? "it is not active" : "it does not say that it is active";
  const [verified = "confirmed"] = codesUnder(condition.verificationStatus, VERIFICATION);
  if (verified !== "confirmed" && !one.suspicion) return "it is not confirmed";
  if (!one.acute) return null;
  const at = timeOf(condition.onsetDateTime ?? objectOf(condition.onsetPeriod).start ?? condition.recordedDate);
  if (at === null) return "it does not say on which day it began or was written down";
  if (at > now + DAY) return "it begins in the future";
  if (at < now - ACUTE_DAYS * DAY)
    return `it began, or was written down, on ${new Date(at).toISOString().slice(0, 10)}: more than ${ACUTE_DAYS} days ago`;
  return null;
}

/**
 * Facts of Conditions at `now` (ms). Only what is active, confirmed (a suspicion is enough for "suspected stroke") and, for an
 * acute illness, of the last two weeks. A diagnosis that is not there says nothing: no fact is ever false for want of one.
 * An unruptured aneurysm is not taken beside any haemorrhage: which of them bled is not known from codes.
 */
export function conditionFacts(resources: readonly Json[], subject: Subject, now: number): ReadConditions {
  const notRead: NotRead[] = [];
  const taken: { one: ConditionCode; from: string }[] = [];
  const bled = new Set<string>();
  for (const condition of resources) {
    const one = condition.resourceType === "Condition" ? known(condition) : undefined;
    const [verified] = codesUnder(condition.verificationStatus, VERIFICATION);
    if (!one || verified === "entered-in-error" || verified === "refuted") continue;
    if (one.facts.sah === true) bled.add(one.name);
    const why = whyNot(condition, one, subject, now);
    if (why) notRead.push({ field: one.name, from: nameOf(condition), why });
    else if (!taken.some((before) => before.one === one)) taken.push({ one, from: nameOf(condition) });
  }
  const stand = taken.filter(({ one, from }) => {
    const doubtful = one.facts.aneurysm_status === "unruptured" && bled.size > 0;
    if (doubtful) notRead.push({ field: one.name, from, why: "a subarachnoid haemorrhage is on the list as well" });
    return !doubtful;
  });
  const facts = stand.flatMap(({ one, from }) =>
    Object.entries(one.facts).map(([field, value]) => ({ field, value, from, at: null })),
  );
  const caseKinds = [...new Set(stand.flatMap(({ one }) => (one.caseKind ? [one.caseKind] : [])))];
  return { facts, notRead, caseKinds };
}
