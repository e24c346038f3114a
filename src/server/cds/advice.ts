import type { Trace } from "../../knowledge/criteria.ts";
import type { Card } from "../../knowledge/evaluate.ts";
import { adaptationWords } from "../../knowledge/local-layer.ts";
import type { CaseOptions, TreatmentOption } from "../../knowledge/options.ts";
import { type CdsCard, type IssuedCard, lines, markdown, paragraphs, summaryOf, TOPIC_SYSTEM } from "./card.ts";
import { OVERRIDE_REASONS } from "./hooks.ts";

/** What is common to the cards of one answer. */
export interface Making {
  /** Where people reach this server, without a slash at the end. */
  readonly base: string;
  readonly uuid: () => string;
}

const graded = (cards: readonly Card[]) =>
  cards.map((card) => `${card.body} ${card.year} (${card.strength}, certainty ${card.certainty})`).join(", ");

/** The address of an item's page in the library. */
export function pageOf(base: string, kind: "recommendation" | "pack", id: string): string {
  return `${base}/know/${kind}/${encodeURIComponent(id)}`;
}

/** What was kept of a card, for the feedback on it to mean something later. */
export function keptOf(cards: readonly Card[]): IssuedCard["recommendations"] {
  return cards.map(({ id, pack, packHash, verdict }) => ({ id, pack, hash: packHash, verdict }));
}

function metLines(trace: Trace): readonly string[] {
  if (trace.kind === "fact") return trace.given ? [`${trace.sentence} (${trace.given})`] : [];
  return trace.children.filter((child) => child.result === trace.result || trace.kind === "not").flatMap(metLines);
}

function partOf(card: Card): string {
  const against = card.direction === "against" ? "Against: " : "";
  const care = [
    card.verification,
    card.age ?? "",
    card.note ?? "",
    card.local ? adaptationWords(card.local) : "",
  ].filter(Boolean);
  const because = [...new Set(metLines(card.trace))];
  return [
    `**${markdown(`${against}${card.action}`)}**`,
    lines([
      markdown(`${card.gradeSystem}: ${card.strength}, certainty ${card.certainty}`),
      ...(because.length > 0 ? [`Because: ${markdown(because.join("; "))}`] : []),
      markdown(card.citation),
      ...(care.length > 0 ? [`Take care: ${markdown(care.join("; "))}`] : []),
      markdown(`Pack ${card.pack} ${card.packVersion}, lapses ${card.expires}; disclosures: ${card.disclosures}`),
    ]),
  ].join("\n\n");
}

const STANDING_WORDS = {
  for: "For",
  against: "Against",
  either: "Left open",
  disputed: "Bodies disagree on",
} as const;

/** One option on which something applies, as a card; null when none does. What does not apply never makes a card. */
export function adviceCard(option: TreatmentOption, options: CaseOptions, { base, uuid }: Making): IssuedCard | null {
  if (option.standing === "open" || option.standing === "none") return null;
  const applying = option.cards.filter((card) => card.verdict === "applies");
  const [first] = applying;
  if (!first) return null;
  const ids = new Set(applying.map((card) => card.id));
  const conflicts = options.conflicts.filter((conflict) => conflict.ids.some((id) => ids.has(id)));
  const card: CdsCard = {
    uuid: uuid(),
    summary: summaryOf(`${STANDING_WORDS[option.standing]}: ${option.subject}. ${graded(applying)}`),
    detail: paragraphs(
      ...applying.map(partOf),
      conflicts.length > 0 ? lines(conflicts.map(({ topic, why }) => markdown(`Conflict, ${topic}: ${why}`))) : "",
    ),
    indicator: option.standing === "against" || option.standing === "disputed" ? "warning" : "info",
    source: {
      label: `${first.body}: ${first.guideline} (${first.pack} ${first.packVersion} in Willis)`,
      url: pageOf(base, "recommendation", first.id),
      topic: { system: TOPIC_SYSTEM, code: first.topic, display: option.subject },
    },
    links: applying.map((one) => ({
      label: `${one.body} ${one.year}: ${one.subject}`,
      url: pageOf(base, "recommendation", one.id),
      type: "absolute",
    })),
    overrideReasons: OVERRIDE_REASONS,
  };
  return { card, recommendations: keptOf(applying) };
}
