import type { CaseSummary, Urgency } from "../../cases/views.ts";

/** Which rows of the worklist stand where. Pure. */

export interface WorkSection {
  readonly id: "yours" | "theirs" | "progress" | "board" | "drafts" | "ended";
  readonly title: string;
  readonly cases: readonly CaseSummary[];
}

const RANK: Readonly<Record<Urgency, number>> = { critical: 0, urgent: 1, elective: 2 };

/** The moment from which a case waits: when it was referred, else when it last changed. */
function since(row: CaseSummary): number {
  return Date.parse(row.referredAt ?? row.updatedAt);
}

/** By urgency, then by when the answer is due, then by who has waited longest. */
export function byUrgency(a: CaseSummary, b: CaseSummary): number {
  const due = (row: CaseSummary) => (row.answerDueAt ? Date.parse(row.answerDueAt) : Number.POSITIVE_INFINITY);
  const byDue = due(a) - due(b);
  return RANK[a.urgency] - RANK[b.urgency] || (Number.isNaN(byDue) ? 0 : byDue) || since(a) - since(b);
}

/** Which section a case stands in for the people of one organisation: who has to act next decides. */
export function sectionOf(row: CaseSummary, organisationId: string): WorkSection["id"] {
  const asked = row.to.id === organisationId;
  switch (row.status) {
    case "draft":
      return "drafts";
    case "waiting":
      if (!asked) return "theirs";
      return row.urgency === "elective" ? "board" : "yours";
    case "need-data":
      return asked ? "theirs" : "yours";
    case "accepted":
      return row.urgency === "elective" ? "board" : "progress";
    default:
      return "ended";
  }
}

const TITLES: readonly (readonly [WorkSection["id"], string])[] = [
  ["yours", "Waiting for you"],
  ["theirs", "Waiting for the others"],
  ["progress", "In progress"],
  ["board", "Board"],
  ["drafts", "Drafts, not yet sent"],
  ["ended", "Declined and closed"],
];

/** The worklist in sections, each by urgency; empty sections are left out, but "Waiting for you" always stands. */
export function sectionsOf(rows: readonly CaseSummary[], organisationId: string): readonly WorkSection[] {
  return TITLES.map(([id, title]) => ({
    id,
    title,
    cases: rows.filter((row) => sectionOf(row, organisationId) === id).sort(byUrgency),
  })).filter((section) => section.cases.length > 0 || section.id === "yours");
}

/** Whether a row holds every word of a search: name, identifier, question, site, headline and next step. */
export function matches(row: CaseSummary, search: string): boolean {
  const text = [
    row.patient.name.replaceAll("^", " "),
    row.patient.identifier,
    row.question,
    row.from.name,
    row.to.name,
    row.kind,
    row.next,
    ...row.headline.map((each) => `${each.label} ${each.value ?? ""}`),
  ]
    .join(" ")
    .toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
