import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { WillisError } from "../core/index.ts";
import { answerOf } from "../knowledge/answer.ts";
import { fieldNamed } from "../knowledge/dictionary.ts";
import {
  boundariesFor,
  type Card,
  type Evaluation,
  evaluate as evaluateFacts,
  type Pack,
  parseGiven,
  vignettesFor,
} from "../knowledge/index.ts";
import { adaptationWords } from "../knowledge/local-layer.ts";
import { doubtWords } from "../knowledge/standing.ts";
import { loadPacks, PACKS_DIR } from "../server/packs.ts";
import { EXIT, type Verb } from "./verb.ts";

const HELP = `node run.mjs evaluate FACTS.json [--json] [--all] [--packs DIR] [--at DATE]

Evaluates the recommendations of the knowledge packs for one patient.

  FACTS.json     { "facts": { "nihss": 15, "occlusion_site": "M1" } }; "-" reads standard input.
                 null means "not known", the same as leaving the fact out. A number may say its unit:
                 { "time_lkw_h": { "value": 90, "unit": "min" } }. "now" beside "facts" sets the time.
                 A value may say when it was observed, "observedAt", and its "source"; several sources give a list:
                 { "nihss": [{ "value": 5, "source": "referrer" }, { "value": 12, "source": "our ward" }] }.
                 What is too old counts as not known; values that differ decide where each gives the same.
  --json         print { applies, doesNotApply, cannotDetermine, conflicts, packs, cards, silent } and nothing else:
                 applies and doesNotApply are lists of ids, cannotDetermine is a list of { id, missing };
                 "wouldDecide" has for each of these the smallest sets of facts that could decide it, easiest first
  --all          evaluate superseded recommendations as well
  --packs DIR    folder of packs (default: those that come with Willis)
  --at DATE      ISO date or time at which packs must be in force (default: the clock); --now means the same
  --vignettes ID print candidate vignettes for the recommendations of a pack, for pack authors

Exit codes: 0 evaluated; 2 the facts or the command cannot be used (the message names what).
Not a medical device. For research and teaching; a qualified clinician decides.
`;

interface Given {
  readonly facts: unknown;
  readonly now: string;
}

function readGiven(file: string, now: string | undefined): Given {
  let text: string;
  try {
    text = readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new WillisError("not-found", `Cannot read ${file}: ${(error as Error).message}.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new WillisError("bad-request", `${file} is not JSON: ${(error as Error).message}.`);
  }
  if (typeof value !== "object" || value === null || !("facts" in value)) {
    throw new WillisError("bad-request", `${file} must be an object with "facts": { "field": value }.`);
  }
  // whatever a caller keeps beside the facts is his own, but a fact there would be lost without a word
  const astray = Object.keys(value).find((key) => fieldNamed(key) !== undefined);
  if (astray !== undefined)
    throw new WillisError("bad-request", `The fact "${astray}" stands beside "facts"; put it inside.`);
  const told = now ?? ("now" in value && value.now !== null ? value.now : undefined);
  if (told === undefined) return { facts: value.facts, now: new Date().toISOString() };
  const time = new Date(typeof told === "string" ? told : Number.NaN);
  if (Number.isNaN(time.getTime())) {
    throw new WillisError(
      "bad-request",
      `The time must be an ISO date like 2026-11-24 or 2026-11-24T08:00:00Z, not ${JSON.stringify(told)}.`,
    );
  }
  return { facts: value.facts, now: time.toISOString() };
}

function cardLines(card: Card): string {
  const marks = { true: "met", false: "not met", unknown: "?" } as const;
  const heading = `  ${card.id}  ${card.body} ${card.year}: ${card.strength}, certainty ${card.certainty} (${card.gradeSystem})`;
  const direction = card.direction === "against" ? "AGAINST: " : "";
  const lines = card.criteria.map(
    (c) => `      ${marks[c.result].padEnd(7)} ${c.sentence}${c.given ? `   [${c.given}]` : ""}`,
  );
  const care = [card.verification, card.age, card.local ? adaptationWords(card.local) : ""].filter(Boolean).join("; ");
  return [
    heading,
    `    ${direction}${card.action}`,
    ...lines,
    `      ${card.citation}${care ? `\n      Care: ${care}` : ""}`,
  ].join("\n");
}

function forPeople(result: Evaluation): string {
  const of = (verdict: Card["verdict"]) => result.cards.filter((card) => card.verdict === verdict);
  const block = (title: string, lines: readonly string[]) => (lines.length > 0 ? [`\n${title}`, ...lines] : []);
  const doubtful = Object.keys({ ...result.doubts?.contested, ...result.doubts?.aside });
  const open = of("cannotDetermine").map((card) => `  ${card.id.padEnd(16)} needs ${card.missing.join(", ")}`);
  const silent = result.silent
    .filter((item) => item.why !== "item superseded")
    .map((item) => `  ${item.id}: ${item.why}`);
  return [
    ...block(`Applies (${of("applies").length})`, of("applies").map(cardLines)),
    ...block(
      "Look out",
      result.conflicts.map((c) => `  ${c.topic}: ${[...c.ids, ...c.trials].join(", ")}\n    ${c.why}`),
    ),
    ...block(
      "In doubt, not used as facts",
      doubtful.map((name) => `  ${name}: ${doubtWords(name, result.doubts!)}`),
    ),
    ...block(`Cannot determine (${open.length})`, open),
    ...block(`Does not apply (${of("doesNotApply").length})`, [
      `  ${of("doesNotApply")
        .map((card) => card.id)
        .join(" ")}`,
    ]),
    ...block("Read but driving nothing", silent),
    ...block(
      "Packs",
      result.packs.map((p) => `  ${p.id} ${p.version}, ${p.state}, until ${p.expires}, disclosures ${p.disclosures}`),
    ),
    "\nNot a medical device. For research and teaching; a qualified clinician decides.",
  ].join("\n");
}

function candidates(packs: readonly Pack[], id: string): string {
  const pack = packs.find((item) => item.id === id);
  if (!pack)
    throw new WillisError("not-found", `There is no pack "${id}"; there are ${packs.map((p) => p.id).join(", ")}.`);
  const current = pack.recommendations.filter((item) => item.status === "current");
  const vignettes = current.flatMap((item) => {
    const four = vignettesFor(item);
    return [...four, ...boundariesFor(item, four)];
  });
  return JSON.stringify(vignettes, null, 1);
}

function answer(args: string[]): string {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: "boolean" },
      all: { type: "boolean" },
      help: { type: "boolean", short: "h" },
      packs: { type: "string" },
      at: { type: "string" },
      now: { type: "string" },
      vignettes: { type: "string" },
    },
  });
  if (values.help) return HELP;
  const dir = values.packs ?? PACKS_DIR;
  if (values.vignettes !== undefined) return candidates(loadPacks(dir), values.vignettes);
  if (positionals.length !== 1)
    throw new WillisError("bad-request", 'Give one file of facts, or "-"; see evaluate --help.');
  const given = readGiven(positionals[0]!, values.at ?? values.now);
  const { facts, doubts } = parseGiven(given.facts, given.now);
  const packs = loadPacks(dir);
  const result = evaluateFacts(packs, facts, given.now, { superseded: values.all ?? false, doubts });
  return values.json ? JSON.stringify(answerOf(result, packs), null, 2) : forPeople(result);
}

/** `evaluate FACTS.json`: the recommendations of the packs for one patient, in a terminal or for a machine. */
export const evaluate: Verb = {
  summary: "which recommendations apply to the facts of one patient, which cannot be determined, and why",
  help: HELP,
  run(args: string[]): Promise<number> {
    try {
      process.stdout.write(`${answer(args).trimEnd()}\n`);
      return Promise.resolve(EXIT.ok);
    } catch (error) {
      const usage = error instanceof WillisError || (error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS");
      if (!usage) return Promise.reject(error);
      process.stderr.write(`evaluate: ${(error as Error).message}\n`);
      return Promise.resolve(EXIT.usage);
    }
  },
};
