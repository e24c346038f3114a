import type { Tier } from "./tier.ts";

/** The one definition of a number that Willis computed. Nothing is shown or stored without these. */
export interface Measurement {
  /** Field name of the facts dictionary or a dotted own name, e.g. `core_ml`, `perfusion.hypoperfusion_intensity_ratio`. */
  readonly code: string;
  readonly label: string;
  /** `null` when it cannot be computed; `reason` then says why. */
  readonly value: number | null;
  readonly unit: string;
  readonly reason?: string;
  /** Half-width of what we would expect on repetition or on a small change of threshold, same unit. */
  readonly uncertainty?: { readonly low: number; readonly high: number; readonly basis: string };
  readonly method: { readonly name: string; readonly version: string; readonly reference: string };
  readonly sources: readonly string[];
  readonly tier: Tier;
}
