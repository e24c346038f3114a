import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type DataSet, dataSet, type FieldValue, put } from "../../src/dicom/data-set.ts";
import { encodeJpeg } from "../../src/dicom/encode-jpeg.ts";
import { encapsulate } from "../../src/dicom/frames.ts";
import { parsePart10 } from "../../src/dicom/parse.ts";
import { transcode } from "../../src/dicom/transcode.ts";
import { ENCODABLE, TS } from "../../src/dicom/transfer-syntax.ts";
import { uidOf } from "../../src/dicom/uid.ts";
import { writeFileMeta, writePart10 } from "../../src/dicom/write.ts";
import { nodeCodecs } from "../../src/server/codecs/node-codecs.ts";
import { nodeEncoders } from "../../src/server/codecs/node-encoders.ts";
import { REAL_FILES, xaRun } from "../conformance/images.ts";
import { asBigEndian } from "./raw-elements.ts";

/** One kind of object that an archive gets, as a file that is right. */
export interface Kind {
  readonly name: string;
  readonly file: Uint8Array;
  readonly sopClass: string;
  readonly sopUid: string;
  readonly transferSyntax: string;
  /** Where the data set begins, and where its pixels do (else its end). */
  readonly start: number;
  readonly pixelsAt: number;
}

const STORAGE = "1.2.840.10008.5.1.4.1.1";
const LARGEST = 200_000; // bytes of a real file: a fuzz test sends each of them hundreds of times

function common(name: string, sopClass: string, modality: string): Record<string, FieldValue> {
  return {
    SOPClassUID: sopClass,
    SOPInstanceUID: uidOf(`fuzz ${name} object`),
    StudyInstanceUID: uidOf(`fuzz ${name} study`),
    SeriesInstanceUID: uidOf(`fuzz ${name} series`),
    FrameOfReferenceUID: uidOf(`fuzz ${name} frame`),
    Modality: modality,
    ...{ PatientName: `Fuzz^${name}`, PatientID: `F-${name}`, PatientBirthDate: "19500101", PatientSex: "O" },
    ...{ StudyDate: "20260101", StudyTime: "101112", AccessionNumber: `A-${name}`, StudyID: "1", SeriesNumber: 1 },
    ...{ InstanceNumber: 1, Manufacturer: "Willis", StudyDescription: `${name} study`, ReferringPhysicianName: "" },
  };
}

function pixels(frames: number, samples: number, bits: 1 | 8 | 16 | 32): Record<string, FieldValue> {
  const size = 32;
  const data = new Uint8Array((frames * size * size * samples * bits) / 8).map((_, i) => (i * 7919) >> 4);
  return {
    ...{
      Rows: size,
      Columns: size,
      SamplesPerPixel: samples,
      BitsAllocated: bits,
      BitsStored: bits,
      HighBit: bits - 1,
    },
    PixelRepresentation: 0,
    PhotometricInterpretation: samples === 3 ? "RGB" : "MONOCHROME2",
    ...(samples === 3 ? { PlanarConfiguration: 0 } : {}),
    ...(frames > 1 ? { NumberOfFrames: frames } : {}),
    ...{ WindowCenter: 2000, WindowWidth: 4000, PixelData: data },
  };
}

/** Functional groups of an enhanced multi-frame object. */
function groups(frames: number): Record<string, FieldValue> {
  const perFrame = Array.from({ length: frames }, (_, k) =>
    dataSet({
      PlanePositionSequence: dataSet({ ImagePositionPatient: [0, 0, k] }),
      FrameContentSequence: dataSet({ StackID: "1", InStackPositionNumber: k + 1, DimensionIndexValues: [1, k + 1] }),
    }),
  );
  return {
    SharedFunctionalGroupsSequence: dataSet({
      PixelMeasuresSequence: dataSet({ PixelSpacing: [1, 1], SliceThickness: 1 }),
      PlaneOrientationSequence: dataSet({ ImageOrientationPatient: [1, 0, 0, 0, 1, 0] }),
    }),
    PerFrameFunctionalGroupsSequence: perFrame,
  };
}

function content(depth: number): DataSet {
  return dataSet({
    RelationshipType: "CONTAINS",
    ValueType: depth > 0 ? "CONTAINER" : "TEXT",
    ConceptNameCodeSequence: dataSet({ CodeValue: "121071", CodingSchemeDesignator: "DCM", CodeMeaning: "Finding" }),
    ...(depth > 0 ? { ContentSequence: [content(depth - 1), content(0)] } : { TextValue: "Zur Prüfung: Gefäß" }),
  });
}

function made(name: string, suffix: string, modality: string, fields: Record<string, FieldValue>): [string, DataSet] {
  return [name, dataSet({ ...common(name, `${STORAGE}.${suffix}`, modality), ...fields })];
}

const references = dataSet({
  ReferencedSOPClassUID: `${STORAGE}.2`,
  ReferencedSOPInstanceUID: uidOf("fuzz CT object"),
});
const series = dataSet({ SeriesInstanceUID: uidOf("fuzz CT series"), ReferencedSOPSequence: references });
const evidence = dataSet({ StudyInstanceUID: uidOf("fuzz CT study"), ReferencedSeriesSequence: series });

function dataSets(): [string, DataSet][] {
  return [
    made("CT", "2", "CT", { ...pixels(1, 1, 16), RescaleIntercept: -1024, RescaleSlope: 1, PixelSpacing: [1, 1] }),
    made("MR", "4", "MR", pixels(1, 1, 16)),
    made("Enhanced-CT", "2.1", "CT", { ...pixels(3, 1, 16), ...groups(3) }),
    made("Enhanced-MR", "4.1", "MR", { ...pixels(3, 1, 16), ...groups(3) }),
    made("Enhanced-XA", "12.1.1", "XA", { ...pixels(4, 1, 16), ...groups(4) }),
    made("RF", "12.2", "RF", pixels(4, 1, 16)),
    made("US", "6.1", "US", pixels(1, 3, 8)),
    made("US-clip", "3.1", "US", { ...pixels(3, 3, 8), FrameTime: 40 }),
    made("SC", "7", "OT", pixels(1, 1, 8)),
    made("Palette", "7", "OT", {
      ...{ ...pixels(1, 1, 8), PhotometricInterpretation: "PALETTE COLOR" },
      ...{ RedPaletteColorLookupTableDescriptor: [256, 0, 16], GreenPaletteColorLookupTableDescriptor: [256, 0, 16] },
      BluePaletteColorLookupTableDescriptor: [256, 0, 16],
      RedPaletteColorLookupTableData: new Uint16Array(256).map((_, i) => i << 8),
      GreenPaletteColorLookupTableData: new Uint16Array(256).map((_, i) => i << 8),
      BluePaletteColorLookupTableData: new Uint16Array(256).map((_, i) => i << 8),
    }),
    made("SEG", "66.4", "SEG", { ...pixels(3, 1, 1), ...groups(3), SegmentationType: "BINARY" }),
    made("PM", "30", "OT", {
      ...{ ...pixels(2, 1, 32), PixelData: undefined, FloatPixelData: new Float32Array(2 * 1024).map((_, i) => i / 3) },
      ...groups(2),
    }),
    made("SR", "88.33", "SR", { ValueType: "CONTAINER", ContentSequence: [content(6), content(2)] }),
    made("RDSR", "88.67", "SR", { ValueType: "CONTAINER", ContentSequence: [content(4), content(4), content(1)] }),
    made("KOS", "88.59", "KO", { ValueType: "CONTAINER", CurrentRequestedProcedureEvidenceSequence: evidence }),
    made("GSPS", "11.1", "PR", {
      ReferencedSeriesSequence: dataSet({
        SeriesInstanceUID: uidOf("fuzz CT series"),
        ReferencedImageSequence: references,
      }),
      SoftcopyVOILUTSequence: dataSet({ WindowCenter: 40, WindowWidth: 80 }),
    }),
    made("RWVM", "67", "RWV", {
      ReferencedImageRealWorldValueMappingSequence: dataSet({ ReferencedImageSequence: references }),
    }),
    made("RTPLAN", "481.5", "RTPLAN", {
      RTPlanLabel: "fuzz",
      FractionGroupSequence: dataSet({ FractionGroupNumber: 1 }),
    }),
    made("PDF", "104.1", "DOC", {
      MIMETypeOfEncapsulatedDocument: "application/pdf",
      EncapsulatedDocument: Buffer.from("%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n\n"),
    }),
    made("ECG", "9.1.1", "ECG", {
      WaveformSequence: dataSet({
        NumberOfWaveformChannels: 1,
        WaveformBitsAllocated: 16,
        WaveformData: new Uint16Array(500),
      }),
    }),
  ];
}

function kind(name: string, file: Uint8Array): Kind {
  const { dataSet: header, pixels: found, transferSyntax, dataSetOffset } = parsePart10(file, { cutOffPixels: true });
  const text = (tag: number) => String(header.get(tag)?.value[0] ?? "");
  const { bigEndian } = { bigEndian: transferSyntax === TS.ExplicitBig };
  const deflated = transferSyntax === TS.DeflatedLittle;
  return {
    ...{ name, file, sopClass: text(0x00080016), sopUid: text(0x00080018), transferSyntax, start: dataSetOffset },
    pixelsAt: found && !deflated ? found.offset - (bigEndian ? 12 : 12) : file.length,
  };
}

/** Every kind that we can make: IODs in explicit little endian, an XA run in every transfer syntax, video. */
async function madeKinds(): Promise<Kind[]> {
  const plain = dataSets().map(([name, ds]) => kind(name, writePart10(ds)));
  const run = xaRun("fuzz-XA", 3, 64).files[0]!;
  const coders = { codecs: await nodeCodecs(), encoders: nodeEncoders };
  const coded = [TS.ExplicitLittle, ...ENCODABLE.filter((uid) => uid !== TS.ExplicitLittle)].map((uid) =>
    kind(`XA ${uid}`, transcode(run, uid, coders)),
  );
  const jpeg = (name: string, uid: string, channels: 1 | 3): Kind => {
    const ds = dataSet({ ...common(name, `${STORAGE}.7`, "OT"), ...pixels(1, channels, 8), PixelData: undefined });
    if (channels === 3) put(ds, 0x00280004, "CS", "YBR_FULL_422");
    const data = new Uint8Array(1024 * channels).map((_, i) => 128 + 100 * Math.sin(i / 40));
    put(ds, 0x7fe00010, "OB", encapsulate([encodeJpeg({ data, width: 32, height: 32, channels }, 80)]));
    return kind(name, writePart10(ds, uid));
  };
  const video = dataSet({ ...common("Video", `${STORAGE}.77.1.4.1`, "XC"), ...pixels(4, 3, 8), PixelData: undefined });
  put(video, 0x7fe00010, "OB", encapsulate([new Uint8Array(4000).map((_, i) => i * 31)]));
  const ct = plain[0]!;
  const meta = writeFileMeta(ct.sopClass, ct.sopUid, TS.ExplicitBig);
  const big = Buffer.concat([meta, asBigEndian(ct.file.subarray(ct.start))]);
  return [
    ...plain,
    ...coded,
    jpeg("JPEG", TS.JpegBaseline, 1),
    jpeg("JPEG-colour", TS.JpegBaseline, 3),
    kind("Video", writePart10(video, "1.2.840.10008.1.2.4.102")),
    kind("Big-endian", big),
  ];
}

/** One real file of each transfer syntax, modality and class, of those that are small; none without the shared files. */
async function realKinds(): Promise<Kind[]> {
  if (!REAL_FILES) return [];
  const lines = (await readFile(join(REAL_FILES, "manifest.csv"), "utf8")).trim().split("\n").slice(1);
  const seen = new Set<string>();
  const found: Kind[] = [];
  for (const line of lines) {
    const [path = "", size, , , ts, modality, sop] = line.split(",");
    const key = `${ts} ${modality} ${sop}`;
    if (Number(size) > LARGEST || !ts || !sop || seen.has(key)) continue;
    try {
      const one = kind(path, await readFile(join(REAL_FILES, path)));
      if (!one.sopUid) continue;
      found.push(one);
      seen.add(key);
    } catch {} // one that is broken as it is: the tests of the parser look at those
  }
  return found;
}

export async function allKinds(): Promise<Kind[]> {
  return [...(await madeKinds()), ...(await realKinds())];
}
