import type { Pack } from "./pack.ts";
import {
  either,
  flag,
  listOf,
  mapOf,
  number,
  objectOf,
  oneOf,
  optional,
  orNull,
  pairOf,
  type Shape,
  scalar,
  text,
  tree,
  words,
} from "./shape.ts";

const names = listOf(text);

const checked = {
  verified: oneOf("source-seen", "from-memory"),
  verifiedScope: oneOf("main-facts", "partial", "none"),
  confidence: oneOf("high", "medium", "low"),
  verifiedVia: names,
  note: orNull(text),
};

const recommendation = objectOf({
  ...checked,
  id: words,
  guideline: text,
  body: text,
  year: number,
  doi: orNull(text),
  citationNote: orNull(text),
  topic: text,
  indications: names,
  criteria: tree,
  action: text,
  group: text,
  subject: text,
  direction: text,
  gradeSystem: text,
  strength: text,
  certainty: text,
  status: oneOf("current", "superseded"),
  supersedes: names,
  expires: text,
  owner: optional(text),
  disclosure: optional(text),
  rationale: optional(text),
  local: optional(
    objectOf({
      reason: text,
      owner: text,
      sunset: text,
      notUsed: flag,
      original: objectOf({ criteria: tree, action: text }),
    }),
  ),
});

const trial = objectOf({
  ...checked,
  id: words,
  acronym: words,
  type: text,
  year: number,
  journal: text,
  doi: orNull(text),
  registration: orNull(text),
  citationNote: orNull(text),
  n: orNull(number),
  entry: tree,
  arms: listOf(words, 20),
  primaryOutcome: text,
  effect: objectOf({
    measure: text,
    value: orNull(number),
    ci95: orNull(pairOf(number, number)),
    experimental: orNull(text),
    control: orNull(text),
  }),
  rates: listOf(
    objectOf({
      outcome: words,
      favourable: flag,
      experimental: number,
      control: number,
      primary: flag,
      arms: optional(pairOf(words, words)),
    }),
  ),
  safety: text,
  conclusion: text,
  topics: names,
});

const scale = objectOf({
  id: words,
  name: words,
  domain: text,
  kind: oneOf("sum", "questionnaire", "choice", "classes", "formula", "two-column"),
  items: listOf(
    objectOf({
      key: words,
      label: words,
      options: listOf(objectOf({ value: either(number, text), label: text, when: optional(tree) })),
      perStep: optional(
        objectOf({
          above: number,
          step: number,
          points: number,
          unit: text,
          range: optional(pairOf(number, number)),
          fact: optional(words),
        }),
      ),
      input: optional(objectOf({ unit: text, range: pairOf(number, number), fact: optional(words) })),
      normal: optional(either(number, text)),
      untestable: optional(objectOf({ word: words, points: optional(number) })),
    }),
  ),
  formula: optional(text),
  unit: text,
  range: pairOf(orNull(either(number, text)), orNull(either(number, text))),
  bands: listOf(objectOf({ from: number, to: orNull(number), words: text })),
  interpretation: names,
  source: text,
  doi: orNull(text),
  field: orNull(text),
  occasions: optional(listOf(objectOf({ word: words, field: orNull(words) }), 20)),
  interRater: optional(
    listOf(
      objectOf({ words, source: words, measure: optional(words), value: optional(number), doi: optional(words) }),
      20,
    ),
  ),
  pitfalls: optional(listOf(objectOf({ words, source: words }), 20)),
});

const indication = objectOf({
  ...checked,
  id: words,
  name: text,
  family: text,
  population: text,
  setting: oneOf("emergency", "urgent", "elective"),
  imageGuidance: names,
  alternatives: listOf(
    objectOf({
      kind: text,
      names,
      none: orNull(text),
      rates: listOf(objectOf({ trial: words, outcome: words, arm: oneOf("experimental", "control") })),
      arguments: listOf(
        either(
          objectOf({ recommendation: words }),
          objectOf({ trial: words, points: oneOf("for", "against", "neither") }),
        ),
      ),
    }),
  ),
  mainSteps: names,
  deviceClasses: names,
  complications: listOf(
    objectOf({
      event: words,
      typicalRate: text,
      percent: orNull(pairOf(number, number)),
      of: oneOf("intervention", "surgery", "medical", "observation"),
      nature: oneOf("risk", "benefit", "threshold"),
      source: text,
      confidence: oneOf("high", "medium", "low"),
      citable: flag,
    }),
  ),
  keyScales: names,
  followUpImaging: text,
  codes: mapOf(names),
  trialIds: names,
  recommendationTopics: names,
});

const conditions = listOf(objectOf({ op: text }), 50);
const metric = objectOf({
  ...checked,
  id: words,
  name: words,
  type: oneOf("process", "outcome", "safety", "structure", "radiation"),
  numerator: text,
  denominator: text,
  exclusions: names,
  formula: either(
    objectOf({ kind: oneOf("cannot-be-computed"), reason: words }),
    objectOf({ kind: oneOf("share"), of: conditions, holds: conditions }),
    objectOf({ kind: oneOf("median-interval"), of: conditions, from: words, to: words }),
    objectOf({ kind: oneOf("median-value"), of: conditions, field: words }),
    objectOf({
      kind: oneOf("count", "share", "median-interval", "median-value", "cannot-be-computed"),
      of: conditions,
    }),
  ),
  unit: text,
  target: text,
  targets: listOf(objectOf({ op: oneOf("lt", "lte", "gt", "gte"), value: number, words: text })),
  source: text,
});

const vignette = objectOf({
  id: words,
  recommendation: words,
  kind: oneOf("positive", "negative", "unknown", "boundary"),
  facts: mapOf(scalar),
  expected: oneOf("applies", "doesNotApply", "cannotDetermine"),
  missing: names,
});

const HEADER = objectOf({
  supersededBy: orNull(words),
  authors: listOf(words, 100),
  supersedes: names,
  corrections: listOf(objectOf({ item: words, field: words, was: text, now: text, why: words })),
  registry: listOf(objectOf({ key: words, label: text, type: text, usedBy: names, required: flag })),
  caseKinds: names,
  about: orNull(tree),
  verification: objectOf({ sourceSeen: number, fromMemory: number, words: text }),
  windows: listOf(objectOf({ field: words, at: number, early: names, late: names, rule: text })),
  disagreements: listOf(objectOf({ topic: words, applies: names, doesNotApply: names, trials: names, why: text })),
  newerEvidence: listOf(objectOf({ id: words, topic: words, current: names, newerEvidence: names, direction: text })),
  changes: listOf(objectOf({ id: words, topic: words, from: names, to: names, summary: text, drivers: text })),
});

const LISTS: readonly (readonly [keyof Pack, Shape])[] = [
  ["recommendations", recommendation],
  ["trials", trial],
  ["scales", scale],
  ["indications", indication],
  ["metrics", metric],
  ["vignettes", vignette],
];

/**
 * What is wrong with the shape of a pack whose header was parsed: a list that is none, a key that is missing or of another
 * kind, a criterion that is too deep. The first problem of each list, one sentence each, with the place in it. A pack from
 * elsewhere must pass this before anything reads its items; keys that are not known are ignored.
 */
export function shapeProblems(pack: Pack): readonly string[] {
  const header = HEADER(pack, "");
  const lists = LISTS.map(([key, shape]) => listOf(shape, 10_000)(pack[key], key));
  return [header, ...lists].filter((problem) => problem !== null);
}
