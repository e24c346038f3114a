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
export function asitnOfShares(capillary: number, end: number): "0" | "1" | "2" | "3" | "4" {
  const rapid = capillary >= (2 / 3) * end;
  if (end < 5) return "0";
  if (end >= 90) return rapid ? "4" : "3";
  return rapid ? "2" : "1";
}
