import { NOT_A_DEVICE } from "../../core/tier.ts";
import { type DataSet, numbers } from "../data-set.ts";
import { uidOf } from "../uid.ts";
import { type Code, willisEquipment } from "./derived-context.ts";
import { type MapQuantity, parametricMap } from "./parametric-map.ts";

const SECONDS: Code = { value: "s", scheme: "UCUM", meaning: "seconds" };
const ONE: Code = { value: "1", scheme: "UCUM", meaning: "no units" };
const TIMES_SECONDS: Code = { value: "s", scheme: "UCUM", meaning: "ln units times seconds" };
const PER_SECOND: Code = { value: "/s", scheme: "UCUM", meaning: "ln units per second" };
const dcm = (value: string, meaning: string): Code => ({ value, scheme: "DCM", meaning });
const own = (value: string, meaning: string): Code => ({ value, scheme: "99WILLIS", meaning });

/** The maps of a subtracted run by their short name: quantity, UCUM unit, and the window they are usually shown with. */
export const FLOW_QUANTITIES: Readonly<Record<string, MapQuantity>> = {
  ttp: { code: dcm("113069", "Time To Peak"), unit: SECONDS, window: [4, 8] },
  arrival: { code: own("arrival", "Time of arrival of contrast"), unit: SECONDS, window: [4, 8] },
  peak: { code: own("peak", "Peak of ln attenuation by contrast"), unit: ONE, window: [0.3, 0.6] },
  auc: { code: own("auc", "Area under the time-density curve"), unit: TIMES_SECONDS, window: [1, 2] },
  mtt: { code: dcm("113052", "Mean Transit Time"), unit: SECONDS, window: [2, 4] },
  fwhm: { code: own("fwhm", "Width of the time-density curve at half its peak"), unit: SECONDS, window: [3, 6] },
  washIn: { code: own("wash-in", "Slope of wash-in"), unit: PER_SECOND, window: [0.25, 0.5] },
  washOut: { code: own("wash-out", "Time constant of wash-out"), unit: SECONDS, window: [3, 6] },
  noise: { code: own("noise", "Standard deviation of one frame"), unit: ONE, window: [0.05, 0.1] },
};

/** One map of a run, and what it is written with. */
export interface FlowMapInput {
  /** A name of FLOW_QUANTITIES. */
  readonly name: string;
  /** Row-major, one frame; NaN where it is blank. */
  readonly values: Float32Array;
  readonly rows: number;
  readonly columns: number;
  /** The run: patient, study, and spacing of the detector are taken from it. */
  readonly source: DataSet;
  readonly sourceInstance: string;
  /** Makes the UIDs: the same run of the same analysis writes the same. */
  readonly run: string;
  readonly seriesNumber: number;
  readonly method: { readonly name: string; readonly version: string };
  /** Milliseconds since 1970 UTC. */
  readonly ms: number;
}

/**
 * A map of a projection run as a DICOM Parametric Map: one frame in the plane of the detector, whose frame of
 * reference is its own (the object needs one; it is no place in the patient, as the derivation says). Pixels are as large
 * as those of the detector: 1 mm when the run does not say, which is stated too. Blank pixels are padding.
 * Errors: those of `parametricMap`; a name that is not there is a RangeError.
 */
export function flowMap(input: FlowMapInput): DataSet {
  const { name, values, rows, columns, source, method } = input;
  const quantity = FLOW_QUANTITIES[name];
  if (!quantity) throw new RangeError(`No map "${name}": choose from ${Object.keys(FLOW_QUANTITIES).join(", ")}.`);
  const [betweenRows, betweenColumns] = numbers(source, "ImagerPixelSpacing");
  const known = betweenRows !== undefined && betweenColumns !== undefined;
  const spacing = known ? "" : " The spacing of the detector is not stated: 1 mm stands for it.";
  return parametricMap({
    volume: {
      shape: [columns, rows, 1],
      spacing: known ? [betweenColumns, betweenRows, 1] : [1, 1, 1],
      origin: [0, 0, 0],
      direction: { i: [1, 0, 0], j: [0, 1, 0], k: [0, 0, 1] },
      unit: quantity.unit.value,
      data: values,
    },
    quantity,
    source,
    sourceInstances: [input.sourceInstance],
    seriesUid: uidOf(`flow ${input.run} series ${name}`),
    instanceUid: uidOf(`flow ${input.run} map ${name}`),
    seriesNumber: input.seriesNumber,
    instanceNumber: 1,
    seriesDescription: `${quantity.code.meaning} (${method.version})`.slice(0, 64),
    label: name.toUpperCase(),
    derivation: `${method.name} ${method.version}. In projection: the plane is the detector's, not one in the patient, and depth is not corrected.${spacing} ${NOT_A_DEVICE}`,
    ms: input.ms,
    equipment: willisEquipment(method.version),
    projection: true,
  });
}
