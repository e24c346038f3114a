import type { KeptKind, KeptValue } from "../../../cases/kept.ts";
import { keptValueWords } from "../../../cases/kept.ts";
import { type Outline, outlineSize, regionStatistics } from "../../../imaging/region/region-statistics.ts";
import { cornerToPixel } from "../pane/image-place.ts";
import { type Calibration, measureLength } from "./calibration.ts";
import { isRegion, outlineOf } from "./drawn-shape.ts";
import type { PixelValues } from "./pixel-values.ts";

type Point = readonly [number, number];

/** The numbers of a shape, in which sense its lengths are to be taken, and by which method. */
export interface Measured {
  readonly values: readonly KeptValue[];
  readonly calibration: string;
  readonly method: { readonly name: string; readonly version: string };
}

const METHODS: Readonly<Partial<Record<KeptKind, string>>> = {
  length: "Straight line between two points",
  angle: "Angle between two arms at a vertex",
  cobb: "Angle between two lines (Cobb)",
  bidirectional: "Longest and shortest diameter by hand",
  ellipse: "Pixels within an ellipse",
  circle: "Pixels within a circle",
  rectangle: "Pixels within a rectangle",
  freehand: "Pixels within an outline by hand",
  probe: "Value of a pixel",
  arrow: "Note",
};
/** A changed way of computing gets a new number: kept measurements say which they were made with. */
const VERSION = "1.0";
const ONE_PIXEL = "one pixel at each end";

/** What a shape on one image measures. Points in pixels (0.5, 0.5 is the middle of the first). */
export function measured(
  kind: KeptKind,
  points: readonly Point[],
  calibration: Calibration,
  pixels: PixelValues | undefined,
  pointWords?: (point: Point) => KeptValue | undefined,
): Measured {
  const method = { name: METHODS[kind] ?? kind, version: VERSION };
  const [a, b, c, d] = points;
  if (kind === "length" && a && b) {
    const { value, calibration: words } = lengthValue("length", "Length", calibration, a, b);
    return { values: [value], calibration: words, method };
  }
  if (kind === "bidirectional" && a && b && c && d) {
    const long = lengthValue("long_axis", "Long axis", calibration, a, b);
    const short = lengthValue("short_axis", "Short axis", calibration, c, d);
    return { values: [long.value, short.value], calibration: long.calibration, method };
  }
  if (kind === "angle" && a && b && c) {
    return { values: [angleValue("angle", "Angle", calibration, [b, a], [b, c])], calibration: "", method };
  }
  if (kind === "cobb" && a && b && c && d) {
    return { values: [angleValue("cobb", "Cobb angle", calibration, [a, b], [c, d])], calibration: "", method };
  }
  if (isRegion(kind)) return { ...regionValues(kind, points, calibration, pixels), method };
  if (kind === "probe" && a) {
    const own = pointWords?.(a);
    return { values: [own ?? probeValue(a, pixels)], calibration: "", method };
  }
  return { values: [], calibration: "", method };
}

/** A length as a kept value: mm with its error, or px with the reason in the words. */
export function lengthValue(
  code: string,
  label: string,
  calibration: Calibration,
  from: Point,
  to: Point,
): { readonly value: KeptValue; readonly calibration: string } {
  const { value, unit, error, words } = measureLength(calibration, cornerToPixel(from), cornerToPixel(to));
  const pixel = Math.max(calibration.rowSpacing, calibration.columnSpacing);
  const spread =
    error !== null
      ? { half: error, basis: calibration.errorBasis || "by the calibration" }
      : unit === "mm" && calibration.state === "patient"
        ? { half: pixel, basis: ONE_PIXEL }
        : undefined;
  const uncertainty = spread && { low: value - spread.half, high: value + spread.half, basis: spread.basis };
  return { value: { code, label, value, unit, ...(uncertainty ? { uncertainty } : {}) }, calibration: words };
}

/** mm of a pixel at a place along a row and along a column; null where lengths there are not in mm. */
function sizeAt(calibration: Calibration, point: Point): readonly [number, number] | null {
  if (calibration.unit === "mm") return [calibration.columnSpacing, calibration.rowSpacing];
  if (calibration.state !== "region") return null;
  const [x, y] = cornerToPixel(point);
  const [along, down] = [
    measureLength(calibration, [x, y], [x + 1, y]),
    measureLength(calibration, [x, y], [x, y + 1]),
  ];
  return along.unit === "mm" && down.unit === "mm" ? [along.value, down.value] : null;
}

/** The angle between two arms, 0 to 180 degrees; between two lines (Cobb) the one of at most 90 is not taken: as drawn. */
function angleValue(
  code: string,
  label: string,
  calibration: Calibration,
  one: readonly [Point, Point],
  other: readonly [Point, Point],
): KeptValue {
  const [sx, sy] = sizeAt(calibration, one[0]) ?? [1, 1];
  const arm = ([from, to]: readonly [Point, Point]): Point => [(to[0] - from[0]) * sx, (to[1] - from[1]) * sy];
  const [u, v] = [arm(one), arm(other)];
  const lengths = [Math.hypot(...u), Math.hypot(...v)];
  const unit = "deg";
  if (lengths.some((length) => length === 0)) {
    return { code, label, value: null, unit, reason: "an arm has no length" };
  }
  const whole = (Math.atan2(Math.abs(u[0] * v[1] - u[1] * v[0]), u[0] * v[0] + u[1] * v[1]) * 180) / Math.PI;
  // which end of a line was set first means nothing: of two lines the smaller angle counts
  const value = code === "cobb" ? Math.min(whole, 180 - whole) : whole;
  const pixel = Math.max(sx, sy);
  const half = (Math.hypot(...lengths.map((length) => Math.min(1, pixel / length))) * 180) / Math.PI;
  const uncertainty = { low: value - half, high: value + half, basis: ONE_PIXEL };
  return { code, label, value, unit, uncertainty };
}

function regionValues(
  kind: KeptKind,
  points: readonly Point[],
  calibration: Calibration,
  pixels: PixelValues | undefined,
): { readonly values: readonly KeptValue[]; readonly calibration: string } {
  const size = points[0] ? sizeAt(calibration, points[0]) : null;
  const outline = outlineOf(kind, points, ...(size ?? ([1, 1] as const)));
  if (!outline) return { values: [], calibration: "" };
  return {
    values: [...statistics(outline, pixels), areaValue(outline, size, calibration)],
    calibration: size
      ? calibration.words.replace(/^calibrated by the region.*/, "mm, region")
      : `px, ${calibration.words.replace(/^px, /, "")}`,
  };
}

function statistics(outline: Outline, pixels: PixelValues | undefined): KeptValue[] {
  const named = (code: string, what: string, value: number | null, reason?: string): KeptValue => ({
    ...{
      code,
      label: pixels && pixels.unit !== "HU" ? `${what} ${pixels.name}` : what,
      value,
      unit: pixels?.unit ?? "",
    },
    ...(reason === undefined ? {} : { reason }),
  });
  if (!pixels) return [named("mean", "Mean", null, "the image is in colour, or not loaded")];
  const { count, mean, sd, min, max } = regionStatistics(
    pixels.values,
    pixels.columns,
    pixels.rows,
    outline,
    pixels.made,
  );
  if (count === 0) return [named("mean", "Mean", null, "no pixel's middle lies inside")];
  return [
    named("mean", "Mean", mean),
    named("sd", "SD", sd),
    named("min", "Min", min),
    named("max", "Max", max),
    { code: "pixels", label: "Pixels", value: count, unit: "1" },
  ];
}

function areaValue(outline: Outline, size: readonly [number, number] | null, calibration: Calibration): KeptValue {
  const [sx, sy] = size ?? [1, 1];
  const { area, perimeter } = outlineSize(outline, sx, sy);
  const unit = size ? "mm2" : "px2";
  const drawn = perimeter * 0.5 * Math.max(sx, sy);
  const scale = size && calibration.error !== null ? 2 * calibration.error * area : 0;
  const half = Math.hypot(drawn, scale);
  const basis = scale > 0 ? "scale and half a pixel of the outline" : "half a pixel of the outline";
  return {
    ...{ code: "area", label: "Area", value: area, unit },
    uncertainty: { low: Math.max(0, area - half), high: area + half, basis },
  };
}

function probeValue([x, y]: Point, pixels: PixelValues | undefined): KeptValue {
  const unit = pixels?.unit ?? "";
  const label = pixels?.name ?? "Value";
  const none = (reason: string): KeptValue => ({ code: "value", label, value: null, unit, reason });
  if (!pixels) return none("the image is in colour, or not loaded");
  const [column, row] = [Math.floor(x), Math.floor(y)];
  if (column < 0 || row < 0 || column >= pixels.columns || row >= pixels.rows) return none("outside the image");
  const value = pixels.made(pixels.values[row * pixels.columns + column]!);
  return Number.isFinite(value) ? { code: "value", label, value, unit } : none("nothing was computed here");
}

/** In which sense lengths are to be taken, without the unit that stands before it; empty where it goes without saying. */
export function senseWords(calibration: string): string {
  return calibration === "mm" ? "" : calibration.replace(/^(px|mm),? /, "");
}

/** What is written beside a shape on the image: its name, its numbers, and in which sense they are to be taken. */
export function linesOf(kind: KeptKind, label: string, { values, calibration }: Measured): string[] {
  const named = label ? [label] : [];
  if (kind === "arrow") return named;
  const value = (code: string) => values.find((one) => one.code === code);
  const [mean, sd, min, max, pixels, area] = ["mean", "sd", "min", "max", "pixels", "area"].map(value);
  if (!isRegion(kind)) {
    const words = values.map((one) =>
      values.length > 1 ? `${one.label} ${keptValueWords(one)}` : keptValueWords(one),
    );
    return [...named, ...words, ...(senseWords(calibration) ? [senseWords(calibration)] : [])];
  }
  const short = (one: KeptValue | undefined) =>
    one?.value == null ? "" : keptValueWords(one).replace(/ [A-Za-z/0-9]+$/, "");
  return [
    ...named,
    ...(mean
      ? [mean.value === null ? keptValueWords(mean) : `${mean.label} ${keptValueWords(mean)}, SD ${short(sd)}`]
      : []),
    ...(min && max ? [`${short(min)} to ${short(max)}, ${pixels?.value ?? 0} px`] : []),
    ...(area ? [`Area ${keptValueWords({ ...area, uncertainty: undefined } as unknown as KeptValue)}`] : []),
    ...(senseWords(calibration) ? [senseWords(calibration)] : []),
  ];
}
