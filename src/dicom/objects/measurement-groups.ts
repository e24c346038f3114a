import { type DataSet, items, number, numbers, text } from "../data-set.ts";
import { unitShown } from "../iod/measurement-codes.ts";
import { codeOf, type Reference, referencesOf } from "./content-tree.ts";

/** A shape of a measurement group: on an image (column, row; 0.5, 0.5 is the middle of the first pixel) or in LPS mm. */
export interface GroupShape {
  readonly space: "image" | "patient";
  /** POINT, MULTIPOINT, POLYLINE, CIRCLE, ELLIPSE, POLYGON. */
  readonly type: string;
  readonly points: readonly (readonly number[])[];
  readonly image: Reference | null;
  readonly frameOfReference: string;
}

/** A number of a measurement group, with its unit as it is shown. */
export interface GroupValue {
  readonly code: string;
  readonly name: string;
  /** E.g. "Mean"; empty when it is the value itself. */
  readonly derivation: string;
  readonly value: number | null;
  readonly unit: string;
}

/** One measurement group of a report of TID 1500, whoever wrote it. */
export interface MeasurementGroup {
  readonly trackingUid: string;
  /** For programs, e.g. "Cornerstone3DTools@^0.1.0:Length"; empty when there is none. */
  readonly trackingId: string;
  /** What was found, or the reader's name for it; empty when nothing is said. */
  readonly finding: string;
  readonly site: string;
  readonly shapes: readonly GroupShape[];
  readonly values: readonly GroupValue[];
}

const MOST_GROUPS = 2000;
const MOST_ITEMS = 50_000;
const MOST_POINTS = 5000;

/**
 * The measurement groups (125007) of a report: shapes that stand in the group (TID 1410, 1411) or that numbers were
 * inferred from (TID 1501, 300), each once. Reports of other makers and of other viewers count as ours do. Iterative,
 * with limits: what is beyond them is left out and `more` says so.
 */
export function measurementGroups(report: DataSet): { readonly groups: MeasurementGroup[]; readonly more: boolean } {
  const groups: MeasurementGroup[] = [];
  const open: DataSet[] = [report];
  let seen = 0;
  for (let next = open.pop(); next; next = open.pop()) {
    if (groups.length >= MOST_GROUPS || ++seen > MOST_ITEMS) return { groups, more: true };
    if (codeOf(next, "ConceptNameCodeSequence")?.value === "125007") groups.push(groupOf(next));
    else open.push(...items(next, "ContentSequence").toReversed());
  }
  return { groups, more: false };
}

function groupOf(group: DataSet): MeasurementGroup {
  const children = items(group, "ContentSequence").slice(0, MOST_ITEMS);
  const concept = (item: DataSet) => codeOf(item, "ConceptNameCodeSequence")?.value ?? "";
  const find = (...codes: string[]) => children.find((item) => codes.includes(concept(item)));
  const meaning = (item: DataSet | undefined) =>
    item ? (codeOf(item, "ConceptCodeSequence")?.meaning ?? text(item, "TextValue") ?? "") : "";
  const numeric = children.filter((item) => text(item, "ValueType") === "NUM");
  const shapes = [...children, ...numeric.flatMap((item) => items(item, "ContentSequence"))].flatMap(shapeOf);
  const id = find("112039");
  const uid = find("112040");
  return {
    trackingUid: (uid && text(uid, "UID")) ?? "",
    trackingId: (id && text(id, "TextValue")) ?? "",
    finding: meaning(find("121071")),
    site: meaning(find("363698007", "G-C0E3")),
    shapes: shapes.filter((one, k) => shapes.findIndex((other) => JSON.stringify(other) === JSON.stringify(one)) === k),
    values: numeric.map(valueOfItem),
  };
}

function valueOfItem(item: DataSet): GroupValue {
  const measured = items(item, "MeasuredValueSequence")[0];
  const name = codeOf(item, "ConceptNameCodeSequence");
  const derivation = items(item, "ContentSequence").find(
    (child) => codeOf(child, "ConceptNameCodeSequence")?.value === "121401",
  );
  const value = measured && (number(measured, "FloatingPointValue") ?? number(measured, "NumericValue"));
  return {
    code: name?.value ?? "",
    name: name?.meaning ?? "",
    derivation: (derivation && codeOf(derivation, "ConceptCodeSequence")?.meaning) ?? "",
    value: value ?? null,
    unit: unitShown(codeOf(measured, "MeasurementUnitsCodeSequence")?.value ?? ""),
  };
}

function shapeOf(item: DataSet): GroupShape[] {
  const kind = text(item, "ValueType");
  if (kind !== "SCOORD" && kind !== "SCOORD3D") return [];
  const per = kind === "SCOORD" ? 2 : 3;
  const all = numbers(item, "GraphicData").slice(0, per * MOST_POINTS);
  if (all.length < per || all.some((value) => !Number.isFinite(value))) return [];
  const points = Array.from({ length: Math.floor(all.length / per) }, (_, k) => all.slice(k * per, k * per + per));
  const source = items(item, "ContentSequence").find((child) => text(child, "ValueType") === "IMAGE");
  return [
    {
      space: kind === "SCOORD" ? "image" : "patient",
      type: text(item, "GraphicType") ?? "",
      points,
      image: source ? (referencesOf(source)[0] ?? null) : null,
      frameOfReference: text(item, "ReferencedFrameOfReferenceUID") ?? "",
    },
  ];
}
