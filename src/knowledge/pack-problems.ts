import { type Criterion, childrenOf, compare, type Leaf, leavesOf, OPS } from "./criteria.ts";
import { fieldOf, wordsOf } from "./dictionary.ts";
import { indicationProblems } from "./indication.ts";
import { adaptationProblems } from "./local-layer.ts";
import { metricProblems } from "./metric.ts";
import { cellsOf } from "./missing.ts";
import { isDay, type Pack } from "./pack.ts";
import { shapeProblems } from "./pack-shape.ts";
import { OPTION_GROUPS, type Recommendation } from "./recommendation.ts";
import { extremesOf, type Scale, scoreScale } from "./scales.ts";
import { sentence } from "./sentence.ts";
import { type Trial, trialCitation } from "./trial.ts";
import { effectProblems } from "./trial-effect.ts";
import { wrongValue } from "./validation.ts";

function leafProblem(leaf: Leaf): string | null {
  const field = fieldOf(leaf.field);
  if (!field) return wrongValue(leaf.field, undefined);
  if (!OPS.includes(leaf.op)) return `unknown comparison "${leaf.op}"`;
  const list = Array.isArray(leaf.value) ? leaf.value : [leaf.value];
  const wantsList = leaf.op === "in" || leaf.op === "between";
  if (wantsList !== Array.isArray(leaf.value))
    return `"${leaf.op}" of "${leaf.field}" needs ${wantsList ? "a list" : "one value"}`;
  if (leaf.op === "between" && (list.length !== 2 || !(list[0]! <= list[1]!)))
    return `"between" of "${leaf.field}" needs [low, high]`;
  const compares = leaf.op !== "eq" && leaf.op !== "ne" && leaf.op !== "in";
  if (compares && (field.kind === "bool" || field.kind === "enum")) return `"${leaf.op}" does not fit "${leaf.field}"`;
  for (const value of list) {
    const wrong = wrongValue(leaf.field, value);
    if (wrong) return wrong;
    if (compares && field.kind === "ordered" && !field.values!.includes(String(value))) {
      return `"${leaf.op}" of "${leaf.field}" needs one of ${wordsOf(field).join(", ")} that is not a broader word`;
    }
  }
  const results = new Set(cellsOf(leaf.field, [leaf]).map((value) => compare(leaf, { [leaf.field]: value })));
  return results.size === 1 ? `"${sentence(leaf)}" holds ${results.has("true") ? "always" : "never"}` : null;
}

/** What is wrong with a criterion: shapes, unknown fields or comparisons, thresholds that the field does not allow. */
export function criterionProblems(node: Criterion): readonly string[] {
  if (typeof node !== "object" || node === null) return ["a criterion must be an object"];
  const kinds = ["field", "text", "all", "any", "not", "of"].filter((key) => key in node);
  if (kinds.length !== 1)
    return [
      `a criterion must have exactly one of field, text, all, any, not, of; this has ${kinds.join(", ") || "none"}`,
    ];
  if ("field" in node) return [leafProblem(node)].filter((problem) => problem !== null);
  if ("text" in node) return node.text.trim() ? [] : ["an empty text"];
  if (("all" in node && !Array.isArray(node.all)) || ("any" in node && !Array.isArray(node.any)))
    return ["a group must hold a list"];
  if ("of" in node && !(Number.isInteger(node.atLeast) && node.atLeast >= 0))
    return ['"atLeast" must be a whole number'];
  return childrenOf(node).flatMap(criterionProblems);
}

const DOI = /^10\.\d{4,9}\/[^\s"<>]+$/;
const REGISTRATION = /^(NCT\d{8}|ISRCTN\d{8}|NTR\d{3,5})$/;
/** Places in a DOI where its publisher writes the year of acceptance. */
const DOI_YEARS = [/^10\.1001\/\w+\.(\d{4})\./, /\((\d{2})\)\d{5}-/, /-(20\d{2})-\d{6}$/];

function citationProblems(item: { readonly doi: string | null; readonly year: number }): readonly string[] {
  const problems: string[] = [];
  if (!Number.isInteger(item.year) || item.year < 1950 || item.year > 2100) problems.push(`has the year ${item.year}`);
  if (item.doi === null) return problems;
  if (!DOI.test(item.doi)) problems.push(`"${item.doi}" is no DOI`);
  for (const pattern of DOI_YEARS) {
    const found = pattern.exec(item.doi)?.[1];
    const accepted = found === undefined ? item.year : found.length === 2 ? 2000 + Number(found) : Number(found);
    if (Math.abs(accepted - item.year) > 1) problems.push(`is of ${item.year} but its DOI is of ${accepted}`);
  }
  return problems;
}

function recommendationProblems(item: Recommendation, pack: Pack): readonly string[] {
  const problems = [
    ...criterionProblems(item.criteria),
    ...(item.local ? criterionProblems(item.local.original.criteria) : []),
    ...adaptationProblems(item),
  ];
  if (leavesOf(item.criteria).length === 0) problems.push("has no condition that facts decide");
  if (!item.doi && !item.citationNote) problems.push("cites nothing and does not say so");
  problems.push(...citationProblems(item));
  if (!isDay(item.expires)) problems.push(`expires on "${item.expires}", which is no day like 2026-11-30`);
  else if (item.expires > pack.expires)
    problems.push(`expires on ${item.expires}, after its pack, which does on ${pack.expires}`);
  if (!OPTION_GROUPS.includes(item.group)) problems.push(`has no option group "${item.group}"`);
  if (!["for", "against", "either"].includes(item.direction)) problems.push("does not say for, against or either");
  for (const key of ["action", "subject", "body", "guideline", "gradeSystem", "strength", "certainty"] as const) {
    if (!item[key]) problems.push(`"${key}" is missing`);
  }
  const kinds = pack.vignettes.filter((v) => v.recommendation === item.id).map((v) => v.kind);
  const wanted = ["positive", "negative", "unknown", "boundary"] as const;
  if (item.status === "current") {
    for (const kind of wanted) if (!kinds.includes(kind)) problems.push(`has no ${kind} vignette`);
  }
  return problems.map((problem) => `recommendation ${item.id}: ${problem}`);
}

function trialProblems(trial: Trial): readonly string[] {
  const problems = [...criterionProblems(trial.entry)];
  if (!trial.doi && !trial.registration && !trial.citationNote) problems.push("cites nothing and does not say so");
  if (!trialCitation(trial)) problems.push("has no citation");
  problems.push(...citationProblems(trial), ...effectProblems(trial));
  if (!["open", "closed", "not certain"].includes(trial.enrolment))
    problems.push(`does not say whether it enrols: "${trial.enrolment}"`);
  if (trial.registration && !REGISTRATION.test(trial.registration))
    problems.push(`"${trial.registration}" is no registration like NCT01234567`);
  return problems.map((problem) => `trial ${trial.id}: ${problem}`);
}

function scaleProblems(scale: Scale): readonly string[] {
  const problems: string[] = [];
  if (!scale.source) problems.push("has no source");
  if (scale.items.length === 0) problems.push("has no items");
  const ends = extremesOf(scale);
  if (ends) {
    const [low, high] = [scoreScale(scale, ends.low), scoreScale(scale, ends.high)];
    if (low.value !== scale.range[0]) problems.push(`scores ${low.value} at its lowest, not ${scale.range[0]}`);
    if (scale.range[1] !== null && high.value !== scale.range[1])
      problems.push(`scores ${high.value} at its highest, not ${scale.range[1]}`);
  }
  for (const name of [scale.field, ...(scale.occasions ?? []).map((each) => each.field)])
    if (name && !fieldOf(name)) problems.push(`fills the unknown field "${name}"`);
  for (const item of scale.items) {
    if (item.normal !== undefined && !item.options.some((option) => option.value === item.normal))
      problems.push(`"${item.label}" calls ${item.normal} normal, which is none of its options`);
    for (const option of item.options)
      if (option.when)
        problems.push(
          ...criterionProblems(option.when).map((problem) => `"${item.label}", ${option.label}: ${problem}`),
        );
    for (const asked of [item.input, item.perStep]) {
      if (asked?.fact === undefined) continue;
      const field = fieldOf(asked.fact);
      if (!field) problems.push(`"${item.label}" takes the unknown fact "${asked.fact}"`);
      else if (field.unit !== asked.unit)
        problems.push(`"${item.label}" is in ${asked.unit}, but "${asked.fact}" is in ${field.unit || "no unit"}`);
    }
  }
  return problems.map((problem) => `scale ${scale.id}: ${problem}`);
}

/** Both ends that a criterion sets on a field, each with whether the end itself belongs to it. */
function endsOf(item: Recommendation, field: string, which: "lower" | "upper") {
  const ops = which === "lower" ? ["gt", "gte"] : ["lt", "lte"];
  return leavesOf(item.criteria)
    .filter((leaf) => leaf.field === field && (ops.includes(leaf.op) || leaf.op === "between"))
    .map((leaf) => ({
      at: Array.isArray(leaf.value) ? Number(leaf.value[which === "lower" ? 0 : 1]) : Number(leaf.value),
      closed: leaf.op !== "gt" && leaf.op !== "lt",
    }));
}

/**
 * Windows of one guidance that meet: the edge must belong to exactly one of them, by the rule that the pack states in
 * `windows`, and each must be on the side the pack puts it on.
 */
function windowProblems(pack: Pack): readonly string[] {
  const problems: string[] = [];
  for (const { field, at, early, late, rule } of pack.windows) {
    if (!rule) problems.push(`the window at ${at} states no rule`);
    const sides = [
      [early, "upper", true],
      [late, "lower", false],
    ] as const;
    for (const [ids, which, closed] of sides)
      for (const id of ids) {
        const item = pack.recommendations.find((r) => r.id === id);
        const fits = item && endsOf(item, field, which).some((end) => end.at === at && end.closed === closed);
        if (!fits) problems.push(`${id} does not ${closed ? "end with" : "begin after"} ${at} of "${field}"`);
      }
  }
  const timed = (item: Recommendation) =>
    [...new Set(leavesOf(item.criteria).map((leaf) => leaf.field))].filter((name) => fieldOf(name)?.unit === "h");
  const place = (item: Recommendation, field: string, at: number) => `${item.guideline}\n${field}\n${at}`;
  const begin = new Map<string, string>(); // by guidance, field and edge: the first item that holds from exactly there
  for (const item of pack.recommendations)
    for (const field of timed(item))
      for (const { at, closed } of endsOf(item, field, "lower")) {
        const key = place(item, field, at);
        if (closed && !begin.has(key)) begin.set(key, item.id);
      }
  for (const item of pack.recommendations)
    for (const field of timed(item))
      for (const { at, closed } of endsOf(item, field, "upper")) {
        const other = begin.get(place(item, field, at));
        if (closed && other !== undefined)
          problems.push(`${item.id} and ${other} both hold at ${at} of "${field}"; choose a side`);
      }
  return problems;
}

/**
 * Everything wrong with the items of a pack, one sentence each: a pack with problems must not be loaded. Checked first its
 * shape, and when that is right: citations
 * or the mark that they are not certain, expiry, four vignettes for each current recommendation, known fields, comparisons
 * and allowed thresholds, windows that meet, syntax and years of DOIs and registrations, the arithmetic of trials, sources
 * of scales and their extreme totals, alternatives of indications, formulas of metrics, ids that occur twice.
 */
export function packProblems(pack: Pack): readonly string[] {
  const misshapen = shapeProblems(pack);
  if (misshapen.length > 0) return misshapen;
  const lists = [pack.recommendations, pack.trials, pack.scales, pack.indications, pack.metrics];
  const twice = lists.flatMap((list) => list.map((item) => item.id).filter((id, i, ids) => ids.indexOf(id) !== i));
  return [
    ...(pack.about ? criterionProblems(pack.about) : []).map((problem) => `"about": ${problem}`),
    ...windowProblems(pack),
    ...twice.map((id) => `id ${id} occurs twice`),
    ...pack.recommendations.flatMap((item) => recommendationProblems(item, pack)),
    ...pack.trials.flatMap(trialProblems),
    ...pack.scales.flatMap(scaleProblems),
    ...pack.indications.flatMap(indicationProblems),
    ...pack.metrics.flatMap((item) => metricProblems(item, pack.registry)),
  ];
}
