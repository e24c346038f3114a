import type { Seconds } from "../../core/units.ts";
import { readCurve } from "./curve-points.ts";
import { type RegionCurve, repeated, type WithError } from "./region-curve.ts";

/**
 * From the feeder of an arteriovenous shunt to its drainer: `shunt` arrival to arrival, `peaks` peak to peak (s). A normal
 * passage takes about 4 s or more to the veins; a shunt is early. Errors as in `measureRegion`. NaN: one has no arrival.
 */
export function shuntTime(feeder: RegionCurve, drainer: RegionCurve): WithError<"arrival" | "peaks"> {
  return repeated([feeder, drainer], ["arrival", "peaks"], ([a, b]) => {
    const [from, to] = [readCurve(a, feeder.times, feeder.noise), readCurve(b, drainer.times, drainer.noise)];
    return { arrival: to.arrival - from.arrival, peaks: to.ttp - from.ttp };
  });
}

/** The four grades of filling and three of stasis of the O'Kelly-Marotta scale, in its own words. */
export const OKM_FILLING = [
  { grade: "A", words: "total filling, above 95 %" },
  { grade: "B", words: "subtotal filling, 5 to 95 %" },
  { grade: "C", words: "entry remnant, below 5 %" },
  { grade: "D", words: "no filling" },
] as const;

export const OKM_STASIS = [
  { grade: "1", words: "no stasis: cleared before the capillary phase", until: "arterial" },
  { grade: "2", words: "moderate stasis: cleared before the venous phase", until: "capillary" },
  { grade: "3", words: "significant stasis: contrast in the venous phase and later", until: "venous" },
] as const;

/** The classes of the modified Raymond-Roy scale. */
export const RAYMOND_ROY = [
  { grade: "I", words: "complete obliteration" },
  { grade: "II", words: "residual neck" },
  { grade: "IIIa", words: "residual aneurysm, contrast within the coils" },
  { grade: "IIIb", words: "residual aneurysm, contrast along the wall" },
] as const;

/** The collateral grades of ASITN/SIR. */
export const ASITN = [
  { grade: "0", words: "no collaterals visible to the ischaemic site" },
  { grade: "1", words: "slow collaterals to the periphery, part of the defect persists" },
  { grade: "2", words: "rapid collaterals to the periphery, part of the defect persists" },
  { grade: "3", words: "slow but complete flow to the ischaemic bed by the late venous phase" },
  { grade: "4", words: "complete and rapid flow to the whole bed by retrograde perfusion" },
] as const;

/**
 * The last phase of the run in which a dome still holds contrast above a fifth of its peak, which is what stasis of OKM
 * asks; null when the curve does not rise. `ends`: s at which the arterial and the capillary phase end.
 */
export function stasisPhase(
  dome: RegionCurve,
  ends: { readonly arterial: Seconds; readonly capillary: Seconds },
): "arterial" | "capillary" | "venous" | null {
  const { peak } = readCurve(dome.values, dome.times, dome.noise);
  if (!(peak > 0)) return null;
  let last = 0;
  dome.values.forEach((value, t) => {
    if (value > 0.2 * peak) last = dome.times[t];
  });
  if (last <= ends.arterial) return "arterial";
  return last <= ends.capillary ? "capillary" : "venous";
}

/**
 * The ASITN/SIR grade that two shares stand for: % of the ischaemic bed opacified by the end of the capillary phase and
 * by the end of the run. Complete is 90 % or more, none under 5 %; rapid is two thirds of what fills at all by the end of
 * the capillary phase. An aid: the scale is read by eye. Source of the grades: Higashida 2003,
 * doi:10.1161/01.STR.0000082721.62796.09.
 */
export function asitnOfShares(capillary: number, end: number): (typeof ASITN)[number]["grade"] {
  const rapid = capillary >= (2 / 3) * end;
  if (end < 5) return "0";
  if (end >= 90) return rapid ? "4" : "3";
  return rapid ? "2" : "1";
}
