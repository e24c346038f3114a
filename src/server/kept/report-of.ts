import type { KeptPlace, KeptView } from "../../cases/kept.ts";
import { unitCode, valueCode } from "../../dicom/iod/measurement-codes.ts";
import type { ReportMeasurement, ReportShape, ReportValue } from "../../dicom/iod/measurement-report.ts";
import { uidOfUuid } from "../../dicom/uid.ts";

type Points = readonly (readonly number[])[];

/** Names under which the viewers of the Cornerstone family (OHIF) take a measurement up as one of their own tools. */
const TOOLS: Readonly<Partial<Record<KeptView["kind"], string>>> = {
  length: "Length",
  angle: "Angle",
  cobb: "CobbAngle",
  bidirectional: "Bidirectional",
  ellipse: "EllipticalROI",
  circle: "CircleROI",
  rectangle: "RectangleROI",
  freehand: "PlanarFreehandROI",
  probe: "Probe",
  arrow: "ArrowAnnotate",
};
const REGIONS: ReadonlySet<string> = new Set(["ellipse", "circle", "rectangle", "freehand"]);

/** A person's name as PN: one component, without the characters that separate. */
export function personName(name: string): string {
  return name.replace(/[\^=\\]+/g, " ").slice(0, 64);
}

/** A kept measurement as a group of the report; each number of a bidirectional one is read from its own line. */
export function reportMeasurement(kept: KeptView): ReportMeasurement {
  const { kind, values, place } = kept;
  const tool = TOOLS[kind];
  const hu = values.some(({ unit }) => unit === "HU");
  const reportValue = ({ code, label, unit, value, reason, uncertainty }: KeptView["values"][number]): ReportValue => ({
    ...valueCode(code, label, hu),
    unit: unitCode(unit),
    value,
    ...(reason === undefined ? {} : { reason }),
    ...(uncertainty === undefined ? {} : { uncertainty }),
    ...(code === "long_axis" ? { from: 0 } : code === "short_axis" ? { from: 1 } : {}),
  });
  return {
    trackingId: tool ? `Cornerstone3DTools@^0.1.0:${tool}` : `Willis:${kind}`,
    trackingUid: uidOfUuid(kept.id),
    form: REGIONS.has(kind) ? "region" : kind === "volume" ? "volume" : "lines",
    label: kept.label || kind,
    shapes: shapesOf(kept, place),
    values: values.map(reportValue),
    method: kept.method,
    calibration: kept.calibration,
    observer: personName(kept.changedBy.name),
    ms: Date.parse(kept.changedAt),
  };
}

/** The shape in the form in which reports hold it (and the viewers above expect it). */
function shapesOf({ kind, shape }: KeptView, place: KeptPlace): ReportShape[] {
  const { points } = shape;
  if (points.length === 0 || (shape.space === "image" ? !place.sopUid : !place.frameOfReference)) {
    return [{ on: "series", seriesUid: place.seriesUid }];
  }
  const on = (name: "POINT" | "POLYLINE" | "CIRCLE" | "ELLIPSE", list: Points): ReportShape =>
    shape.space === "image"
      ? {
          on: "image",
          shape: name,
          points: list,
          image: {
            studyUid: place.studyUid,
            seriesUid: place.seriesUid,
            sopClass: place.sopClass ?? "",
            sopUid: place.sopUid ?? "",
            ...(place.frame === undefined ? {} : { frame: place.frame }),
          },
        }
      : {
          on: "patient",
          shape: name === "CIRCLE" ? "POLYLINE" : name,
          points: list,
          frameOfReference: place.frameOfReference ?? "",
          seriesUid: place.seriesUid,
        };
  const [a, b, c, d] = points as readonly [number[], number[], number[], number[]];
  if (points.length === 1) return [on("POINT", points)];
  if (kind === "angle" && points.length === 3) return [on("POLYLINE", [a, b, b, c])];
  if (kind === "bidirectional" && points.length === 4) return [on("POLYLINE", [a, b]), on("POLYLINE", [c, d])];
  if (kind === "ellipse" && points.length === 4) return [on("ELLIPSE", points)];
  if (kind === "circle" && points.length === 2) return [on("CIRCLE", points)];
  if (kind === "rectangle" && points.length === 4) return [on("POLYLINE", [a, b, d, c, a])];
  if (kind === "freehand") return [on("POLYLINE", [...points, a])];
  return [on("POLYLINE", points)];
}
