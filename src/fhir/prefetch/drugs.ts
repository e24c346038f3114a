import { ANTICOAGULANTS, type Codes, ORDERS, type OrderCode } from "./codes.ts";
import { fitOf, isAbout, type Json, listOf, nameOf, objectOf, type Subject, textOf } from "./resources.ts";
import type { NotRead, ReadFact } from "./shape.ts";

/** The concept of a drug: given in place, or in the Medication that the resource contains or that came beside it. */
function drugOf(resource: Json, beside: readonly Json[]): unknown {
  if (resource.medicationCodeableConcept !== undefined) return resource.medicationCodeableConcept;
  const reference = textOf(objectOf(resource.medicationReference).reference);
  if (reference.startsWith("#"))
    return listOf(resource.contained).find((one) => `#${textOf(one.id)}` === reference)?.code;
  return beside.find((one) => one.resourceType === "Medication" && reference.endsWith(`Medication/${textOf(one.id)}`))
    ?.code;
}

const fits = (concept: unknown, codes: Codes) => fitOf(concept, codes) > 0;

/**
 * The anticoagulant of MedicationRequests and MedicationStatements that are active. Several make a contradiction, which is
 * named and gives no fact; none gives no fact either: a list without one is not "takes none".
 */
export function drugFacts(
  resources: readonly Json[],
  subject: Subject,
): { facts: readonly ReadFact[]; notRead: readonly NotRead[] } {
  const notRead: NotRead[] = [];
  const found = new Map<string, string>();
  for (const resource of resources) {
    if (!["MedicationRequest", "MedicationStatement"].includes(textOf(resource.resourceType))) continue;
    const drug = ANTICOAGULANTS.find(({ codes }) => fits(drugOf(resource, resources), codes));
    if (!drug || resource.status !== "active" || resource.doNotPerform === true) continue;
    if (isAbout(resource, subject)) found.set(drug.word, nameOf(resource));
    else
      notRead.push({
        field: "anticoagulant",
        from: nameOf(resource),
        why: "it does not name this patient as its subject",
      });
  }
  const [first, second] = [...found];
  if (first && second)
    return {
      facts: [],
      notRead: [
        ...notRead,
        { field: "anticoagulant", from: second[1], why: `several are active: ${[...found.keys()].join(", ")}` },
      ],
    };
  const facts = first ? [{ field: "anticoagulant", value: first[0], from: first[1], at: null }] : [];
  return { facts, notRead };
}

/** An order that is being written and that we know. */
export interface ReadOrder {
  readonly order: OrderCode;
  /** "MedicationRequest/1", as `selections` name it. */
  readonly from: string;
}

/** The known orders of a bundle of drafts; one that says "do not" is none. */
export function draftOrders(resources: readonly Json[], subject: Subject): readonly ReadOrder[] {
  return resources.flatMap((resource) => {
    if (!["MedicationRequest", "ServiceRequest"].includes(textOf(resource.resourceType))) return [];
    if (!["draft", "active"].includes(textOf(resource.status)) || resource.doNotPerform === true) return [];
    if (!isAbout(resource, subject)) return [];
    const concept = resource.resourceType === "ServiceRequest" ? resource.code : drugOf(resource, resources);
    const order = ORDERS.find(({ codes }) => fits(concept, codes));
    return order ? [{ order, from: nameOf(resource) }] : [];
  });
}
