import type { Head } from "../anatomy/head.ts";
import { isBrain, isGrey } from "../anatomy/label.ts";
import { type Lesion, normalDelay, ZONE } from "./lesion.ts";

/** Perfusion of a tissue: CBF mL/100 g/min, CBV mL/100 g; MTT (s) is 60 CBV / CBF. */
export interface TissuePerfusion {
  readonly cbf: number;
  readonly cbv: number;
}

/** Perfusion by [grey, white] and zone. Core lies under 20 % of normal flow, penumbra at about half, volume kept. */
export const PERFUSION: readonly (readonly TissuePerfusion[])[] = [
  [
    { cbf: 60, cbv: 4.2 },
    { cbf: 54, cbv: 4.5 },
    { cbf: 33, cbv: 4.4 },
    { cbf: 7, cbv: 1.2 },
  ],
  [
    { cbf: 25, cbv: 2.1 },
    { cbf: 23, cbv: 2.2 },
    { cbf: 17, cbv: 2.4 },
    { cbf: 3, cbv: 0.6 },
  ],
];

/** Mean transit time in s. */
export function mttOf(p: TissuePerfusion): number {
  return (60 * p.cbv) / p.cbf;
}

/**
 * Perfusion class of each voxel: 0 for no brain, else 1 + (grey ? 0 : 4) + zone; and the delay in tenths of a second
 * after the carotid terminus. With an exponential residue the true Tmax is this delay.
 */
export function haemodynamics(
  head: Head,
  territory: Uint8Array,
  lesion: Lesion,
): { tissue: Uint8Array; delay: Uint8Array } {
  const n = head.labels.length;
  const tissue = new Uint8Array(n);
  const delay = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    const label = head.labels[i];
    if (!isBrain(label)) continue;
    const grey = isGrey(label);
    tissue[i] = 1 + (grey ? 0 : 4) + lesion.zone[i];
    const normal = normalDelay(territory[i], grey);
    delay[i] = lesion.zone[i] === ZONE.normal ? normal : Math.max(normal, lesion.delay[i]);
  }
  return { tissue, delay };
}
