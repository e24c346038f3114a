import { type DataSet, items, number, texts } from "../data-set.ts";
import { functionalGroup } from "../functional-groups.ts";

/** A projection in words, the angles it rests on, and how it is known. */
export interface Projection {
  readonly projection?: string;
  readonly angles?: readonly [number, number];
  readonly biplane?: "A" | "B";
  readonly why: readonly string[];
}

const LATERAL = /\b(LAT|LATERAL\w*|SEITLICH|SEIT|PROFIL|LL|SAGITTAL|SAG)\b/;
const FRONTAL = /\b(AP|A P|PA|P A|FRONTAL\w*|FACE|FRONT|DP)\b/;
const OBLIQUE = /\b(OBL\w*|OBLIQU\w*|SCHRAG|SCHRAEG|RAO|LAO)\b/;
const WORKING = /\b(WORKING|ARBEITS\w*|TRAVAIL|LAVORO|TRABAJO)\b/;

/**
 * How the beam went through the patient: by the positioner's angles where the object states them (primary: LAO positive;
 * secondary: cranial positive; PS3.3 C.8.7.5), else by the words of its description (upper case). Where both speak and
 * differ, the angles hold and the difference is told.
 */
export function projectionOf(ds: DataSet, words: string): Projection {
  const biplane = texts(ds, "ImageType")
    .map((type) => /^BIPLANE ([AB])$/.exec(type.toUpperCase())?.[1])
    .find((plane) => plane !== undefined) as "A" | "B" | undefined;
  const plane = biplane ? { biplane } : {};
  const spoken = LATERAL.test(words)
    ? "lateral"
    : OBLIQUE.test(words)
      ? "oblique"
      : WORKING.test(words)
        ? "working"
        : FRONTAL.test(words)
          ? "AP"
          : undefined;
  const angles = anglesOf(ds);
  if (!angles) {
    const pattern = spoken === "lateral" ? LATERAL : spoken === "AP" ? FRONTAL : OBLIQUE;
    const why = spoken && spoken !== "working" ? [`the word ${pattern.exec(words)![0].trim()}`] : [];
    return spoken ? { projection: spoken, ...plane, why } : { ...plane, why: [] };
  }
  const projection = byAngles(angles);
  const why = [`angles ${Math.round(angles[0])}/${Math.round(angles[1])}`];
  const differ = (spoken === "lateral" || spoken === "AP") && !projection.startsWith(spoken);
  if (differ) why.push(`its words say ${spoken}`);
  return { projection, angles, ...plane, why };
}

/** "AP", "lateral", "LAO 35", "RAO 30 CRA 20", "AP CRA 25" of angles in degrees. */
export function byAngles([primary, secondary]: readonly [number, number]): string {
  const [turn, tilt] = [Math.round(primary), Math.round(secondary)];
  const away = Math.abs(turn);
  const main =
    away <= 15
      ? "AP"
      : away >= 165
        ? "PA"
        : away >= 75 && away <= 105
          ? "lateral"
          : `${turn > 0 ? "LAO" : "RAO"} ${away}`;
  if (Math.abs(tilt) < 15) return main;
  return `${main} ${tilt > 0 ? "CRA" : "CAU"} ${Math.abs(tilt)}`;
}

function anglesOf(ds: DataSet): readonly [number, number] | undefined {
  const enhanced = functionalGroup(ds, 0, "PositionerPositionSequence");
  const fixed = functionalGroup(ds, 0, "XRayGeometrySequence") ?? items(ds, "XRayGeometrySequence")[0];
  for (const from of [ds, enhanced, fixed]) {
    if (!from) continue;
    const primary = number(from, "PositionerPrimaryAngle");
    const secondary = number(from, "PositionerSecondaryAngle");
    if (primary !== undefined) return [primary, secondary ?? 0];
  }
  return undefined;
}
