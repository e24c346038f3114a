// The load of the archive bench: CT of 0.53 MB and XA runs of 31.5 MB, the same bytes for the same seed.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { normal, uniform } from "../src/core/random.ts";
import { type DataSet, dataSet, put } from "../src/dicom/data-set.ts";
import type { Vr } from "../src/dicom/vr.ts";
import { writePart10 } from "../src/dicom/write.ts";

export interface LoadFile {
  readonly path: string;
  readonly bytes: number;
  readonly patient: string;
  readonly study: string;
  readonly series: string;
  readonly sop: string;
  readonly frames: number;
}

/** One study of CT (100 objects in one series, unless asked otherwise), or the study that all XA runs lie in. */
export interface Load {
  readonly folder: string;
  /** Studies in the order in which the ingest steps use them up. */
  readonly ct: readonly (readonly LoadFile[])[];
  /** Studies more, stored before anything is measured. */
  readonly warm: readonly (readonly LoadFile[])[];
  readonly xa: readonly LoadFile[];
}

export interface LoadSize {
  readonly studies: number;
  readonly perStudy: number;
  readonly runs: number;
}

const SIZE = 512;
const PIXELS = SIZE * SIZE;
const FRAMES = 60;
const WARM_STUDIES = 6;
const ROOT = "1.2.826.0.1.3680043.10.9999.7";
const NAMES = ["Martin^Alice", "Mueller^Bernd", "Rossi^Carla", "Garcia^Diego", "Jansen^Eva"];
const two = (n: number): string => String(n).padStart(2, "0");

export function makeLoad(folder: string, size: LoadSize): Load {
  const noise = normal(uniform(1));
  const slices = Array.from({ length: 16 }, () => headSlice(noise));
  const studies = Array.from({ length: size.studies + WARM_STUDIES }, (_, s) => {
    mkdirSync(join(folder, "ct", `s${two(s)}`), { recursive: true });
    return Array.from({ length: size.perStudy }, (_, i) => {
      const pixels = rolled(slices[(s * 7 + i) % 16]!, i);
      pixels[0] = i;
      pixels[1] = s;
      const [study, series] = [`${ROOT}.1.${s}`, `${ROOT}.1.${s}.1`];
      const ids = { patient: patientOf(s), study, series, sop: `${series}.${i + 1}`, frames: 1 };
      return keep(join(folder, "ct", `s${two(s)}`, `i${String(i).padStart(3, "0")}.dcm`), ctHeader(s, i, pixels), ids);
    });
  });
  mkdirSync(join(folder, "xa"), { recursive: true });
  const grain = Int16Array.from({ length: PIXELS }, () => Math.round(25 * noise()));
  const xa = Array.from({ length: size.runs }, (_, x) => {
    const [study, series] = [`${ROOT}.2.0`, `${ROOT}.2.0.${x + 1}`];
    const ids = { patient: "PBXA", study, series, sop: `${series}.1`, frames: FRAMES };
    return keep(join(folder, "xa", `x${x}.dcm`), xaHeader(x, run(x, grain)), ids);
  });
  return { folder, ct: studies.slice(0, size.studies), warm: studies.slice(size.studies), xa };
}

function keep(path: string, header: DataSet, ids: Omit<LoadFile, "path" | "bytes">): LoadFile {
  const bytes = writePart10(header);
  writeFileSync(path, bytes);
  return { path, bytes: bytes.length, ...ids };
}

const patientOf = (s: number): string => `PB${String(s).padStart(4, "0")}`;

/** A head with a skull and the noise of a scanner: a clean picture would flatter whoever compresses or compares. */
function headSlice(noise: () => number): Int16Array {
  const out = new Int16Array(PIXELS);
  for (let y = 0, p = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++, p++) {
      const body = ((x - 256) / 200) ** 2 + ((y - 256) / 160) ** 2 < 1;
      const bone = body && ((x - 256) / 185) ** 2 + ((y - 256) / 145) ** 2 > 1;
      out[p] = (bone ? 1900 : body ? 1064 : 0) + Math.trunc((body ? 12 : 3) * noise());
    }
  }
  return out;
}

function rolled(slice: Int16Array, rows: number): Int16Array {
  const out = new Int16Array(PIXELS);
  const by = (rows % SIZE) * SIZE;
  out.set(slice.subarray(0, PIXELS - by), by);
  out.set(slice.subarray(PIXELS - by), 0);
  return out;
}

/** A vessel that fills over 60 frames, 12 bit. */
function run(x: number, grain: Int16Array): Uint16Array {
  const out = new Uint16Array(FRAMES * PIXELS);
  for (let f = 0, p = 0; f < FRAMES; f++) {
    const shift = (f * 7919 + x * 104_729) % PIXELS;
    for (let y = 0; y < SIZE; y++) {
      const centre = 256 + 60 * Math.sin(y / 60 + x);
      for (let c = 0; c < SIZE; c++, p++) {
        const filled = y < f * 12 && Math.abs(c - centre) < 3 + f / 8;
        const value = 2400 - (filled ? 900 : 0) + grain[(y * SIZE + c + shift) % PIXELS]!;
        out[p] = Math.min(4095, Math.max(0, value));
      }
    }
  }
  return out;
}

function ctHeader(s: number, i: number, pixels: Int16Array): DataSet {
  const date = `2024${two(1 + (s % 12))}${two(1 + (s % 28))}`;
  const header = dataSet({
    ...{ SpecificCharacterSet: "ISO_IR 100", ImageType: ["ORIGINAL", "PRIMARY", "AXIAL"], InstanceCreationDate: date },
    ...{ InstanceCreationTime: "101530", InstanceCreatorUID: `${ROOT}.8`, SOPClassUID: "1.2.840.10008.5.1.4.1.1.2" },
    ...{ SOPInstanceUID: `${ROOT}.1.${s}.1.${i + 1}`, StudyDate: date, SeriesDate: date, AcquisitionDate: date },
    ...{ ContentDate: date, StudyTime: "101500", SeriesTime: "101510", AcquisitionTime: "101520" },
    ...{ ContentTime: "101525", AccessionNumber: `ACC${String(s).padStart(6, "0")}`, Modality: "CT" },
    ...{ Manufacturer: "Scanner Works", InstitutionName: "Hospital of the Bench", ReferringPhysicianName: "Ref^Er" },
    ...{ TimezoneOffsetFromUTC: "-0500", StationName: "CT01_OC0", ManufacturerModelName: "RHAPSODE" },
    ...{ StudyDescription: s % 2 ? "CT HEAD PERFUSION" : "CT ANGIO HEAD NECK", PatientName: `${NAMES[s % 5]}^${s}` },
    ...{ PatientID: patientOf(s), PatientBirthDate: "19480613", PatientSex: "O", PatientAge: "076Y" },
    ...{ OtherPatientIDsSequence: [1, 2].map((n) => dataSet({ PatientID: `OTHER${n}`, TypeOfPatientID: "TEXT" })) },
    ...{ PatientWeight: 75.3, AdditionalPatientHistory: "SUDDEN HEMIPARESIS", ContrastBolusAgent: "ISOVUE300/100" },
    ...{ ScanOptions: "HELICAL MODE", SliceThickness: 0.625, KVP: 120, SpacingBetweenSlices: 0.625 },
    ...{ DataCollectionDiameter: 480, SoftwareVersions: "05", ContrastBolusRoute: "IV", ReconstructionDiameter: 250 },
    ...{ DistanceSourceToDetector: 1099.31, DistanceSourceToPatient: 630, GantryDetectorTilt: 0, TableHeight: 133.7 },
    ...{ ExposureTime: 1601, XRayTubeCurrent: 170, Exposure: 170, FilterType: "HEAD FILTER", FocalSpots: [0.7] },
    ...{ ConvolutionKernel: "STANDARD", PatientPosition: "HFS", StudyInstanceUID: `${ROOT}.1.${s}` },
    ...{ SeriesInstanceUID: `${ROOT}.1.${s}.1`, StudyID: "1CT1", SeriesNumber: 1, AcquisitionNumber: 2 },
    ...{ InstanceNumber: i + 1, ImagePositionPatient: [-125, -125, i * 0.625], SliceLocation: i * 0.625 },
    ...{ ImageOrientationPatient: [1, 0, 0, 0, 1, 0], FrameOfReferenceUID: `${ROOT}.1.${s}.9` },
    ...{ PositionReferenceIndicator: "OM", ImageComments: "Uncompressed", SamplesPerPixel: 1 },
    ...{ PhotometricInterpretation: "MONOCHROME2", Rows: SIZE, Columns: SIZE, PixelSpacing: [0.488, 0.488] },
    ...{ BitsAllocated: 16, BitsStored: 16, HighBit: 15, PixelRepresentation: 1, RescaleIntercept: -1024 },
    ...{ RescaleSlope: 1, PixelData: pixels },
  });
  privateGroups(header, s, i);
  return header;
}

/** What a scanner adds of its own: some 120 private elements of mixed kinds in seven groups. */
function privateGroups(header: DataSet, s: number, i: number): void {
  const kinds: readonly [Vr, (n: number) => string | number][] = [
    ["SL", (n) => n * 1000 + i],
    ["DS", (n) => (n * 1.2345 + i).toFixed(6)],
    ["SS", (n) => n - 20],
    ["SH", (n) => `P${n}_${s}`],
    ["US", (n) => n],
    ["LO", (n) => `calibration ${n}`],
    ["FD", (n) => n / 7],
  ];
  for (const [g, group] of [0x0009, 0x0011, 0x0019, 0x0021, 0x0023, 0x0027, 0x0043].entries()) {
    put(header, group * 0x10000 + 0x10, "LO", `BENCH_PRIVATE_${g}`);
    for (let n = 0; n < 17; n++) {
      const [vr, value] = kinds[(n + g) % kinds.length]!;
      put(header, group * 0x10000 + 0x1001 + n, vr, value(n));
    }
  }
}

function xaHeader(x: number, pixels: Uint16Array): DataSet {
  const series = `${ROOT}.2.0.${x + 1}`;
  return dataSet({
    ...{ SOPClassUID: "1.2.840.10008.5.1.4.1.1.12.1", SOPInstanceUID: `${series}.1`, PatientID: "PBXA" },
    ...{ PatientName: "Aneurysm^Coil", PatientBirthDate: "19600101", PatientSex: "F", StudyID: "1" },
    ...{ StudyInstanceUID: `${ROOT}.2.0`, SeriesInstanceUID: series, StudyDate: "20240601", SeriesDate: "20240601" },
    ...{ ContentDate: "20240601", StudyTime: "101500", SeriesTime: "101500", ContentTime: "101500" },
    ...{ AccessionNumber: "ACCXA", ReferringPhysicianName: "", Modality: "XA", Manufacturer: "Angio Works" },
    ...{ ImageType: ["ORIGINAL", "PRIMARY", "SINGLE PLANE"], SeriesNumber: x + 1, InstanceNumber: 1 },
    ...{ PatientOrientation: "", PixelIntensityRelationship: "LOG", KVP: 75, RadiationSetting: "GR" },
    ...{ XRayTubeCurrent: 200, ExposureTime: 10, PositionerPrimaryAngle: 0, PositionerSecondaryAngle: 0 },
    ...{ ImagerPixelSpacing: [0.308, 0.308], FrameTime: "133.3", FrameIncrementPointer: 0x00181063 },
    ...{ NumberOfFrames: FRAMES, RecommendedDisplayFrameRate: 8, SamplesPerPixel: 1, Rows: SIZE, Columns: SIZE },
    ...{ PhotometricInterpretation: "MONOCHROME2", BitsAllocated: 16, BitsStored: 12, HighBit: 11 },
    ...{ PixelRepresentation: 0, WindowCenter: 2048, WindowWidth: 4096, PixelData: pixels },
  });
}
