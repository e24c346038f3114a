import type { RecordFacts } from "../../fhir/prefetch/record-facts.ts";
import type { Trace } from "../../knowledge/criteria.ts";
import { fieldOf } from "../../knowledge/dictionary.ts";
import { type CaseOptions, optionsFor, type TreatmentOption } from "../../knowledge/options.ts";
import type { Pack } from "../../knowledge/pack.ts";
import { describeFact } from "../../knowledge/sentence.ts";
import { adviceCard, keptOf, type Making } from "./advice.ts";
import { type IssuedCard, lines, markdown, NOT_A_DEVICE, paragraphs, summaryOf, TOPIC_SYSTEM } from "./card.ts";
import type { CdsService } from "./hooks.ts";

/** More cards than this are folded into the last one by name: a reader is shown the few that matter. */
const MOST_ADVICE = 6;
const MOST_ASKED = 5;

/** What one call answers with. */
export interface Advice {
  readonly cards: readonly IssuedCard[];
  readonly extension: Readonly<Record<string, unknown>>;
}

interface Told {
  readonly record: RecordFacts;
  readonly making: Making;
}

function fieldsIn(trace: Trace): readonly string[] {
  return trace.field ? [trace.field] : trace.children.flatMap(fieldsIn);
}

/** Whether an option is about one of the orders: by its topic, or because a rule compares what the order makes true. */
function isOf(option: TreatmentOption, orders: RecordFacts["orders"]): boolean {
  return option.cards.some((card) =>
    orders.some(
      ({ order }) =>
        order.topics.includes(card.topic) || fieldsIn(card.trace).some((field) => Object.hasOwn(order.facts, field)),
    ),
  );
}

/** The packs whose guidance the diagnoses call up; a pack for several kinds is there once. */
function packsOf(packs: readonly Pack[], kinds: readonly string[]): readonly Pack[] {
  return packs.filter((pack) => pack.caseKinds.some((kind) => kinds.includes(kind)));
}

/**
 * The cards of one call. Guidance is called up by a diagnosis of the record; without one there is nothing to say, except when
 * the problem list did not come or what bears on it was not taken: then that is said. Only what applies makes an advice card,
 * what cannot be determined one card that says what is missing, and what does not apply none: no match is never harm. Lapsed
 * packs make no advice. `selections` ("Type/id") narrows an order hook to the orders that were just chosen.
 */
export function adviceFor(
  service: CdsService,
  record: RecordFacts,
  packs: readonly Pack[],
  now: string,
  making: Making,
  selections: readonly string[] | null = null,
): Advice {
  const told = { record, making };
  const orders = record.orders.filter(({ from }) => selections === null || selections.includes(from));
  const chosen = packsOf(packs, record.caseKinds);
  const asked = service.hook === "patient-view" || orders.length > 0;
  const silent = record.deceased || !asked;
  if (silent || chosen.length === 0)
    return { cards: silent ? [] : unreadable(told), extension: extensionOf(record, []) };
  const options = optionsFor(chosen, "", record.facts, now);
  const spoken = options.columns
    .flatMap((column) => column.options)
    .filter((option) => service.hook === "patient-view" || isOf(option, orders));
  const made = spoken.flatMap((option) => adviceCard(option, options, making) ?? []);
  const warns = ({ card }: IssuedCard) => card.indicator === "warning";
  const advice = [...made.filter(warns), ...made.filter((one) => !warns(one))];
  const shown = advice.slice(0, MOST_ADVICE);
  const last = summaryCard(told, options, spoken, advice.slice(MOST_ADVICE));
  return { cards: [...shown, ...(last ? [last] : [])], extension: extensionOf(record, options.packs) };
}

function extensionOf(record: RecordFacts, packs: CaseOptions["packs"]): Advice["extension"] {
  return {
    "org.willis.notice": NOT_A_DEVICE,
    "org.willis.read": record.read,
    "org.willis.notRead": record.notRead,
    "org.willis.gaps": record.gaps,
    "org.willis.packs": packs.map(({ id, version, hash, state, expires }) => ({ id, version, hash, state, expires })),
  };
}

const notReadLines = ({ notRead, gaps }: RecordFacts): readonly string[] => [
  ...gaps.map((gap) => `Not known: ${gap}`),
  ...notRead.map(({ field, from, why }) => `Not used: ${fieldOf(field)?.label ?? field} of ${from}: ${why}`),
];

/** No diagnosis was read. When that may be because of what came, it is said; a whole record without one gives no card. */
function unreadable(told: Told): readonly IssuedCard[] {
  const { record, making } = told;
  const doubtful = record.gaps.some((gap) => gap.startsWith("the problem list")) || record.notRead.length > 0;
  if (!doubtful) return [];
  const why = record.gaps[0] ?? `${fieldOf(record.notRead[0]!.field)?.label ?? record.notRead[0]!.field} was not used`;
  return [
    info(
      making,
      `Cannot determine: no diagnosis that Willis has guidance for was read; ${why}`,
      paragraphs(
        "No advice is given. That is no statement that nothing is to be done.",
        lines(notReadLines(record).map(markdown)),
      ),
      [],
    ),
  ];
}

/**
 * Options that cannot be determined and are near: something of them is met. Where nothing is met of any, all treatments: a
 * diagnosis alone opens them, and then everything is missing.
 */
function openOf(spoken: readonly TreatmentOption[]): readonly TreatmentOption[] {
  const open = spoken.filter(({ standing }) => standing === "open");
  const near = open.filter(({ cards }) =>
    cards.some((card) => card.verdict === "cannotDetermine" && card.criteria.some((line) => line.result === "true")),
  );
  return near.length > 0 ? near : open.filter(({ group }) => group === "intervention" || group === "surgery");
}

/** The last card: what cannot be determined and why, what was not used, what lapsed, and what was folded. Null: nothing of it. */
function summaryCard(
  { record, making }: Told,
  options: CaseOptions,
  spoken: readonly TreatmentOption[],
  folded: readonly IssuedCard[],
): IssuedCard | null {
  const open = openOf(spoken);
  const lapsed = options.packs.filter(({ state }) => state === "expired");
  const lapsedItems = options.silent.filter(({ why }) => why === "item expired").map(({ id }) => id);
  const troubles = notReadLines(record);
  if ([open, lapsed, lapsedItems, troubles, folded].every((list) => list.length === 0)) return null;
  const openFields = new Set(open.flatMap((option) => option.cards.flatMap((card) => card.missing)));
  const questions = options.questions.filter(({ field }) => openFields.has(field)).slice(0, MOST_ASKED);
  const summary =
    open.length > 0
      ? `Cannot determine: ${open.length} more; missing ${questions.map(({ label }) => label).join(", ") || "facts"}`
      : troubles.length > 0
        ? `Cannot determine: ${troubles.length} of what was sent could not be used`
        : folded.length > 0
          ? `${folded.length} more of Willis: ${folded.map(({ card }) => card.source.topic.display).join(", ")}`
          : `No advice from guidance that has lapsed: ${[...lapsed.map(({ title }) => title), ...lapsedItems].join(", ")}`;
  const missingOf = (option: TreatmentOption) => {
    const [card] = option.cards.filter(({ verdict }) => verdict === "cannotDetermine");
    const names = (card?.missing ?? []).map((name) => fieldOf(name)?.label ?? name);
    return markdown(
      `cannot determine ${option.subject}: nearest is ${card?.body} ${card?.year}, missing ${names.join(", ")}`,
    );
  };
  const detail = paragraphs(
    open.length > 0 ? lines(open.map(missingOf)) : "",
    questions.length > 0 ? lines(questions.map(({ ask }) => markdown(`To decide more: ${ask}`))) : "",
    troubles.length > 0 ? lines(troubles.map(markdown)) : "",
    folded.length > 0 ? lines(folded.map(({ card }) => `Also: ${markdown(card.summary)}`)) : "",
    lapsed.length > 0
      ? lines(lapsed.map(({ title, expires }) => markdown(`Lapsed on ${expires}, gives no advice: ${title}`)))
      : "",
    lapsedItems.length > 0 ? `Lapsed, give no advice: ${markdown(lapsedItems.join(", "))}` : "",
    record.read.length > 0
      ? `Read: ${markdown(record.read.map(({ field, value }) => describeFact(field, value)).join("; "))}`
      : "",
    "What is not listed as applying is not thereby harmful, and what is missing is not thereby absent.",
  );
  const cards = open.flatMap((option) => option.cards.filter(({ verdict }) => verdict === "cannotDetermine"));
  return info(making, summary, detail, [...keptOf(cards), ...folded.flatMap((one) => one.recommendations)]);
}

function info(
  { base, uuid }: Making,
  summary: string,
  detail: string,
  recommendations: IssuedCard["recommendations"],
): IssuedCard {
  return {
    card: {
      uuid: uuid(),
      summary: summaryOf(summary),
      detail,
      indicator: "info",
      source: {
        label: "Willis, library of guidance",
        url: `${base}/know`,
        topic: { system: TOPIC_SYSTEM, code: "missing", display: "What is missing" },
      },
      links: [{ label: "Library of guidance", url: `${base}/know`, type: "absolute" }],
    },
    recommendations,
  };
}
