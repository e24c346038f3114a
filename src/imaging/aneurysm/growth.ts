/** A value read at one time with its standard deviation, same unit. */
export interface ReadValue {
  readonly value: number;
  readonly sd: number;
}

/** A change between two readings. */
export interface Change {
  readonly difference: number;
  /** 95 % interval of the difference. */
  readonly from: number;
  readonly to: number;
  /** The least difference that two readings of an unchanged aneurysm exceed once in twenty times. */
  readonly repeatability: number;
  /** "larger" and "smaller" beyond the repeatability; else "within": no change can be told from reading twice. */
  readonly verdict: "larger" | "smaller" | "within";
}

/**
 * Whether an aneurysm changed between two readings. The repeatability is 1.96 times the root of the summed variances
 * (Bland and Altman 1986, doi:10.1016/S0140-6736(86)90837-8), the readings taken as independent. Undefined when a value or
 * its error is not known, or the error is nothing.
 */
export function changeOf(before: ReadValue, after: ReadValue): Change | undefined {
  const repeatability = 1.96 * Math.hypot(before.sd, after.sd);
  const difference = after.value - before.value;
  if (!(repeatability > 0) || !Number.isFinite(difference)) return undefined;
  const verdict = difference > repeatability ? "larger" : difference < -repeatability ? "smaller" : "within";
  return { difference, from: difference - repeatability, to: difference + repeatability, repeatability, verdict };
}
