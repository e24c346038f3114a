/** A coil as its label says: wire diameter of the primary coil and its length. */
export interface Coil {
  /** mm; 0.010 inch is 0.254 mm. */
  readonly diameterMm: number;
  readonly lengthMm: number;
  readonly count: number;
}

/** Volume of coils and the share of an aneurysm that they fill. */
export interface Packing {
  readonly coilMm3: number;
  /** 0 to 1 and above: more than 1 shows that a number is wrong. */
  readonly density: number;
  readonly sd: number;
}

/**
 * Packing density: volume of the coils as cylinders over that of the aneurysm. `volumeMm3` with its standard deviation;
 * the coils count as exact. Undefined when the aneurysm has no volume or a coil has no size. A geometric estimate.
 */
export function packing(coils: readonly Coil[], volumeMm3: number, volumeSd: number = 0): Packing | undefined {
  if (!(volumeMm3 > 0)) return undefined;
  let coilMm3 = 0;
  for (const { diameterMm, lengthMm, count } of coils) {
    if (!(diameterMm > 0 && lengthMm > 0 && count >= 0)) return undefined;
    coilMm3 += (Math.PI / 4) * diameterMm ** 2 * lengthMm * count;
  }
  const density = coilMm3 / volumeMm3;
  return { coilMm3, density, sd: (density * volumeSd) / volumeMm3 };
}

/** Length of a coil (mm) that fills what is left up to a density; 0 when it is reached already. */
export function lengthToReach(target: number, coils: readonly Coil[], volumeMm3: number, diameterMm: number): number {
  const now = packing(coils, volumeMm3)?.coilMm3 ?? 0;
  return Math.max(0, (target * volumeMm3 - now) / ((Math.PI / 4) * diameterMm ** 2));
}

/** The vessel that a braided device is to line, from one landing place over the neck to the other. */
export interface LandingZone {
  /** Diameters along the way, mm, at even steps. */
  readonly diametersMm: readonly number[];
  readonly stepMm: number;
}

/** Sizes that a device would need by geometry alone. */
export interface LiningEstimate {
  /** The larger of the diameters at both ends: a device narrower than its bed does not appose. */
  readonly diameterMm: number;
  /** Way along the centreline between the landing places. */
  readonly coveredMm: number;
  readonly leastDiameterMm: number;
  /** Largest over least diameter of the bed: from about 1.5 on a braid changes much in length along its way. */
  readonly taper: number;
}

/**
 * Diameter and covered length that a lining device needs by geometry alone. How much a braid shortens as it opens is the
 * maker's to say and is not in it: this is no device length. Undefined for fewer than two diameters.
 */
export function liningEstimate({ diametersMm, stepMm }: LandingZone): LiningEstimate | undefined {
  if (diametersMm.length < 2 || !(stepMm > 0) || diametersMm.some((d) => !(d > 0))) return undefined;
  const least = Math.min(...diametersMm);
  const most = Math.max(...diametersMm);
  return {
    diameterMm: Math.max(diametersMm[0], diametersMm[diametersMm.length - 1]),
    coveredMm: stepMm * (diametersMm.length - 1),
    leastDiameterMm: least,
    taper: most / least,
  };
}
