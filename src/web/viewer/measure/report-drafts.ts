import type { KeptDraft, KeptValue } from "../../../cases/kept.ts";
import { VALUE_CODES } from "../../../dicom/iod/measurement-codes.ts";
import type { GroupShape, GroupValue, MeasurementGroup } from "../../../dicom/objects/measurement-groups.ts";
import type { Place } from "../../../dicom/objects/places.ts";
import { sha256 } from "../../../dicom/uid.ts";
import { type DrawnKind, isWhole, kindOfTool } from "./drawn-shape.ts";

type Points = readonly (readonly number[])[];

/** Why a group of a report cannot be drawn here. */
export interface NotDrawn {
  readonly reason: string;
}

/**
 * A measurement group of a report, ours or another's, as a measurement of this page. Its numbers stay those of the report;
 * its id follows from its tracking UID, so that taking it over twice makes one.
 */
export function draftOfGroup(
  group: MeasurementGroup,
  places: ReadonlyMap<string, Place>,
  maker: { readonly name: string; readonly version: string },
): KeptDraft | NotDrawn {
  const first = group.shapes[0];
  if (!first) return { reason: "it has no shape on an image" };
  const drawn = shapeOf(group);
  if (!drawn || !isWhole(drawn.kind, drawn.points))
    return { reason: `a ${first.type || "shape"} of this kind is not drawn here` };
  const sopUid = first.image?.sopUid;
  const place = sopUid === undefined ? undefined : places.get(sopUid);
  if (first.space === "patient" || !sopUid || !place) return { reason: "it names no image of this study" };
  const frame = first.image?.frames[0];
  return {
    id: idOf(group.trackingUid || JSON.stringify(group.shapes)),
    kind: drawn.kind,
    label: group.finding || group.site,
    place: { ...place, sopUid, ...(frame === undefined ? {} : { frame }) },
    shape: { space: "image", points: drawn.points },
    values: group.values.map(keptValue),
    method: { name: `Read from a report of ${maker.name}`.slice(0, 200), version: maker.version || "not stated" },
    calibration: "as the report says",
  };
}

function shapeOf({ trackingId, shapes }: MeasurementGroup): { kind: DrawnKind; points: Points } | undefined {
  const { points, type } = shapes[0] as GroupShape;
  const named = kindOfTool(trackingId.split(":").at(-1) ?? "");
  const kind = named ?? guessed(type, points);
  if (!kind) return undefined;
  const [a, b, c, d] = points as readonly [number[], number[], number[], number[]];
  if (kind === "angle" && points.length === 4) return { kind, points: [a, b, d] };
  if (kind === "bidirectional") return { kind, points: shapes.flatMap((shape) => shape.points).slice(0, 4) };
  if (kind === "rectangle" && points.length >= 4) return { kind, points: [a, b, d, c] };
  if (kind === "freehand" && same(points[0], points.at(-1))) return { kind, points: points.slice(0, -1) };
  return { kind, points };
}

function guessed(type: string, points: Points): DrawnKind | undefined {
  if (type === "POINT") return "probe";
  if (type === "CIRCLE") return "circle";
  if (type === "ELLIPSE") return "ellipse";
  if (type !== "POLYLINE") return undefined;
  if (points.length === 2) return "length";
  return points.length > 3 && same(points[0], points.at(-1)) ? "freehand" : undefined;
}

function same(a: readonly number[] | undefined, b: readonly number[] | undefined): boolean {
  return a !== undefined && b !== undefined && a.every((value, k) => Math.abs(value - b[k]!) < 1e-3);
}

function keptValue({ code, name, derivation, value, unit }: GroupValue): KeptValue {
  const key = Object.entries(VALUE_CODES).find(
    ([, known]) => known.name.value === code && (known.derivation?.meaning ?? "") === derivation,
  )?.[0];
  const label = derivation || name || code;
  return {
    ...{ code: key ?? (code.slice(0, 64) || "value"), label: label.slice(0, 64), value, unit: unit.slice(0, 20) },
    ...(value === null ? { reason: "the report gives no value" } : {}),
  };
}

/** The UUID of a UID below 2.25, else one made of its hash. */
function idOf(trackingUid: string): string {
  const number = /^2\.25\.(\d{1,39})$/.exec(trackingUid)?.[1];
  const value = number === undefined ? undefined : BigInt(number);
  const hex =
    value !== undefined && value < 1n << 128n
      ? value.toString(16).padStart(32, "0")
      : [...sha256(new TextEncoder().encode(trackingUid)).subarray(0, 16)]
          .map((b) => b.toString(16).padStart(2, "0"))
          .join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Whether a group could be made a measurement of this page. */
export function isDraft(found: KeptDraft | NotDrawn): found is KeptDraft {
  return "shape" in found;
}
