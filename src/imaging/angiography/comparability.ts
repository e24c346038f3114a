import type { PixelIntensityRelationship } from "../../core/cine.ts";

/** How a run was taken, as far as its file says; what it does not say is left out. */
export interface RunConditions {
  /** Positioner angles, degrees: RAO/LAO and CRAN/CAUD. */
  readonly primaryAngle?: number;
  readonly secondaryAngle?: number;
  /** Frames a second (median interval). */
  readonly frameRate?: number;
  /** Source to detector and source to patient (isocentre), mm; or the magnification itself. */
  readonly sid?: number;
  readonly sod?: number;
  readonly magnification?: number;
  /** Side of the detector area that was read out, mm. */
  readonly fieldOfView?: number;
  readonly rows?: number;
  readonly columns?: number;
  readonly agent?: string;
  /** mL, mL/s and mg iodine a mL. */
  readonly volume?: number;
  readonly rate?: number;
  readonly iodine?: number;
  /** The vessel that is injected, and the catheter, in the words of the file. */
  readonly vessel?: string;
  readonly catheter?: string;
  /** Left out: the file does not say. */
  readonly relationship?: PixelIntensityRelationship;
}

export type ConditionCode =
  | "projection"
  | "frame-rate"
  | "magnification"
  | "field-of-view"
  | "injection"
  | "agent"
  | "vessel"
  | "catheter"
  | "intensity";

/** One condition of two runs set against each other. */
export interface Condition {
  readonly code: ConditionCode;
  readonly label: string;
  readonly verdict: "same" | "differs" | "not stated";
  /** The values of both, in words. */
  readonly words: string;
}

/** What may be read from the two runs together. */
export type Comparison =
  | "pixel-maps"
  | "area-ratio"
  | "relative-area-ratio"
  | "time-difference"
  | "relative-time-difference";

/** Whether a comparison is allowed; `reasons` say why not, or what to bear in mind when it is. */
export interface Ruling {
  readonly comparison: Comparison;
  readonly allowed: boolean;
  readonly reasons: readonly string[];
}

/** All conditions of two runs, and all rulings that follow from them. */
export interface Comparability {
  readonly conditions: readonly Condition[];
  readonly rulings: readonly Ruling[];
}

/** Degrees, and shares, up to which two values count as the same. */
const ANGLE = 5;
const SHARE = 0.05;
const INJECTION = 0.1;

/**
 * Sets two runs against each other: each condition is the same, differs, or is not stated, and each way of comparing them
 * is allowed or refused, with the reason in words. Unknown never counts as the same. Sameness: angles within 5 degrees,
 * frame rate, magnification and field within 5 %, volume and rate within 10 %, words alike but for case and spaces.
 *
 * Pixel maps need projection and magnification alike, and no other field of view or vessel. Ratios of area need proportional values in both runs, and
 * the same injection, agent and projection, or division by the parent artery (then the injection may differ). Differences
 * of time need the same vessel and injection, or to be taken relative to the parent artery. What is not stated about an
 * injection refuses what depends on it. Thresholds are engineering defaults.
 */
export function comparability(a: RunConditions, b: RunConditions): Comparability {
  const conditions = [
    projection(a, b),
    near("frame-rate", "frame rate", a.frameRate, b.frameRate, SHARE, (v) => `${round(v, 2)} f/s`),
    near("magnification", "magnification", magnified(a), magnified(b), SHARE, (v) => `${round(v, 2)}×`),
    field(a, b),
    injection(a, b),
    agent(a, b),
    alike("vessel", "vessel injected", a.vessel, b.vessel),
    alike("catheter", "catheter", a.catheter, b.catheter),
    intensity(a, b),
  ];
  const of = Object.fromEntries(conditions.map((one) => [one.code, one])) as Record<ConditionCode, Condition>;
  return {
    conditions,
    rulings: [pixelMaps(of), areaRatio(of, a, b), relativeArea(of, a, b), timeDifference(of), relativeTime(of)],
  };
}

type Found = Readonly<Record<ConditionCode, Condition>>;

function ruling(comparison: Comparison, refusals: readonly string[], notes: readonly string[]): Ruling {
  return { comparison, allowed: refusals.length === 0, reasons: refusals.length > 0 ? refusals : notes };
}

function pixelMaps(of: Found): Ruling {
  return ruling(
    "pixel-maps",
    [
      ...refuse(of.projection, "The same pixel is another line through the head"),
      ...refuse(of.magnification, "The same pixel is another place"),
      ...(of["field-of-view"].verdict === "differs"
        ? [`The same pixel is another place: the field of view ${said(of["field-of-view"])}.`]
        : []),
      ...(of.vessel.verdict === "differs" ? [`Another vessel is injected (${of.vessel.words}).`] : []),
    ],
    notes(of, ["projection", "magnification", "field-of-view", "vessel"]),
  );
}

function areaRatio(of: Found, a: RunConditions, b: RunConditions): Ruling {
  return ruling(
    "area-ratio",
    [
      ...values(of, a, b),
      ...refuse(of.projection, "The same vessel is crossed over another depth"),
      ...(of.vessel.verdict === "differs" ? [`Another vessel is injected (${of.vessel.words}).`] : []),
      ...(of.injection.verdict === "same"
        ? []
        : [`Areas grow with what is injected, and the injection ${said(of.injection)}: divide by the parent artery.`]),
      ...(of.agent.verdict === "differs" ? [`Another agent holds another amount of iodine (${of.agent.words}).`] : []),
    ],
    notes(of, ["agent", "vessel", "catheter", "frame-rate"]),
  );
}

function relativeArea(of: Found, a: RunConditions, b: RunConditions): Ruling {
  return ruling(
    "relative-area-ratio",
    [
      ...values(of, a, b),
      ...refuse(of.projection, "Depth over the region and over its artery change differently"),
      ...(of.vessel.verdict === "differs" ? [`Another vessel is injected (${of.vessel.words}).`] : []),
    ],
    [...notes(of, ["projection", "vessel", "catheter"]), "What lies over the region counts: depth is not corrected."],
  );
}

function timeDifference(of: Found): Ruling {
  return ruling(
    "time-difference",
    [
      ...(of.vessel.verdict === "differs" ? [`Another vessel is injected (${of.vessel.words}).`] : []),
      ...(of.injection.verdict === "same"
        ? []
        : [`Times shift with the injection, and it ${said(of.injection)}: take them relative to the parent artery.`]),
    ],
    notes(of, ["frame-rate", "vessel", "catheter"]),
  );
}

function relativeTime(of: Found): Ruling {
  return ruling(
    "relative-time-difference",
    of.vessel.verdict === "differs" ? [`Another vessel is injected (${of.vessel.words}).`] : [],
    notes(of, ["frame-rate", "vessel", "injection"]),
  );
}

/** Densities have to be proportional to contrast in both runs, on one scale. */
function values(of: Found, a: RunConditions, b: RunConditions): string[] {
  if (a.relationship === "DISP" || b.relationship === "DISP")
    return [
      "Values for display (DISP) went through an unknown curve: areas are not amounts. Times may be read, as the top of a curve stays where it is.",
    ];
  if (of.intensity.verdict === "not stated")
    return ["It is not stated how the values relate to the beam, so densities may not be proportional to contrast."];
  return of.intensity.verdict === "differs" ? [`The values are on different scales (${of.intensity.words}).`] : [];
}

/** The sentence when a condition differs; when it is not stated, that it has to be known. */
function refuse(condition: Condition, because: string): string[] {
  if (condition.verdict === "same") return [];
  return [`${because}: the ${condition.label} ${said(condition)}.`];
}

const said = (one: Condition): string => (one.verdict === "differs" ? `differs (${one.words})` : "is not stated");

function notes(of: Found, codes: readonly ConditionCode[]): string[] {
  return codes
    .map((code) => of[code])
    .flatMap((one) => (one.verdict === "same" ? [] : [`The ${one.label} ${said(one)}.`]));
}

const round = (v: number, digits: number): string => String(Number(v.toFixed(digits)));

function near(
  code: ConditionCode,
  label: string,
  a: number | undefined,
  b: number | undefined,
  share: number,
  words: (v: number) => string,
): Condition {
  if (a === undefined || b === undefined) return { code, label, verdict: "not stated", words: both(a, b, words) };
  const same = Math.abs(a - b) <= share * Math.max(Math.abs(a), Math.abs(b));
  return { code, label, verdict: same ? "same" : "differs", words: both(a, b, words) };
}

function both<T>(a: T | undefined, b: T | undefined, words: (v: T) => string): string {
  const [left, right] = [a, b].map((v) => (v === undefined ? "not stated" : words(v)));
  return left === right ? left! : `${left} and ${right}`;
}

function projection(a: RunConditions, b: RunConditions): Condition {
  const angles = (run: RunConditions): readonly [number, number] | undefined =>
    run.primaryAngle === undefined || run.secondaryAngle === undefined
      ? undefined
      : [run.primaryAngle, run.secondaryAngle];
  const [one, two] = [angles(a), angles(b)];
  const label = "projection";
  const words = both(one, two, projectionWords);
  if (!one || !two) return { code: "projection", label, verdict: "not stated", words };
  const same = angleBetween(one[0], two[0]) <= ANGLE && angleBetween(one[1], two[1]) <= ANGLE;
  return { code: "projection", label, verdict: same ? "same" : "differs", words };
}

function angleBetween(a: number, b: number): number {
  const away = Math.abs(a - b) % 360;
  return Math.min(away, 360 - away);
}

/** "LAO 90 CRAN 8": positive primary angles are to the left of the patient, positive secondary ones cranial. */
function projectionWords([primary, secondary]: readonly [number, number]): string {
  const side = (v: number, plus: string, minus: string) => `${v < 0 ? minus : plus} ${round(Math.abs(v), 0)}°`;
  return `${side(primary, "LAO", "RAO")} ${side(secondary, "CRAN", "CAUD")}`;
}

function magnified(run: RunConditions): number | undefined {
  return run.magnification ?? (run.sid !== undefined && run.sod ? run.sid / run.sod : undefined);
}

function field(a: RunConditions, b: RunConditions): Condition {
  const found = near("field-of-view", "field of view", a.fieldOfView, b.fieldOfView, SHARE, (v) => `${round(v, 0)} mm`);
  if (found.verdict !== "same" || (a.rows === b.rows && a.columns === b.columns)) return found;
  return { ...found, verdict: "differs", words: `${a.rows} × ${a.columns} and ${b.rows} × ${b.columns} pixels` };
}

function injection(a: RunConditions, b: RunConditions): Condition {
  const words = both(injected(a), injected(b), (v) => v);
  const pairs = [
    [a.volume, b.volume],
    [a.rate, b.rate],
  ] as const;
  const label = "injection";
  const differs = pairs.some(
    ([x, y]) => x !== undefined && y !== undefined && Math.abs(x - y) > INJECTION * Math.max(x, y),
  );
  if (differs) return { code: "injection", label, verdict: "differs", words };
  const known = pairs.every(([x, y]) => x !== undefined && y !== undefined);
  return { code: "injection", label, verdict: known ? "same" : "not stated", words };
}

function injected({ volume, rate }: RunConditions): string | undefined {
  if (volume === undefined && rate === undefined) return undefined;
  return [volume === undefined ? "" : `${round(volume, 1)} mL`, rate === undefined ? "" : `${round(rate, 1)} mL/s`]
    .filter(Boolean)
    .join(" at ");
}

function agent(a: RunConditions, b: RunConditions): Condition {
  const found = alike("agent", "contrast agent", a.agent, b.agent);
  if (found.verdict === "differs" || a.iodine === undefined || b.iodine === undefined) return found;
  const strength = near("agent", "contrast agent", a.iodine, b.iodine, SHARE, (v) => `${round(v, 0)} mg/mL iodine`);
  return strength.verdict === "differs" ? strength : found;
}

function alike(code: ConditionCode, label: string, a: string | undefined, b: string | undefined): Condition {
  const plain = (v: string): string =>
    v
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, " ")
      .trim();
  const words = both(a, b, (v) => v.trim());
  if (!a || !b) return { code, label, verdict: "not stated", words };
  return { code, label, verdict: plain(a) === plain(b) ? "same" : "differs", words };
}

function intensity(a: RunConditions, b: RunConditions): Condition {
  const label = "pixel intensity relationship";
  const words = both(a.relationship, b.relationship, (v) => v);
  if (!a.relationship || !b.relationship) return { code: "intensity", label, verdict: "not stated", words };
  return { code: "intensity", label, verdict: a.relationship === b.relationship ? "same" : "differs", words };
}
