import type { Vec3 } from "../core/geometry.ts";
import type { Seconds } from "../core/units.ts";
import { type DataSet, items, number, numbers, text, texts } from "./data-set.ts";
import { frameCount } from "./frames.ts";
import { functionalGroup } from "./functional-groups.ts";
import type { Instance } from "./instance.ts";
import { momentOf, secondsOfDateTime } from "./time.ts";

/** One cross-sectional frame of a series with what sorts and scales it, the same for classic and enhanced objects. */
export interface Slice {
  readonly instance: Instance;
  /** 0-based frame of the instance. */
  readonly frame: number;
  readonly sopInstance: string;
  readonly rows: number;
  readonly columns: number;
  /** Centre of the first pixel, LPS mm. */
  readonly position: Vec3;
  /** Direction of increasing column index, and of increasing row index. */
  readonly alongRow: Vec3;
  readonly alongColumn: Vec3;
  /** mm between columns (i) and between rows (j). */
  readonly spacing: readonly [number, number];
  readonly slope: number;
  readonly intercept: number;
  /** UCUM code of the scaled value, or "HU"; "1" when nothing is stated. */
  readonly unit: string;
  readonly acquired?: Seconds;
  readonly content?: Seconds;
  /** Trigger time or temporal offset in seconds. */
  readonly offset?: Seconds;
  readonly temporalPosition?: number;
  readonly temporalResolution?: Seconds;
  readonly bValue?: number;
  readonly echoTime?: number;
  readonly imageType: readonly string[];
}

/**
 * The frames of a series that have a place in the patient. Enhanced multi-frame objects are read from their shared and
 * per-frame functional groups (PS3.3 C.7.6.16), classic ones from the data set. Frames without position, orientation
 * or spacing are left out (count them against `frameCount`).
 */
export function slicesOf(instances: readonly Instance[]): Slice[] {
  return instances.flatMap((instance) => {
    if (!instance.pixels) return [];
    const { dataSet } = instance;
    const out: Slice[] = [];
    for (let frame = 0; frame < frameCount(dataSet); frame++) {
      const slice = sliceOf(instance, frame);
      if (slice) out.push(slice);
    }
    return out;
  });
}

/** The item of a functional group macro, else the data set itself. */
function macro(ds: DataSet, frame: number, sequence: string): DataSet {
  return functionalGroup(ds, frame, sequence) ?? ds;
}

function vec(values: readonly number[], at = 0): Vec3 | null {
  const v: Vec3 = [values[at] ?? Number.NaN, values[at + 1] ?? Number.NaN, values[at + 2] ?? Number.NaN];
  return v.every(Number.isFinite) ? v : null;
}

function sliceOf(instance: Instance, frame: number): Slice | null {
  const ds = instance.dataSet;
  const position = vec(numbers(macro(ds, frame, "PlanePositionSequence"), "ImagePositionPatient"));
  const orientation = numbers(macro(ds, frame, "PlaneOrientationSequence"), "ImageOrientationPatient");
  const [alongRow, alongColumn] = [vec(orientation), vec(orientation, 3)];
  const [betweenRows = 0, betweenColumns = 0] = numbers(macro(ds, frame, "PixelMeasuresSequence"), "PixelSpacing");
  const [rows, columns] = [number(ds, "Rows") ?? 0, number(ds, "Columns") ?? 0];
  if (!position || !alongRow || !alongColumn || !(betweenRows > 0) || !(betweenColumns > 0)) return null;
  const content = macro(ds, frame, "FrameContentSequence");
  const temporal = macro(ds, frame, "TemporalPositionSequence");
  const frameType = ["MRImageFrameTypeSequence", "CTImageFrameTypeSequence"].map((s) => macro(ds, frame, s));
  const typed = frameType.find((item) => item !== ds);
  const diffusion = macro(ds, frame, "MRDiffusionSequence");
  const echo = macro(ds, frame, "MREchoSequence");
  const trigger = number(ds, "TriggerTime");
  const optional = {
    acquired: frameMoment(content, "FrameAcquisitionDateTime") ?? momentOf(ds, "Acquisition"),
    content: frameMoment(content, "FrameReferenceDateTime") ?? momentOf(ds, "Content"),
    offset: number(temporal, "TemporalPositionTimeOffset") ?? (trigger === undefined ? undefined : trigger / 1000),
    temporalPosition: number(content, "TemporalPositionIndex") ?? number(ds, "TemporalPositionIdentifier"),
    temporalResolution: milli(number(ds, "TemporalResolution")),
    bValue: number(diffusion, "DiffusionBValue"),
    echoTime: number(echo, "EffectiveEchoTime") ?? number(ds, "EchoTime"),
  };
  return {
    ...{ instance, frame, rows, columns, position, alongRow, alongColumn },
    sopInstance: text(ds, "SOPInstanceUID") ?? "",
    spacing: [betweenColumns, betweenRows],
    ...scale(ds, frame),
    imageType: typed ? texts(typed, "FrameType") : texts(ds, "ImageType"),
    ...(Object.fromEntries(Object.entries(optional).filter(([, v]) => v !== undefined)) as Partial<Slice>),
  };
}

function milli(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}

function frameMoment(item: DataSet, keyword: string): number | undefined {
  const value = text(item, keyword);
  return value === undefined ? undefined : secondsOfDateTime(value);
}

const PARAMETRIC_MAP = "1.2.840.10008.5.1.4.1.1.30";

interface Scale {
  readonly slope: number;
  readonly intercept: number;
  readonly unit: string;
}

/** Modality LUT as slope and intercept; a Parametric Map by its real world value mapping (PS3.3 C.7.6.16.2.11). */
function scale(ds: DataSet, frame: number): Scale {
  const transform = macro(ds, frame, "PixelValueTransformationSequence");
  const slope = number(transform, "RescaleSlope");
  const intercept = number(transform, "RescaleIntercept");
  const modality = text(ds, "Modality");
  const stated = slope !== undefined || intercept !== undefined;
  const mapped = realWorld(ds, frame);
  if (mapped && (!stated || text(ds, "SOPClassUID") === PARAMETRIC_MAP)) return mapped;
  if (!stated) return { slope: 1, intercept: 0, unit: modality === "CT" ? "HU" : "1" };
  const type = text(transform, "RescaleType");
  const unit = type && type !== "US" ? type : modality === "CT" ? "HU" : "1";
  return { slope: slope || 1, intercept: intercept ?? 0, unit };
}

function realWorld(ds: DataSet, frame: number): Scale | null {
  const found = macro(ds, frame, "RealWorldValueMappingSequence");
  const mapping = found === ds ? items(ds, "RealWorldValueMappingSequence")[0] : found;
  const unit = mapping && items(mapping, "MeasurementUnitsCodeSequence")[0];
  if (!mapping || !unit) return null;
  return {
    slope: number(mapping, "RealWorldValueSlope") ?? 1,
    intercept: number(mapping, "RealWorldValueIntercept") ?? 0,
    unit: text(unit, "CodeValue") ?? "1",
  };
}
