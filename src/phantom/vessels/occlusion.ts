import { type PhantomSpec, signOf } from "../spec.ts";
import type { Vessel } from "./vessel.ts";

/** Where the thrombus sits, in patient LPS mm, its length in mm and the vessel that holds it. */
export interface Thrombus {
  readonly vessel: string;
  readonly positionMm: readonly [number, number, number];
  readonly lengthMm: number;
}

const EXTENT: Readonly<Record<string, readonly [string, number, number]>> = {
  ICA: ["ICA", 0.93, 1],
  M1: ["M1", 0.32, 0.78],
  "M2-superior": ["M2-superior", 0.12, 0.5],
  "M2-inferior": ["M2-inferior", 0.12, 0.5],
  BA: ["BA", 0.5, 0.92],
  P2: ["P2", 0.2, 0.5],
};

/**
 * Puts a thrombus into the tree, in place: its samples do not fill, what lies beyond fills late, backwards and weakly
 * through pial collaterals (later and weaker the closer to the clot, later with the collateral delay). Behind a carotid
 * T the anterior cerebral artery still fills through the anterior communicating artery.
 */
export function occlude(
  tree: readonly Vessel[],
  occlusion: NonNullable<PhantomSpec["occlusion"]>,
  collateralDelayS: number,
): Thrombus {
  const [stem, from, to] = EXTENT[occlusion.site];
  const letter = signOf(occlusion.side) === 1 ? "L" : "R";
  const name = stem === "BA" ? "BA" : `${stem}-${letter}`;
  const vessel = tree.find((v) => v.name === name);
  if (!vessel) throw new RangeError(`no vessel ${name} to occlude`);
  const n = vessel.radius.length;
  const first = Math.round(from * (n - 1));
  const last = Math.round(to * (n - 1));
  const spared = occlusion.site === "ICA" ? [`A1-${letter}`] : [];
  const beyond = new Map<string, number>([[name, last]]);
  for (let changed = true; changed; ) {
    changed = false;
    for (const v of tree) {
      if (beyond.has(v.name) || !v.parent || !beyond.has(v.parent) || spared.includes(v.name)) continue;
      if (v.parent === name && v.parentSample < first) continue;
      beyond.set(v.name, 0);
      changed = true;
    }
  }
  let latest = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const v of tree) {
    const start = beyond.get(v.name);
    if (start === undefined) continue;
    for (let i = start; i < v.radius.length; i++) {
      latest = Math.max(latest, v.arrival[i]);
      least = Math.min(least, v.arrival[i]);
    }
  }
  const span = latest - least || 1;
  for (const v of tree) {
    const start = beyond.get(v.name);
    if (start === undefined) continue;
    for (let i = start; i < v.radius.length; i++) {
      const back = (latest - v.arrival[i]) / span;
      const stump = /^(M1|Lenticulo)/.test(v.name) || v.name === name ? 0 : 1;
      v.arrival[i] = latest + 0.07 * collateralDelayS + back * 0.22 * collateralDelayS;
      v.fill[i] = stump * (0.62 - 0.5 * back);
      v.spread[i] += 0.8 + back;
    }
  }
  let length = 0;
  for (let i = first; i <= last; i++) {
    vessel.fill[i] = 0;
    if (i > first) length += Math.hypot(...[0, 1, 2].map((c) => vessel.xyz[3 * i + c] - vessel.xyz[3 * i - 3 + c]));
  }
  return {
    vessel: name,
    positionMm: [vessel.xyz[3 * first], vessel.xyz[3 * first + 1], vessel.xyz[3 * first + 2]],
    lengthMm: length,
  };
}
