import type { Certainty, SeriesQualifiers, SeriesReading } from "../../core/series-reading.ts";
import { type DataSet, number, text, texts } from "../data-set.ts";
import { findRole, type SeriesFacts, type SeriesRole } from "../series-role.ts";
import { anatomyWords } from "../series-words.ts";
import { secondsOfTime } from "../time.ts";
import { phaseByWords } from "./contrast-phase.ts";
import { coverageOf, orientationOf, planeOf, regionOf } from "./coverage.ts";
import { projectionOf } from "./projection.ts";
import { labelOf } from "./series-label.ts";
import { vesselByWords } from "./vessel-words.ts";

const PROJECTED = new Set<SeriesRole>(["DSA", "XA", "RF"]);
const VESSEL_ROLES = new Set<SeriesRole>(["DSA", "XA", "RF", "3DRA", "CBCT", "US"]);
const SLICED = new Set<SeriesRole>("NCCT CTA CTP 3DRA CBCT DWI ADC FLAIR T1 T2 TOF SWI DSC".split(" ") as SeriesRole[]);
const SURENESS: readonly Certainty[] = ["uncertain", "likely", "stated"];

/**
 * What a series is to a reader, by one of its objects and what is counted over all of them: its role, a label, what
 * qualifies it (region, phase, vessel, side, projection ...), how sure the weakest named part of it is, and why. Nothing
 * is guessed: what neither tags nor geometry nor words tell is left out of the label.
 */
export function readSeries(ds: DataSet, facts: SeriesFacts = {}): SeriesReading & { readonly role: SeriesRole } {
  const found = findRole(ds, facts);
  const { role } = found;
  const words = anatomyWords(ds);
  const why: string[] = [found.why];
  let sure = found.sure;
  const weaken = (to: Certainty) => {
    if (SURENESS.indexOf(to) < SURENESS.indexOf(sure)) sure = to;
  };
  let qualifiers: SeriesQualifiers = acquisition(ds);
  if (SLICED.has(role)) {
    const orientation = orientationOf(ds);
    const coverageMm = coverageOf(orientation, facts);
    const plane = planeOf(orientation);
    const sliceMm = number(ds, "SliceThickness");
    const where = regionOf(ds, words, coverageMm);
    why.push(...where.why);
    qualifiers = {
      ...qualifiers,
      ...(where.region ? { region: where.region } : {}),
      ...(plane ? { plane } : {}),
      ...(coverageMm === undefined ? {} : { coverageMm }),
      ...(sliceMm === undefined ? {} : { sliceMm }),
      ...derivation(ds, words),
    };
  }
  if (role === "CTA") {
    const several = (facts.timePoints ?? 1) > 1;
    const phase = several
      ? { phase: "multiphase" as const, why: `${facts.timePoints} images at each position` }
      : phaseByWords(words);
    if (phase) {
      qualifiers = { ...qualifiers, phase: phase.phase };
      why.push(phase.why);
      if (!several) weaken("likely");
    }
  }
  if (role === "NCCT" && boneKernel(ds)) qualifiers = { ...qualifiers, kernel: "bone" };
  if (VESSEL_ROLES.has(role)) {
    const { vessel, side, why: by } = vesselByWords(words);
    const stated = side ?? sideOf(ds);
    qualifiers = { ...qualifiers, ...(vessel ? { vessel } : {}), ...(stated ? { side: stated } : {}) };
    why.push(...by, ...(stated && !side ? ["stated laterality"] : []));
    if (vessel || side) weaken("likely");
  }
  if (PROJECTED.has(role)) {
    const { why: by, ...projection } = projectionOf(ds, words);
    qualifiers = { ...qualifiers, ...projection };
    why.push(...by);
  }
  const reading = { role, qualifiers, sure, why: [...new Set(why)].filter(Boolean).join(", ") };
  return { ...reading, label: labelOf(role, qualifiers) };
}

function acquisition(ds: DataSet): SeriesQualifiers {
  const at = text(ds, "AcquisitionTime") ?? text(ds, "AcquisitionDateTime")?.slice(8, 21) ?? text(ds, "ContentTime");
  const acquired = at === undefined ? undefined : secondsOfTime(at.replace(/[+-]\d{4}$/, ""));
  return acquired === undefined ? {} : { acquired };
}

function derivation(ds: DataSet, words: string): SeriesQualifiers {
  const type = texts(ds, "ImageType").map((one) => one.toUpperCase());
  if (type.includes("MIP") || /\b(MIP|MAX IP)\b/.test(words)) return { derived: "MIP" };
  const reformatted = type.some((one) => ["MPR", "REFORMATTED", "CURVED_MPR"].includes(one));
  return reformatted || /\b(MPR|REFORMAT\w*)\b/.test(words) ? { derived: "reformat" } : {};
}

/** Hard kernels as the makers name them: H60s and above, Hr/Br/Qr 59 and above, BONE, YB, FC30 and the like. */
function boneKernel(ds: DataSet): boolean {
  const kernel = text(ds, "ConvolutionKernel")?.toUpperCase() ?? "";
  if (/BONE|EDGE|^YB|^YC|^FC3\d|^FC8\d|LUNG/.test(kernel)) return true;
  const number = /^(?:H|HR|BR|QR|UR|J|B)(\d{2})/.exec(kernel)?.[1];
  return number !== undefined && Number(number) >= 59;
}

function sideOf(ds: DataSet): SeriesQualifiers["side"] | undefined {
  const stated = (text(ds, "ImageLaterality") ?? text(ds, "Laterality") ?? "").toUpperCase();
  return ({ R: "right", L: "left", B: "both" } as const)[stated as "R" | "L" | "B"];
}
