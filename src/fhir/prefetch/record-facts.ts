import type { FactValue } from "../../core/index.ts";
import { fieldOf } from "../../knowledge/dictionary.ts";
import { type Facts, wrongValue } from "../../knowledge/validation.ts";
import { conditionFacts } from "./conditions.ts";
import { draftOrders, drugFacts, type ReadOrder } from "./drugs.ts";
import { observedFacts } from "./observations.ts";
import { type Json, objectOf, sentOf, textOf } from "./resources.ts";
import type { NotRead, ReadFact } from "./shape.ts";

/** What a record says about a patient, read at one moment. Plain JSON. */
export interface RecordFacts {
  readonly facts: Facts;
  readonly read: readonly ReadFact[];
  readonly notRead: readonly NotRead[];
  /** Parts of the record that did not come, or not whole, as a sentence each. */
  readonly gaps: readonly string[];
  readonly caseKinds: readonly string[];
  readonly orders: readonly ReadOrder[];
  readonly deceased: boolean;
}

/** Keys of the prefetch with the words for them. */
const PARTS = {
  conditions: "the problem list",
  observations: "the list of observations",
  medicationRequests: "the list of prescribed drugs",
  medicationStatements: "the list of stated drugs",
} as const;

const GAPS = {
  "not sent": "was not sent",
  failed: "could not be read by the sender",
  incomplete: "is not whole: only its first page came",
} as const;

/**
 * The age in whole years at `now`; a birth date without day or month gives one only where both ends agree. Null otherwise.
 */
export function ageAt(birthDate: string, now: Date): number | null {
  if (!/^\d{4}(-\d{2}(-\d{2})?)?$/.test(birthDate)) return null;
  const [year, month, day] = birthDate.split("-").map(Number);
  const on = (m: number, d: number) => {
    const before = now.getUTCMonth() + 1 < m || (now.getUTCMonth() + 1 === m && now.getUTCDate() < d);
    return now.getUTCFullYear() - year! - (before ? 1 : 0);
  };
  const [eldest, youngest] = [on(month ?? 1, day ?? 1), on(month ?? 12, day ?? 31)];
  return eldest === youngest && eldest >= 0 && wrongValue("age_years", eldest) === null ? eldest : null;
}

function patientFacts(patient: Json, now: Date): { facts: readonly ReadFact[]; notRead: readonly NotRead[] } {
  const from = `Patient/${textOf(patient.id).slice(0, 64)}`;
  const age = ageAt(textOf(patient.birthDate), now);
  if (age === null)
    return { facts: [], notRead: [{ field: "age_years", from, why: "its birth date is missing or not whole" }] };
  return { facts: [{ field: "age_years", value: age, from, at: null }], notRead: [] };
}

/**
 * Facts of the dictionary out of a prefetch of FHIR R4 (`patient`, `conditions`, `observations`, `medicationRequests`,
 * `medicationStatements`) and the drafts of an order hook. Only codes that are certain are read (see `codes.ts`); what bears
 * on a fact and is not taken is in `notRead`, parts that did not come are in `gaps`. Two sources that contradict each other
 * give no fact. `server` is the base address of the sender's FHIR server, for references that are whole addresses. Null when
 * the Patient is missing or is another one.
 */
export function recordFacts(
  prefetch: Json,
  patientId: string,
  drafts: unknown,
  now: Date,
  server = "",
): RecordFacts | null {
  const given = objectOf(prefetch);
  const patient = sentOf(given.patient).resources.find((one) => one.resourceType === "Patient");
  if (!patient || patient.id !== patientId) return null;
  const subject = { id: patientId, server };
  const parts = Object.keys(PARTS) as (keyof typeof PARTS)[];
  const sent = Object.fromEntries(parts.map((key) => [key, sentOf(given[key])])) as Record<
    keyof typeof PARTS,
    ReturnType<typeof sentOf>
  >;
  const gaps = parts.flatMap((key) => {
    const { state } = sent[key];
    return state === "sent" ? [] : [`${PARTS[key]} ${GAPS[state]}`];
  });
  const orders = draftOrders(sentOf(drafts).resources, subject);
  const conditions = conditionFacts(sent.conditions.resources, subject, now.getTime());
  const sources = [
    patientFacts(patient, now),
    conditions,
    observedFacts(sent.observations.resources, subject, now.getTime()),
    drugFacts([...sent.medicationRequests.resources, ...sent.medicationStatements.resources], subject),
    {
      facts: orders.flatMap(({ order, from }) =>
        Object.entries(order.facts).map(([field, value]) => ({ field, value, from, at: null })),
      ),
      notRead: [],
    },
  ];
  const { facts, read, notRead } = joined(sources.flatMap((one) => one.facts));
  return {
    facts,
    read,
    notRead: [...sources.flatMap((one) => one.notRead), ...notRead],
    gaps,
    caseKinds: conditions.caseKinds,
    orders,
    deceased: patient.deceasedBoolean === true || typeof patient.deceasedDateTime === "string",
  };
}

/** Facts by field. Where sources differ there is none: neither is believed. */
function joined(all: readonly ReadFact[]): { facts: Facts; read: readonly ReadFact[]; notRead: readonly NotRead[] } {
  const facts: Record<string, FactValue> = {};
  const read: ReadFact[] = [];
  const notRead: NotRead[] = [];
  for (const field of new Set(all.map((one) => one.field))) {
    const values = all.filter((one) => one.field === field);
    const [first, ...others] = values;
    const other = others.find((one) => one.value !== first!.value);
    if (other) {
      const why = `${first!.from} says ${first!.value}, ${other.from} says ${other.value}`;
      notRead.push({ field: fieldOf(field)?.name ?? field, from: other.from, why });
    } else {
      facts[field] = first!.value;
      read.push(first!);
    }
  }
  return { facts, read, notRead };
}
