import { type DataSet, dataSet } from "../data-set.ts";
import { contextFields, dateTime, type ObjectContext, pixelFields } from "./ct-context.ts";

const CT_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.2";

/** One axial slice of a volume reconstructed from a rotational run; stored values are HU + 1024. */
export interface RotationalSlice {
  readonly context: ObjectContext;
  readonly pixels: Uint16Array;
  readonly rows: number;
  readonly columns: number;
  readonly spacing: number;
  readonly position: readonly [number, number, number];
  readonly kvp: number;
  readonly kernel: string;
  readonly window: readonly [number, number];
  readonly contrast: { readonly agent: string; readonly ml: number; readonly flow: number };
}

/**
 * A slice of a 3-D rotational angiography as angiography systems export it: a CT Image (PS3.3 A.3) derived from the
 * rotation, isotropic, HU-like values.
 */
export function rotationalSlice(slice: RotationalSlice): DataSet {
  const time = dateTime(slice.context.series.ms);
  return dataSet({
    ...contextFields(slice.context, CT_IMAGE_STORAGE),
    ...pixelFields(slice.pixels, slice.rows, slice.columns, 12),
    ImageType: ["DERIVED", "SECONDARY", "AXIAL", "3DRA"],
    DerivationDescription: "Cone-beam reconstruction of a rotational angiography",
    AcquisitionDate: time.date,
    AcquisitionTime: time.time,
    AcquisitionNumber: 1,
    PatientPosition: "HFS",
    ImagePositionPatient: slice.position.map((v) => Math.round(v * 1000) / 1000),
    ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
    PixelSpacing: [slice.spacing, slice.spacing],
    SliceThickness: slice.spacing,
    SliceLocation: Math.round(slice.position[2] * 1000) / 1000,
    KVP: slice.kvp,
    ConvolutionKernel: slice.kernel,
    RescaleIntercept: -1024,
    RescaleSlope: 1,
    RescaleType: "HU",
    WindowCenter: slice.window[0],
    WindowWidth: slice.window[1],
    ContrastBolusAgent: slice.contrast.agent,
    ContrastBolusRoute: "INTRA-ARTERIAL",
    ContrastBolusVolume: slice.contrast.ml,
    ContrastFlowRate: slice.contrast.flow,
  });
}
