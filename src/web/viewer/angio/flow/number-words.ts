import type { RegionReading } from "../../../workers/flow-messages.ts";

/** A number with its standard error; NaN cannot be computed, `reason` says why where it is known. */
export interface Found {
  readonly value: number;
  readonly error: number;
  readonly reason?: string;
}

/** "0.52 ± .05"; a dash with nothing where it cannot be computed. */
export function numberWords({ value, error }: Found, digits: number): string {
  if (!Number.isFinite(value)) return "–";
  const sign = value < 0 ? "−" : "";
  const shown = `${sign}${Math.abs(value).toFixed(digits)}`;
  return Number.isFinite(error) ? `${shown} ± ${error.toFixed(digits).replace(/^0\./, ".")}` : shown;
}

const NONE: Found = { value: Number.NaN, error: Number.NaN };

/**
 * What the table of curves shows of a region: relative to the parent artery where one is chosen (the parent itself: 0 and
 * 100), and the transit after deconvolution where there is an inlet.
 */
export function relativeRows(
  { measures, relative, response }: RegionReading,
  isParent: boolean,
): Readonly<Record<"ttp" | "auc" | "mtt", Found>> {
  const exact = (value: number): Found => ({ value, error: Number.NaN });
  const ttp = isParent ? exact(0) : (relative?.delay ?? measures.ttp);
  const auc = isParent ? exact(100) : (relative?.areaShare ?? measures.auc);
  return { ttp, auc, mtt: response ? transitAfter(response) : measures.mtt };
}

/** The transit after the inlet; a reason where it could not be computed or is shorter than the injection resolves. */
export function transitAfter(response: NonNullable<RegionReading["response"]>): Found {
  if ("reason" in response) return { ...NONE, reason: response.reason };
  const { mtt } = response.numbers;
  if (mtt.value >= response.resolution) return mtt;
  return {
    ...NONE,
    reason: `It is shorter than ${response.resolution.toFixed(1)} s, which this injection cannot resolve.`,
  };
}
