import type { Calibre, Sized, StenosisMethod, StenosisPick } from "../../../imaging/vessel/stenosis.ts";
import { STENOSIS_METHODS, stenosis, stenosisSizes } from "../../../imaging/vessel/stenosis.ts";
import type { Calibration } from "../measure/calibration.ts";

/** What a pixel is worth along a row of the picture; diameters are shown in `unit`. */
export interface Scale {
  readonly perPixel: number;
  readonly unit: "mm" | "px";
  /** Share of a length by which the scale may be off; null when that cannot be said. */
  readonly error: number | null;
  readonly words: string;
}

/** The scale of a run for diameters; pixels that are not square give none. */
export function scaleOf(calibration: Calibration): Scale {
  const { columnSpacing, rowSpacing, unit, error, words } = calibration;
  if (unit === "px" || Math.abs(columnSpacing / rowSpacing - 1) > 0.005)
    return { perPixel: 1, unit: "px", error: null, words: unit === "px" ? words : "px, pixels are not square" };
  return { perPixel: columnSpacing, unit: "mm", error, words };
}

/** A curve of diameters in the unit of the scale; the error of the scale is not in it, as it moves all alike. */
export function scaled(points: readonly Calibre[], scale: Scale): readonly Calibre[] {
  return points.map(({ along, diameter, sd }) => ({
    along: along * scale.perPixel,
    diameter: diameter === null ? null : diameter * scale.perPixel,
    sd: sd === null ? null : sd * scale.perPixel,
  }));
}

/** A diameter with twice its SD, the error of the scale included: "3.12 ± 0.10 mm". */
export function sizeWords({ value, sd }: Sized, unit: string, scaleError: number | null): string {
  const half = 2 * Math.hypot(sd, (scaleError ?? 0) * value * 0.5);
  return `${value.toFixed(2)} ± ${half.toFixed(2)} ${unit}`;
}

/** One way of telling a stenosis, in words for its row. */
export interface StenosisRow {
  readonly method: StenosisMethod;
  readonly percent: number | null;
  readonly low: number;
  readonly high: number;
  readonly words: string;
  readonly formula: string;
}

/** The stenosis of a curve by all four methods, and the sizes it rests on; undefined for too few diameters. */
export function stenosisRows(curve: readonly Calibre[], pick: StenosisPick) {
  const sizes = stenosisSizes(curve, pick);
  if (!sizes) return undefined;
  const rows = STENOSIS_METHODS.map((method): StenosisRow => {
    const { percent, sd, formula, reason } = stenosis(method, sizes);
    if (percent === null || sd === null)
      return { method, percent: null, low: 0, high: 0, words: reason ?? "", formula };
    const half = 2 * sd;
    return {
      method,
      percent,
      low: percent - half,
      high: percent + half,
      words:
        percent < 0 ? `none (${percent.toFixed(0)} %)` : `${percent.toFixed(0)} ± ${Math.max(1, half).toFixed(0)} %`,
      formula,
    };
  });
  return { sizes, rows };
}
