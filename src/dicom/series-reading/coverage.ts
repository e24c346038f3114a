import type { SeriesQualifiers } from "../../core/series-reading.ts";
import { type DataSet, numbers, text } from "../data-set.ts";
import { functionalGroup } from "../functional-groups.ts";
import type { SeriesFacts } from "../series-role.ts";

type Region = NonNullable<SeriesQualifiers["region"]>;

const BODY_PARTS: Readonly<Record<string, Region>> = {
  ...{ HEAD: "head", BRAIN: "head", SKULL: "head", HEADNECK: "head and neck", NECK: "neck", CAROTID: "neck" },
  ...{ CSPINE: "spine", TSPINE: "spine", LSPINE: "spine", SPINE: "spine", CHEST: "chest", WHOLEBODY: "whole body" },
};

const HEAD =
  /\b(HEAD|BRAIN|CRANE|CRANIO|CRANIUM|CEREBR\w*|KOPF|SCHADEL|HIRN|TETE|TESTA|CABEZA|CRANEO|COW|WILLIS|INTRACRAN\w*|HOOFD|NEURO)\b/;
const NECK = /\b(NECK|HALS|COU|COLLO|CUELLO|PESCOCO|CAROTI\w*|KAROTI\w*|TSA|SUPRAAORT\w*|EXTRACRAN\w*|ARCH)\b/;
const SPINE = /\b(SPINE|SPINAL|WIRBEL\w*|HWS|BWS|LWS|RACHIS|COLONNA|COLUMNA|CSPINE|TSPINE|LSPINE|LUMBAR\w*|MYELO\w*)\b/;

/** How slices lie: by the main direction of their normal; "oblique" when it is more than 30 degrees from every axis. */
export function planeOf(orientation: readonly number[]): SeriesQualifiers["plane"] | undefined {
  const normal = normalOf(orientation);
  if (!normal) return undefined;
  const sizes = normal.map(Math.abs);
  const most = Math.max(...sizes);
  if (most < Math.cos(Math.PI / 6)) return "oblique";
  return (["sagittal", "coronal", "axial"] as const)[sizes.indexOf(most)];
}

/** Orientation of the first slice (six direction cosines); empty when it states none. */
export function orientationOf(ds: DataSet): readonly number[] {
  const enhanced = functionalGroup(ds, 0, "PlaneOrientationSequence");
  return numbers(ds, "ImageOrientationPatient").length === 6
    ? numbers(ds, "ImageOrientationPatient")
    : enhanced
      ? numbers(enhanced, "ImageOrientationPatient")
      : [];
}

/** mm between the first and last slice along their normal, by the extent of their positions; undefined when not known. */
export function coverageOf(orientation: readonly number[], facts: SeriesFacts): number | undefined {
  const normal = normalOf(orientation);
  if (!normal || !facts.extentMm || (facts.positions ?? 0) < 2) return undefined;
  // Positions lie on one line along the normal, so its parts add up whatever their signs.
  const along = facts.extentMm.reduce((sum, extent, k) => sum + extent * Math.abs(normal[k]!), 0);
  return Math.round(10 * along) / 10;
}

/**
 * Which part of the body a cross-sectional series shows: by its words, then by the stated body part; where these say only
 * "head" (or nothing) and the slices reach 230 mm or more, the neck is there, too. Says on what it rests.
 */
export function regionOf(
  ds: DataSet,
  words: string,
  coverageMm: number | undefined,
): { readonly region?: Region; readonly why: readonly string[] } {
  const stated = BODY_PARTS[(text(ds, "BodyPartExamined") ?? "").toUpperCase().replace(/[ _]/g, "")];
  const [head, neck, spine] = [HEAD.test(words), NECK.test(words), SPINE.test(words)];
  const spoken: Region | undefined = spine
    ? "spine"
    : head && neck
      ? "head and neck"
      : head
        ? "head"
        : neck
          ? "neck"
          : undefined;
  const reaches = coverageMm === undefined ? undefined : `${Math.round(coverageMm)} mm of slices`;
  if (coverageMm !== undefined && coverageMm >= 230 && spoken !== "spine" && stated !== "spine" && stated !== "chest") {
    return { region: "head and neck", why: [reaches!] };
  }
  if (spoken === "head and neck" && coverageMm !== undefined && coverageMm < 190) {
    return { region: "head", why: [`${reaches} do not reach the neck`] };
  }
  if (spoken) {
    const pattern = spine ? SPINE : head ? HEAD : NECK;
    return { region: spoken, why: [`the word ${pattern.exec(words)![0].trim()}`] };
  }
  return stated ? { region: stated, why: ["stated body part"] } : { why: [] };
}

function normalOf(o: readonly number[]): readonly [number, number, number] | undefined {
  if (o.length !== 6) return undefined;
  const [a, b, c, d, e, f] = o as [number, number, number, number, number, number];
  return [b * f - c * e, c * d - a * f, a * e - b * d];
}
