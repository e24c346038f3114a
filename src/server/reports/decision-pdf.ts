import type { DecisionBasis } from "../../cases/decision-basis.ts";
import { sourceWords } from "../../cases/facts.ts";
import { valueWords } from "../../cases/timeline.ts";
import type { DecisionView, FactGroup } from "../../cases/views.ts";
import type { Card } from "../../knowledge/index.ts";
import { adaptationWords } from "../../knowledge/local-layer.ts";
import type { KeyPicture } from "../kept/key-image-pictures.ts";
import { keyImagesOn } from "./key-images-pdf.ts";
import { openPage, type Page, type TextStyle } from "./page.ts";

const MARGIN = 40;
const SMALL: TextStyle = { size: 7.2, colour: "#4d5661" };
const BODY: TextStyle = { size: 8.4 };
const STRONG: TextStyle = { size: 8.4, weight: "bold" };
const HEADING: TextStyle = { size: 7.2, weight: "bold", colour: "#0b6b78" };
const ANSWERS = { accept: "Accepted", "need-data": "More data needed", decline: "Declined" } as const;
const MARKS = { applies: "met", doesNotApply: "not met", cannotDetermine: "cannot determine" } as const;
/** How many cards of each verdict stand on the page; the rest is in the record. */
const SHOWN = { applies: 4, cannotDetermine: 2, doesNotApply: 2 } as const;
/** Pictures that a document holds at most: more than anybody looks at, less than mail refuses. */
const MOST_PICTURES = 40;

/**
 * The decision on one A4 page, made from its frozen basis alone: the same basis gives the same bytes. The key images that
 * were marked for the report follow on pages of their own; `pictures` are theirs.
 */
export async function decisionPdf(
  decision: DecisionView,
  basis: DecisionBasis,
  pictures: readonly KeyPicture[] = [],
): Promise<Buffer> {
  const { case: about } = basis;
  const page = await openPage({
    title: `Decision: ${about.patient.name || "patient not named"}, ${clock(basis.at)}`,
    author: `${basis.by.name}, ${basis.by.organisation}`,
    subject: `${about.kind}, ${ANSWERS[decision.kind]}`,
    at: new Date(basis.at),
  });
  const width = page.width - 2 * MARGIN;
  let y = header(page, decision, basis, width);
  y = patient(page, basis, y, width);
  const footerTop = footer(page, decision, basis, width);
  const gap = 18;
  const left = (width - gap) * 0.46;
  const right = width - gap - left;
  facts(page, basis, MARGIN, y, left, footerTop);
  options(page, basis, MARGIN + left + gap, y, right, footerTop);
  if (pictures.length > 0) imagePages(page, basis, pictures, width);
  return page.end();
}

function imagePages(page: Page, basis: DecisionBasis, pictures: readonly KeyPicture[], width: number): void {
  page.next();
  const shown = pictures.slice(0, MOST_PICTURES);
  const rest = pictures.length - shown.length;
  const count = `${pictures.length} key ${pictures.length === 1 ? "image" : "images"} marked for the report`;
  const more = rest > 0 ? `; ${rest} more in the record of this decision` : "";
  let y = 34;
  page.as("H2", () => {
    y = page.text("KEY IMAGES", MARGIN, y, width, HEADING) + 2;
  });
  page.as("P", () => {
    y = page.text(`${basis.case.patient.name || "Patient not named"} · ${count}${more}`, MARGIN, y, width, BODY, 2) + 6;
  });
  keyImagesOn(page, shown, y);
}

function header(page: Page, decision: DecisionView, basis: DecisionBasis, width: number): number {
  let y = 34;
  page.as("P", () => page.text("Willis · decision on a referral", MARGIN, y, width, SMALL));
  y += 14;
  const word = ANSWERS[decision.kind] + (decision.option ? `: ${decision.option}` : "");
  page.as("H1", () => {
    y = page.text(word, MARGIN, y, width, { size: 17, weight: "bold" }, 2);
  });
  const who = `${basis.by.name}, ${basis.by.role}, ${basis.by.organisation} · ${clock(basis.at)}`;
  page.as("P", () => {
    y = page.text(who, MARGIN, y + 1, width, BODY);
    if (decision.reason) y = page.text(`Reason: ${decision.reason}`, MARGIN, y + 2, width, STRONG, 4);
    if (basis.need.length > 0) {
      const labels = basis.need.map(
        (name) => basis.facts.find((group) => group.name === name)?.label ?? name.replaceAll("_", " "),
      );
      y = page.text(`Asked for: ${labels.join(", ")}`, MARGIN, y + 2, width, STRONG, 2);
    }
  });
  return y + 8;
}

function patient(page: Page, basis: DecisionBasis, top: number, width: number): number {
  const { case: about } = basis;
  const { name, birthDate, sex, age, identifier } = about.patient;
  const person = [
    name || "name not known",
    age === null ? "age not known" : `${age} years`,
    sex,
    birthDate ? `born ${birthDate}` : "",
    identifier ? `no. ${identifier}` : "",
  ].filter(Boolean);
  const well = about.lastKnownWell
    ? `Last known well ${clock(about.lastKnownWell.at)} (said by ${about.lastKnownWell.by || "person not named"}), ${elapsed(about.lastKnownWell.at, basis.at)} before this decision`
    : "Last known well: not known";
  const course = [
    `${about.from.name} asked ${about.to.name}`,
    about.referredAt ? `referred ${clock(about.referredAt)}` : "",
    about.referredAt ? `answered after ${elapsed(about.referredAt, basis.at)}` : "",
    about.answerDueAt ? `due ${clock(about.answerDueAt)}` : "",
  ].filter(Boolean);
  const question = about.question ? `Question: ${about.question}` : "Question: none written";
  const inner = width - 20;
  const lines: [string, TextStyle, number][] = [
    [person.join(" · "), { size: 10.5, weight: "bold" }, 2],
    [`${about.kind}, ${about.urgency} · ${course.join(" · ")}`, BODY, 2],
    [well, BODY, 2],
    [question, BODY, 3],
  ];
  const height = lines.reduce((sum, [words, style, most]) => sum + page.heightOf(words, inner, style, most) + 1, 12);
  page.box(MARGIN, top, width, height, "#eef2f4");
  let y = top + 6;
  page.as("P", () => {
    for (const [words, style, most] of lines) y = page.text(words, MARGIN + 10, y, inner, style, most) + 1;
  });
  return top + height + 12;
}

function facts(page: Page, basis: DecisionBasis, x: number, top: number, width: number, bottom: number): void {
  let y = top;
  page.as("H2", () => {
    y = page.text("FACTS IT RESTED ON", x, y, width, HEADING) + 3;
  });
  const known = basis.facts.filter((group) => group.current !== null);
  page.as("P", () => {
    known.forEach((group, i) => {
      const left = known.length - i;
      const need = page.heightOf(factWords(group), width, STRONG) + page.heightOf(sourceOf(group), width, SMALL, 2) + 3;
      if (y < 0) return;
      if (y + need > bottom - 12) {
        page.text(`${left} more facts are in the record of this decision.`, x, y, width, SMALL);
        y = -1;
        return;
      }
      y = page.text(factWords(group), x, y, width, STRONG);
      y = page.text(sourceOf(group), x, y, width, SMALL, 2) + 3;
    });
    if (known.length === 0) page.text("No fact was known.", x, y, width, BODY);
  });
}

function factWords(group: FactGroup): string {
  const fact = group.current!;
  if (typeof fact.value === "boolean") {
    const words = valueWords(group.name, fact.value);
    return words === "yes" || words === "no" ? `${group.label}: ${words}` : words[0]!.toUpperCase() + words.slice(1);
  }
  const value = typeof fact.value === "number" ? figure(fact.value) : fact.value.replaceAll("_", " ");
  const range = fact.source.kind === "measured" ? fact.source.range : undefined;
  const span = range ? ` (${figure(range.low)} to ${figure(range.high)})` : "";
  return `${group.label}: ${value}${fact.unit ? ` ${fact.unit}` : ""}${span}`;
}

function sourceOf(group: FactGroup): string {
  const others = group.others.filter((fact) => !fact.retracted && fact.value !== group.current!.value);
  const against = group.contradicted
    ? ` · contradicted: ${others.map((fact) => `${fact.value} ${sourceWords(fact)}`).join("; ")}`
    : "";
  return `${sourceWords(group.current!)}, ${clock(group.current!.observedAt)}${against}`;
}

function options(page: Page, basis: DecisionBasis, x: number, top: number, width: number, bottom: number): void {
  let y = top;
  page.as("H2", () => {
    y = page.text("OPTIONS AS THEY STOOD", x, y, width, HEADING) + 3;
  });
  const all = basis.options.columns.flatMap((column) => column.options.flatMap((option) => option.cards));
  const shown = chosenCards(all);
  let drawn = 0;
  page.as("P", () => {
    for (const card of shown) {
      const after = cardAt(page, card, x, y, width, bottom - 22);
      if (after === null) break;
      y = after;
      drawn++;
    }
    const rest = all.length - drawn;
    if (rest > 0) page.text(`${rest} more in the record of this decision.`, x, y + 1, width, SMALL);
  });
}

const GROUPS = ["intervention", "surgery", "medical", "imaging-and-care"];

/** What applies, what cannot be determined, what does not apply: some of each, treatment before imaging and care. */
function chosenCards(all: readonly Card[]): Card[] {
  return (Object.keys(SHOWN) as (keyof typeof SHOWN)[]).flatMap((verdict) =>
    all
      .filter((card) => card.verdict === verdict)
      .sort((a, b) => GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group))
      .slice(0, SHOWN[verdict]),
  );
}

/** Draws a card and returns the y below it, or null when it does not fit. */
function cardAt(page: Page, card: Card, x: number, y: number, width: number, bottom: number): number | null {
  const inner = width - 12;
  const word =
    card.verdict === "applies" && card.direction === "against" ? "applies, speaks against" : MARKS[card.verdict];
  const title = `${card.subject} · ${word}`;
  const strength = `${card.action}. ${card.gradeSystem} ${card.strength}${card.certainty ? `, ${card.certainty}` : ""} · ${card.citation}`;
  const local = card.local ? adaptationWords(card.local) : ""; // decisions of before this was known have none
  const care = [strength, card.verification, local].filter(Boolean).join(" · ");
  const criteria = card.criteria.slice(0, 4);
  const lines = criteria.map((c) =>
    c.given ? `${c.sentence} (${c.given})` : c.result === "unknown" ? `${c.sentence}: not known` : c.sentence,
  );
  const height =
    page.heightOf(title, inner, STRONG, 2) +
    page.heightOf(care, inner, SMALL, 6) +
    lines.reduce((sum, line) => sum + page.heightOf(line, inner - 12, SMALL, 2), 0);
  if (y + height > bottom) return null;
  page.mark(MARKS[card.verdict], x, y + 2.5, 6.5);
  let at = page.text(title, x + 12, y, inner, STRONG, 2);
  lines.forEach((line, i) => {
    page.mark(
      ({ true: "met", false: "not met", unknown: "cannot determine" } as const)[criteria[i]!.result],
      x + 13,
      at + 2.6,
      4.4,
    );
    at = page.text(line, x + 24, at, inner - 12, SMALL, 2);
  });
  return page.text(care, x + 12, at, inner, SMALL, 6) + 5;
}

/** Drawn from the bottom upwards; returns where it begins. */
function footer(page: Page, decision: DecisionView, basis: DecisionBasis, width: number): number {
  const packs = basis.packs.map(
    (p) => `${p.title} ${p.version} (${p.hash.replace("sha256:", "").slice(0, 12)}, ${p.state}, valid to ${p.expires})`,
  );
  const images = basis.series.reduce((sum, series) => sum + series.instances, 0);
  const keys = basis.keyImages?.length ?? 0;
  const follow = keys > 0 ? `; ${keys} key ${keys === 1 ? "image follows" : "images follow"}` : "";
  const seen = `${basis.series.length} series with ${images} images were with the case${follow}`;
  const lines: [string, TextStyle, number][] = [
    [`Knowledge: ${packs.join("; ") || "no pack was loaded"}. ${seen}.`, SMALL, 5],
    [`Decision ${decision.id} · basis sha256 ${decision.basisDigest}`, SMALL, 2],
    [basis.notice, { size: 8, weight: "bold" }, 2],
  ];
  const height = lines.reduce((sum, [words, style, most]) => sum + page.heightOf(words, width, style, most) + 2, 0);
  const top = page.height - 30 - height;
  page.line(MARGIN, top - 6, width);
  let y = top;
  page.as("P", () => {
    for (const [words, style, most] of lines) y = page.text(words, MARGIN, y, width, style, most) + 2;
  });
  return top - 10;
}

function clock(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

function elapsed(from: string, to: string): string {
  const minutes = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 60_000));
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 72 ? `${hours} h ${String(minutes % 60).padStart(2, "0")} min` : `${Math.floor(hours / 24)} d`;
}

function figure(value: number): string {
  return String(Math.abs(value) >= 100 ? Math.round(value) : Math.round(value * 10) / 10);
}
