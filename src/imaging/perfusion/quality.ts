import type { Seconds } from "../../core/units.ts";
import type { Arrival } from "./arrival.ts";
import type { InputFunction } from "./input-function.ts";
import type { Pose } from "./motion.ts";
import type { QualityNote } from "./result.ts";

/** What the checks look at; volumes in mL, times in s, noise in HU (1/s for MR). */
export interface QualityInput {
  readonly modality: "CT" | "DSC";
  readonly times: readonly Seconds[];
  readonly arrival: Arrival;
  readonly arterial: InputFunction;
  readonly venous: InputFunction | null;
  readonly factor: number | null;
  readonly motion: readonly Pose[];
  readonly dropped: readonly number[];
  /** Noise of one smoothed frame, and the usual peak of tissue. */
  readonly noise: number;
  readonly tissuePeak: number;
  readonly negativeShare: number;
  readonly unresolvedShare: number;
  readonly brainMl: number;
  readonly skull: boolean;
  readonly coreMl: number;
  readonly tmax6Ml: number;
  /** Volumes on the left and right of the midline. */
  readonly coreSides: readonly [number, number];
  readonly tmax6Sides: readonly [number, number];
  /** The volumes without the last 10 s; null when that cannot be done. */
  readonly shortened: { readonly coreMl: number; readonly tmax6Ml: number } | null;
  readonly usualReference: boolean;
}

/**
 * Checks the data and the result for what is known to mislead.
 * Returns findings in the order acquisition, bolus, curves, motion, noise, result; `error` means that volumes should
 * not be used. Limits are ours unless a source is given in the message. Nothing here ever says that there is no infarct.
 */
export function qualityNotes(q: QualityInput): QualityNote[] {
  const notes: QualityNote[] = [];
  const say = (when: boolean, severity: QualityNote["severity"], code: string, message: string): void => {
    if (when) notes.push({ code, severity, message });
  };
  const span = q.times[q.times.length - 1] - q.times[0];
  const gaps = q.times.slice(1).map((t, i) => t - q.times[i]);
  const widest = Math.max(...gaps);
  const closest = Math.min(...gaps);
  say(span < 45, "warning", "short-scan", `The scan lasts ${f(span)} s; 60 to 70 s are advised (PMC5134896).`);
  say(
    widest > 1.05 * closest,
    "info",
    "non-uniform-interval",
    `Frame intervals run from ${f(closest)} to ${f(widest)} s; curves were brought to uniform time.`,
  );
  say(widest > 4, "warning", "wide-interval", `The widest frame interval is ${f(widest)} s: Tmax there is coarse.`);
  say(
    q.brainMl < 100,
    "warning",
    "little-brain",
    `Only ${f(q.brainMl)} mL of brain are covered: volumes outside the slab are not known.`,
  );
  say(
    !q.skull && q.modality === "CT",
    "info",
    "no-skull",
    "No closed skull was found; the brain was told by density alone.",
  );

  say(
    !q.arrival.clear,
    "error",
    "bolus-before-scan",
    "Contrast is there from the first frame: the baseline is a guess and all values are too low.",
  );
  say(
    q.arrival.clear && q.arrival.baselineFrames < 3,
    "warning",
    "few-baseline-frames",
    `Only ${q.arrival.baselineFrames} frames precede the bolus; 3 or more are needed for a calm baseline.`,
  );

  const a = q.arterial.measures;
  const unit = q.modality === "CT" ? "HU" : "1/s";
  say(
    q.modality === "CT" && a.peak < 100,
    "warning",
    "low-arterial-peak",
    `The arterial curve peaks at ${f(a.peak)} HU (under 100): weak bolus or a poor place.`,
  );
  say(
    a.width > 12,
    "warning",
    "wide-bolus",
    `The arterial curve is ${f(a.width)} s wide at half height (over 12): CBF is under-read.`,
  );
  say(
    !a.fallsToHalf,
    "error",
    "arterial-truncated",
    "The scan ends before the arterial curve has fallen to half: nothing can be measured reliably.",
  );
  say(
    a.fallsToHalf && a.endShare > 0.3,
    "warning",
    "arterial-tail",
    `The arterial curve ends at ${f(100 * a.endShare)} % of its peak (over 30 %).`,
  );
  if (q.venous === null)
    say(
      true,
      "warning",
      "no-venous-curve",
      "No venous curve was found: partial volume of the artery is not corrected, CBV and CBF are not absolute.",
    );
  else {
    const v = q.venous.measures;
    const late = v.peakTime - a.peakTime;
    say(
      late < 1,
      "warning",
      "venous-order",
      `The venous curve peaks ${f(late)} s after the arterial one (at least 1 s is expected): check both places.`,
    );
    say(
      !v.fallsToHalf,
      "warning",
      "truncated",
      "The scan ends before the venous curve has fallen to half: CBV and MTT are too low and late Tmax is cut off.",
    );
    say(
      v.fallsToHalf && v.endShare > 0.5,
      "warning",
      "venous-tail",
      `The venous curve ends at ${f(100 * v.endShare)} % of its peak (over 50 %).`,
    );
  }
  if (q.factor !== null) {
    say(true, "info", "partial-volume-factor", `Venous over arterial area is ${q.factor.toFixed(2)}.`);
    say(
      q.factor < 0.9 || q.factor > 3,
      "warning",
      "partial-volume-range",
      `Venous over arterial area ${q.factor.toFixed(2)} is outside 0.9 to 3: check both places; CBV and CBF are not absolute.`,
    );
  }

  const moved = q.motion.length > 0 ? Math.max(...q.motion.map((m) => m.displacement)) : 0;
  say(
    moved > 1,
    moved > 5 ? "warning" : "info",
    "motion",
    `The head moved by up to ${f(moved)} mm; frames were aligned.`,
  );
  say(
    q.dropped.length > 0,
    "warning",
    "dropped-frames",
    `${q.dropped.length} frames could not be aligned and were left out: ${q.dropped.map((t) => t + 1).join(", ")}.`,
  );

  const contrast = q.noise > 0 ? q.tissuePeak / q.noise : Number.POSITIVE_INFINITY;
  say(
    contrast < 4,
    contrast < 2 ? "error" : "warning",
    "low-contrast-to-noise",
    `Tissue peaks at ${f(q.tissuePeak)} ${unit} over a noise of ${f(q.noise)} ${unit} after smoothing (ratio ${contrast.toFixed(1)}, under 4).`,
  );
  say(
    q.negativeShare > 0.05,
    "warning",
    "negative-tmax",
    `${f(100 * q.negativeShare)} % of tissue comes ahead of the arterial curve (over 5 %): choose an earlier artery.`,
  );
  say(
    q.unresolvedShare > 0.05,
    "warning",
    "oscillation",
    `${f(100 * q.unresolvedShare)} % of tissue met no oscillation limit and was taken at the strongest truncation.`,
  );
  say(
    !q.usualReference,
    "warning",
    "reference",
    "Hardly any tissue has Tmax up to 4 s: the CBF reference is the mean of all tissue.",
  );

  const both = (s: readonly [number, number]): boolean => Math.min(...s) > 0.4 * Math.max(...s) && Math.max(...s) > 3;
  say(
    both(q.coreSides),
    "warning",
    "symmetric-core",
    `Low flow lies on both sides (${f(q.coreSides[0])} and ${f(q.coreSides[1])} mL): often an artefact or chronic change.`,
  );
  say(
    both(q.tmax6Sides),
    "warning",
    "bilateral-delay",
    `Delay lies on both sides (${f(q.tmax6Sides[0])} and ${f(q.tmax6Sides[1])} mL): think of carotid stenosis, low output or a wrong artery.`,
  );
  if (q.shortened !== null) {
    const change = Math.max(Math.abs(q.shortened.coreMl - q.coreMl), Math.abs(q.shortened.tmax6Ml - q.tmax6Ml));
    const message = `Without the last 10 s core would be ${f(q.shortened.coreMl)} mL and Tmax > 6 s ${f(q.shortened.tmax6Ml)} mL (now ${f(q.coreMl)} and ${f(q.tmax6Ml)}).`;
    say(change > 5, change > 15 ? "warning" : "info", "scan-length-effect", message);
  }
  say(
    q.tmax6Ml === 0,
    "info",
    "no-region",
    "No region met the thresholds. Small, posterior and reperfused infarcts can be missed.",
  );
  return notes;
}

function f(x: number): string {
  return Math.abs(x) >= 100 ? x.toFixed(0) : x.toFixed(1);
}
