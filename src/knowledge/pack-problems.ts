import { type Criterion, childrenOf, compare, type Leaf, leavesOf, OPS } from "./criteria.ts";
import { fieldOf, wordsOf } from "./dictionary.ts";
import { indicationProblems } from "./indication.ts";
import { metricProblems } from "./metric.ts";
import { cellsOf } from "./missing.ts";
import type { Pack } from "./pack.ts";
import { OPTION_GROUPS, type Recommendation } from "./recommendation.ts";
import { extremesOf, type Scale, scoreScale } from "./scales.ts";
import { sentence } from "./sentence.ts";
import { type Trial, trialCitation } from "./trial.ts";
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

function recommendationProblems(item: Recommendation, pack: Pack): readonly string[] {
  const problems = [...criterionProblems(item.criteria)];
  if (leavesOf(item.criteria).length === 0) problems.push("has no condition that facts decide");
  if (!item.doi && !item.citationNote) problems.push("cites nothing and does not say so");
  if (!/^\d{4}-\d{2}-\d{2}$/.test(item.expires ?? "")) problems.push("does not expire");
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
  if (scale.field && !fieldOf(scale.field)) problems.push(`fills the unknown field "${scale.field}"`);
  return problems.map((problem) => `scale ${scale.id}: ${problem}`);
}

/**
 * Everything wrong with the items of a pack, one sentence each: a pack with problems must not be loaded. Checked: citations
 * or the mark that they are not certain, expiry, four vignettes for each current recommendation, known fields, comparisons
 * and allowed thresholds, sources of scales and their extreme totals, ids that occur twice.
 */
export function packProblems(pack: Pack): readonly string[] {
  const lists = [pack.recommendations, pack.trials, pack.scales, pack.indications, pack.metrics];
  const twice = lists.flatMap((list) => list.map((item) => item.id).filter((id, i, ids) => ids.indexOf(id) !== i));
  return [
    ...(pack.about ? criterionProblems(pack.about) : []).map((problem) => `"about": ${problem}`),
    ...twice.map((id) => `id ${id} occurs twice`),
    ...pack.recommendations.flatMap((item) => recommendationProblems(item, pack)),
    ...pack.trials.flatMap(trialProblems),
    ...pack.scales.flatMap(scaleProblems),
    ...pack.indications.flatMap(indicationProblems),
    ...pack.metrics.flatMap((item) => metricProblems(item, pack.registry)),
  ];
}
