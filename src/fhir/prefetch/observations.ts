import type { FactValue } from "../../core/index.ts";
import { fieldOf } from "../../knowledge/dictionary.ts";
import type { FieldDefinition } from "../../knowledge/field.ts";
import { inUnitOf, ucumOf } from "../../knowledge/unit.ts";
import { wrongValue } from "../../knowledge/validation.ts";
import { FIELD_SYSTEM, LOINC, OBSERVATIONS, PRESSURE_PANEL } from "./codes.ts";
import { codesUnder, isAbout, type Json, listOf, nameOf, objectOf, type Subject, textOf, timeOf } from "./resources.ts";
import type { NotRead, ReadFact } from "./shape.ts";

const UCUM = "http://unitsofmeasure.org";
const HOUR = 3_600_000;
/** Clocks of two systems differ: this much ahead of ours is still now. */
const AHEAD = 5 * 60_000;
/** Statuses that stand; a preliminary one does not yet, a cancelled one never. */
const STANDING = ["final", "amended", "corrected"];
/** A field that counts from an event: an hour later the number is another one. */
const COUNTS_ON = /^(time_|hours_|days_since)/;
const OWN_HOURS = 24;
const COUNTED_HOURS = 1;

interface Candidate {
  readonly field: string;
  readonly hours: number;
  readonly at: number | null;
  /** The holder of the value: an Observation or one of its components. */
  readonly holder: Json;
  readonly from: string;
  /** Why it cannot be taken whatever its value, or null. A newer one that cannot still keeps an older one out. */
  readonly why: string | null;
}

/** When it was true of the patient: a time that says the minute, or the end of its period; `issued` where neither is given. */
function effectiveOf(observation: Json): number | null {
  const period = objectOf(observation.effectivePeriod);
  const given =
    observation.effectiveDateTime ?? observation.effectiveInstant ?? period.end ?? period.start ?? observation.issued;
  return textOf(given).includes("T") ? timeOf(given) : null;
}

function candidatesOf(observation: Json): readonly Candidate[] {
  const status = textOf(observation.status);
  const why = STANDING.includes(status) ? null : `its status is "${cut(status)}", not ${STANDING.join(", ")}`;
  const shared = { at: effectiveOf(observation), from: nameOf(observation), why };
  const of = (holder: Json): Candidate[] => {
    const loinc = codesUnder(holder.code, LOINC);
    const coded = OBSERVATIONS.filter((one) => one.loinc.some((code) => loinc.includes(code)));
    const own = codesUnder(holder.code, FIELD_SYSTEM).map((field) => ({
      field,
      hours: COUNTS_ON.test(field) && holder.valueDateTime === undefined ? COUNTED_HOURS : OWN_HOURS,
    }));
    return [...coded, ...own].map(({ field, hours }) => ({ ...shared, field, hours, holder }));
  };
  const panel = codesUnder(observation.code, LOINC).includes(PRESSURE_PANEL);
  return [...of(observation), ...(panel ? listOf(observation.component).flatMap(of) : [])];
}

/** A quantity in the unit of the field. Only UCUM counts as a unit; a score may say "1", a word in braces, or nothing. */
function ofQuantity(field: FieldDefinition, quantity: Json): number | { readonly why: string } {
  const { value } = quantity;
  if (typeof value !== "number" || !Number.isFinite(value)) return { why: "it has no number" };
  if (quantity.comparator !== undefined) return { why: `it says "${cut(quantity.comparator)}" a number, not a number` };
  const code = textOf(quantity.code);
  if (!field.unit) {
    if (code === "" || code === "1" || /^\{[a-z# ]{0,30}\}$/i.test(code)) return value;
    return { why: `it has no unit, and came in "${cut(code)}"` };
  }
  if (quantity.system !== UCUM || code === "") return { why: `its unit is no UCUM code: "${cut(quantity.unit)}"` };
  const turned = inUnitOf(field, value, code);
  return typeof turned === "number"
    ? turned
    : { why: `its unit is "${cut(code)}", not ${ucumOf(field)} or one that is turned into it` };
}

function givenIn(field: FieldDefinition, holder: Json, now: number): FactValue | { readonly why: string } {
  if (holder.dataAbsentReason !== undefined) return { why: "it says that the value is absent" };
  if (holder.valueQuantity !== undefined) return ofQuantity(field, objectOf(holder.valueQuantity));
  if (typeof holder.valueInteger === "number") {
    if (!field.unit) return holder.valueInteger;
    return { why: `it is a bare number: it must say its unit, ${ucumOf(field)}` };
  }
  if (typeof holder.valueBoolean === "boolean") return holder.valueBoolean;
  if (typeof holder.valueString === "string") return holder.valueString;
  const [word] = codesUnder(holder.valueCodeableConcept, `${FIELD_SYSTEM}:${field.name}`);
  if (word !== undefined) return word;
  if (holder.valueDateTime !== undefined && COUNTS_ON.test(field.name)) {
    const at = textOf(holder.valueDateTime).includes("T") ? timeOf(holder.valueDateTime) : null;
    if (at === null || at > now) return { why: "its time is no past time with a zone" };
    return Number(((now - at) / HOUR / (field.unit === "days" ? 24 : 1)).toFixed(4));
  }
  return { why: "it has no value of a kind that is read" };
}

const cut = (value: unknown) =>
  textOf(value)
    .replaceAll(/[^\w .,%/()[\]{}<>=µ-]/g, "")
    .slice(0, 40);

/**
 * Facts of Observations at `now` (ms): of each field the newest that stands, in its unit. What cannot be taken is named, and
 * an older value never takes its place. Two that differ at the same moment are a contradiction: neither is taken.
 */
export function observedFacts(
  resources: readonly Json[],
  subject: Subject,
  now: number,
): { facts: readonly ReadFact[]; notRead: readonly NotRead[] } {
  const notRead: NotRead[] = [];
  const byField = new Map<string, Candidate[]>();
  for (const observation of resources) {
    const found = observation.resourceType === "Observation" ? candidatesOf(observation) : [];
    if (found.length === 0) continue;
    if (observation.status === "entered-in-error" || observation.status === "cancelled") continue;
    if (!isAbout(observation, subject))
      for (const one of found)
        notRead.push({ field: cut(one.field), from: one.from, why: "it does not name this patient as its subject" });
    else for (const one of found) byField.set(one.field, [...(byField.get(one.field) ?? []), one]);
  }
  const facts: ReadFact[] = [];
  for (const [name, list] of byField) {
    const taken = newest(name, list, now);
    if ("why" in taken) notRead.push(taken);
    else facts.push(taken);
  }
  return { facts, notRead };
}

function newest(name: string, list: readonly Candidate[], now: number): ReadFact | NotRead {
  const field = fieldOf(name);
  const refuse = (one: Candidate, why: string): NotRead => ({ field: cut(name), from: one.from, why });
  if (!field) return refuse(list[0]!, "the facts dictionary has no such field");
  const timeless = list.find(({ at }) => at === null);
  if (timeless) return refuse(timeless, "it does not say when it was observed, to the minute and with a zone");
  const latest = Math.max(...list.map(({ at }) => at!));
  const best = list.filter(({ at }) => at === latest);
  const [first] = best;
  if (latest > now + AHEAD) return refuse(first!, `its time, ${new Date(latest).toISOString()}, is still to come`);
  const age = (now - latest) / HOUR;
  if (age > first!.hours) return refuse(first!, `it is ${Math.round(age)} h old, and counts for ${first!.hours} h`);
  if (first!.why) return refuse(first!, first!.why);
  const values = best.map((one) => givenIn(field, one.holder, now));
  const [value] = values;
  if (typeof value === "object") return refuse(first!, value.why);
  if (values.some((other) => other !== value))
    return refuse(first!, "two values of the same moment contradict each other");
  const wrong = wrongValue(name, value);
  if (wrong) return refuse(first!, wrong);
  return { field: name, value: value!, from: first!.from, at: new Date(latest).toISOString() };
}
