import { type DataSet, dataSet, type FieldValue } from "../../src/dicom/data-set.ts";
import { type DoseEvent, doseReport } from "../../src/dicom/iod/dose-report.ts";
import { encapsulatedPdf } from "../../src/dicom/iod/encapsulated-pdf.ts";
import { uidOf } from "../../src/dicom/uid.ts";
import { writePart10 } from "../../src/dicom/write.ts";
import { ctStack } from "./images.ts";

/** One object of a kind, as a file, with what its page has to say. */
export interface KindFile {
  readonly kind: string;
  readonly seriesUid: string;
  readonly sopUid: string;
  readonly dataSet: DataSet;
  readonly file: Uint8Array;
}

export interface KindStudy {
  readonly studyUid: string;
  /** The CT that the others refer to: 6 slices of 64 x 64, 5 mm apart. */
  readonly ct: ReturnType<typeof ctStack>;
  readonly objects: readonly KindFile[];
}

export const SIZE = 64;
export const SLICES = 6;

/** Events of a made dose report: 6 s of fluoroscopy and two runs; totals 20 Gy.cm2 and 100 mGy. */
export const DOSE_EVENTS: readonly DoseEvent[] = [
  event(0, { kind: "fluoroscopy", durationS: 6, dap: 0.0002, kerma: 0.01, protocol: "Fluoro low" }),
  event(60, {
    kind: "stationary",
    durationS: 8,
    dap: 0.0008,
    kerma: 0.04,
    protocol: "DSA head 4 f/s",
    primaryAngle: -30,
  }),
  event(240, { kind: "rotational", durationS: 5, dap: 0.001, kerma: 0.05, protocol: "3D rotation" }),
];

function event(second: number, change: Partial<DoseEvent>): DoseEvent {
  return {
    ...{ uid: uidOf(`event ${second}`), kind: "stationary", ms: Date.UTC(2026, 0, 2, 9, 0, second), protocol: "" },
    ...{ durationS: 1, pulses: 32, pulseMs: 8, kvp: 80, currentMa: 200, dap: 0, kerma: 0 },
    ...{ primaryAngle: 0, secondaryAngle: 15 },
    ...change,
  };
}

export function code(value: string, scheme: string, meaning: string): DataSet {
  return dataSet({ CodeValue: value, CodingSchemeDesignator: scheme, CodeMeaning: meaning });
}

/** A study with a CT and one object of each kind that refers to it or lies beside it. */
export function oneOfEach(name = "KINDS"): KindStudy {
  const ct = ctStack(name, SLICES, SIZE);
  const slice = (k: number) => uidOf(`${name} slice ${k}`);
  const CT = "1.2.840.10008.5.1.4.1.1.2";
  const image = (k: number) => dataSet({ ReferencedSOPClassUID: CT, ReferencedSOPInstanceUID: slice(k) });
  const all = Array.from({ length: SLICES }, (_, k) => image(k));
  const series = dataSet({ SeriesInstanceUID: ct.seriesUid, ReferencedInstanceSequence: all });
  const imageSeries = dataSet({ SeriesInstanceUID: ct.seriesUid, ReferencedImageSequence: all });
  const evidence = dataSet({
    StudyInstanceUID: ct.studyUid,
    ReferencedSeriesSequence: dataSet({ SeriesInstanceUID: ct.seriesUid, ReferencedSOPSequence: all }),
  });
  const objects: KindFile[] = [];
  const add = (kind: string, sopClass: string, modality: string, fields: Record<string, FieldValue>) => {
    const [seriesUid, sopUid] = [uidOf(`${name} ${kind} series`), uidOf(`${name} ${kind}`)];
    const ds = dataSet({
      ...{ SOPClassUID: sopClass, SOPInstanceUID: sopUid, StudyInstanceUID: ct.studyUid, SeriesInstanceUID: seriesUid },
      ...{ PatientName: `${name}^Test`, PatientID: `ID-${name}`, PatientBirthDate: "19600102", PatientSex: "F" },
      ...{ StudyDate: "20260102", StudyTime: "030405", StudyID: "1", AccessionNumber: `A-${name}`, Modality: modality },
      ...{ StudyDescription: `${name} study`, SeriesDescription: `made ${kind}`, SeriesNumber: 10 + objects.length },
      ...{ InstanceNumber: 1, ContentDate: "20260102", ContentTime: "030500", Manufacturer: "Willis" },
      ...{ ReferringPhysicianName: "" },
      ...fields,
    });
    objects.push({ kind, seriesUid, sopUid, dataSet: ds, file: writePart10(ds) });
  };
  const whole = (kind: string, ds: DataSet, transferSyntax?: string) =>
    objects.push({
      ...{ kind, seriesUid: String(ds.get(0x0020000e)!.value[0]), sopUid: String(ds.get(0x00080018)!.value[0]) },
      ...{ dataSet: ds, file: transferSyntax ? writePart10(ds, transferSyntax) : writePart10(ds) },
    });

  add("SR", "1.2.840.10008.5.1.4.1.1.88.33", "SR", {
    ...{ CompletionFlag: "COMPLETE", VerificationFlag: "UNVERIFIED", ValueType: "CONTAINER" },
    ...{
      ConceptNameCodeSequence: code("126000", "DCM", "Imaging Measurement Report"),
      ContinuityOfContent: "SEPARATE",
    },
    ContentTemplateSequence: dataSet({ MappingResource: "DCMR", TemplateIdentifier: "1500" }),
    CurrentRequestedProcedureEvidenceSequence: evidence,
    ContentSequence: [
      item("HAS OBS CONTEXT", "PNAME", code("121008", "DCM", "Person Observer Name"), { PersonName: "Reader^Rita" }),
      item("CONTAINS", "CONTAINER", code("125007", "DCM", "Measurement Group"), {
        ContentSequence: [
          item("CONTAINS", "CODE", code("121071", "DCM", "Finding"), {
            ConceptCodeSequence: code("432119003", "SCT", "Aneurysm"),
          }),
          number("CONTAINS", code("103339001", "SCT", "Long Axis"), "7.4", code("mm", "UCUM", "millimeter")),
          item("CONTAINS", "TEXT", code("121106", "DCM", "Comment"), { TextValue: "At the carotid bifurcation." }),
          item("CONTAINS", "IMAGE", code("111040", "DCM", "Original Source"), { ReferencedSOPSequence: image(2) }),
          item("CONTAINS", "SCOORD", code("111030", "DCM", "Image Region"), {
            ...{ GraphicType: "POLYLINE", GraphicData: new Float32Array([10, 12, 20, 24.5]) },
            ContentSequence: item("SELECTED FROM", "IMAGE", undefined, { ReferencedSOPSequence: image(3) }),
          }),
        ],
      }),
    ],
  });
  whole("RDSR", doseReport(reportOf(name, ct.studyUid)));
  add("SEG", "1.2.840.10008.5.1.4.1.1.66.4", "SEG", segmentationFields(name, slice, series));
  add("PR", "1.2.840.10008.5.1.4.1.1.11.1", "PR", {
    ...{ ContentLabel: "ARROW", ContentDescription: "Where the aneurysm is", ContentCreatorName: "Reader^Rita" },
    ...{ ReferencedSeriesSequence: imageSeries, PresentationLUTShape: "IDENTITY" },
    SoftcopyVOILUTSequence: dataSet({ WindowCenter: 40, WindowWidth: 80 }),
    GraphicLayerSequence: dataSet({ GraphicLayer: "MARKS", GraphicLayerOrder: 1 }),
    GraphicAnnotationSequence: dataSet({
      ReferencedImageSequence: image(3),
      GraphicLayer: "MARKS",
      GraphicObjectSequence: dataSet({
        ...{ GraphicAnnotationUnits: "PIXEL", GraphicDimensions: 2, NumberOfGraphicPoints: 2, GraphicType: "CIRCLE" },
        ...{ GraphicData: new Float32Array([32, 32, 44, 32]), GraphicFilled: "N" },
      }),
      TextObjectSequence: dataSet({
        ...{ BoundingBoxAnnotationUnits: "PIXEL", UnformattedTextValue: "aneurysm" },
        ...{ BoundingBoxTopLeftHandCorner: [4, 4], BoundingBoxBottomRightHandCorner: [30, 10] },
      }),
    }),
    DisplayedAreaSelectionSequence: dataSet({
      ...{ DisplayedAreaTopLeftHandCorner: [1, 1], DisplayedAreaBottomRightHandCorner: [SIZE, SIZE] },
      PresentationSizeMode: "SCALE TO FIT",
    }),
  });
  add("KOS", "1.2.840.10008.5.1.4.1.1.88.59", "KO", {
    ...{ ValueType: "CONTAINER", ContinuityOfContent: "SEPARATE" },
    ConceptNameCodeSequence: code("113000", "DCM", "Of Interest"),
    CurrentRequestedProcedureEvidenceSequence: evidence,
    ContentSequence: [
      item("CONTAINS", "TEXT", code("113012", "DCM", "Key Object Description"), { TextValue: "For the board" }),
      item("CONTAINS", "IMAGE", undefined, { ReferencedSOPSequence: image(1) }),
      item("CONTAINS", "IMAGE", undefined, { ReferencedSOPSequence: image(4) }),
    ],
  });
  add("RWVM", "1.2.840.10008.5.1.4.1.1.67", "RWV", {
    ...{ ContentLabel: "HU", ContentDescription: "Hounsfield" },
    ReferencedImageRealWorldValueMappingSequence: dataSet({
      ReferencedImageSequence: all,
      RealWorldValueMappingSequence: dataSet({
        ...{
          LUTLabel: "HU",
          LUTExplanation: "Hounsfield units",
          RealWorldValueSlope: 1,
          RealWorldValueIntercept: -1024,
        },
        MeasurementUnitsCodeSequence: code("[hnsf'U]", "UCUM", "Hounsfield unit"),
      }),
    }),
  });
  add("RTSTRUCT", "1.2.840.10008.5.1.4.1.1.481.3", "RTSTRUCT", {
    StructureSetLabel: "Target",
    StructureSetROISequence: dataSet({ ROINumber: 1, ROIName: "Nidus", ROIGenerationAlgorithm: "MANUAL" }),
    ROIContourSequence: dataSet({
      ...{ ReferencedROINumber: 1, ROIDisplayColor: [255, 128, 0] },
      ContourSequence: dataSet({ ContourGeometricType: "POINT", NumberOfContourPoints: 1, ContourData: [1, 2, 3] }),
    }),
    RTROIObservationsSequence: dataSet({ ObservationNumber: 1, ReferencedROINumber: 1, RTROIInterpretedType: "GTV" }),
  });
  add("RTPLAN", "1.2.840.10008.5.1.4.1.1.481.5", "RTPLAN", {
    RTPlanLabel: "Radiosurgery",
    DoseReferenceSequence: dataSet({ DoseReferenceNumber: 1, DoseReferenceType: "TARGET", TargetPrescriptionDose: 20 }),
    FractionGroupSequence: dataSet({ FractionGroupNumber: 1, NumberOfFractionsPlanned: 1, NumberOfBeams: 1 }),
    BeamSequence: dataSet({ BeamNumber: 1, BeamName: "Arc 1", BeamType: "DYNAMIC", RadiationType: "PHOTON" }),
  });
  add("REG", "1.2.840.10008.5.1.4.1.1.66.1", "REG", {
    FrameOfReferenceUID: uidOf(`${name} frame`),
    RegistrationSequence: dataSet({
      FrameOfReferenceUID: uidOf(`${name} other frame`),
      MatrixRegistrationSequence: dataSet({
        MatrixSequence: dataSet({
          FrameOfReferenceTransformationMatrixType: "RIGID",
          FrameOfReferenceTransformationMatrix: [1, 0, 0, 2.5, 0, 1, 0, -4, 0, 0, 1, 0, 0, 0, 0, 1],
        }),
      }),
    }),
  });
  add("WAVE", "1.2.840.10008.5.1.4.1.1.9.1.1", "ECG", {
    WaveformSequence: dataSet({
      ...{ MultiplexGroupLabel: "RHYTHM", WaveformOriginality: "ORIGINAL", SamplingFrequency: 100 },
      ...{ NumberOfWaveformChannels: 2, NumberOfWaveformSamples: 300, WaveformBitsAllocated: 16 },
      ...{ WaveformSampleInterpretation: "SS", WaveformData: wave(300) },
      ChannelDefinitionSequence: ["I", "II"].map((lead) =>
        dataSet({
          ...{ ChannelLabel: lead, ChannelSensitivity: 5, ChannelSensitivityCorrectionFactor: 1, ChannelBaseline: 0 },
          ...{ ChannelSensitivityUnitsSequence: code("uV", "UCUM", "microvolt"), WaveformBitsStored: 16 },
        }),
      ),
    }),
  });
  add("RAW", "1.2.840.10008.5.1.4.1.1.66", "CT", { CreatorVersionUID: "1.2.3.4", ContentLabel: "RAWDATA" });
  add("PRIVATE", "1.3.46.670589.5.0.2", "OT", { ImageComments: "a manufacturer's own" });
  const pdf = encapsulatedPdf({
    ...{ pdf: onePage("Report of the angiography"), title: "Angiography report", study: objects[0]!.dataSet },
    ...{
      seriesUid: uidOf(`${name} DOC series`),
      instanceUid: uidOf(`${name} DOC`),
      seriesNumber: 40,
      instanceNumber: 1,
    },
    ...{ seriesDescription: "made DOC", ms: Date.UTC(2026, 0, 2, 10) },
    equipment: { manufacturer: "Willis", model: "Willis", serial: "0", software: "test" },
  });
  whole("DOC", pdf);
  return { studyUid: ct.studyUid, ct, objects };
}

function item(relation: string, kind: string, name: DataSet | undefined, fields: Record<string, FieldValue>): DataSet {
  return dataSet({ RelationshipType: relation, ValueType: kind, ConceptNameCodeSequence: name, ...fields });
}

function number(relation: string, name: DataSet, value: string, unit: DataSet): DataSet {
  const measured = dataSet({ NumericValue: value, MeasurementUnitsCodeSequence: unit });
  return item(relation, "NUM", name, { MeasuredValueSequence: measured });
}

/** Two segments: a square of 16 x 16 on slices 1 to 3, and one of 8 x 8 on slice 2. */
function segmentationFields(name: string, slice: (k: number) => string, series: DataSet): Record<string, FieldValue> {
  const frames = [
    { segment: 1, at: 1, from: 16, to: 32 },
    { segment: 1, at: 2, from: 16, to: 32 },
    { segment: 1, at: 3, from: 16, to: 32 },
    { segment: 2, at: 2, from: 40, to: 48 },
  ];
  const bits = new Uint8Array((frames.length * SIZE * SIZE) / 8);
  frames.forEach(({ from, to }, f) => {
    for (let y = from; y < to; y++)
      for (let x = from; x < to; x++) {
        const at = f * SIZE * SIZE + y * SIZE + x;
        bits[at >> 3]! |= 1 << (at & 7);
      }
  });
  const segment = (n: number, label: string, lab: readonly number[]) =>
    dataSet({
      ...{ SegmentNumber: n, SegmentLabel: label, SegmentAlgorithmType: "AUTOMATIC", SegmentAlgorithmName: "made" },
      SegmentedPropertyCategoryCodeSequence: code("49755003", "SCT", "Morphologically Abnormal Structure"),
      SegmentedPropertyTypeCodeSequence: code("432119003", "SCT", "Aneurysm"),
      RecommendedDisplayCIELabValue: lab,
    });
  return {
    ...{ ContentLabel: "SEGMENTS", ContentDescription: "Made regions", FrameOfReferenceUID: uidOf(`${name} frame`) },
    ...{ SegmentationType: "BINARY", ImageType: ["DERIVED", "PRIMARY"], ReferencedSeriesSequence: series },
    SegmentSequence: [segment(1, "Sac", [43803, 26565, 37722]), segment(2, "Neck", [34905, 53485, 50171])],
    SharedFunctionalGroupsSequence: dataSet({
      PlaneOrientationSequence: dataSet({ ImageOrientationPatient: [1, 0, 0, 0, 1, 0] }),
      PixelMeasuresSequence: dataSet({ SliceThickness: 5, SpacingBetweenSlices: 5, PixelSpacing: [1, 1] }),
    }),
    PerFrameFunctionalGroupsSequence: frames.map(({ segment: n, at }) =>
      dataSet({
        PlanePositionSequence: dataSet({ ImagePositionPatient: [-100, -100, 5 * at] }),
        SegmentIdentificationSequence: dataSet({ ReferencedSegmentNumber: n }),
        DerivationImageSequence: dataSet({
          SourceImageSequence: dataSet({
            ReferencedSOPClassUID: "1.2.840.10008.5.1.4.1.1.2",
            ReferencedSOPInstanceUID: slice(at),
          }),
        }),
      }),
    ),
    ...{ NumberOfFrames: frames.length, Rows: SIZE, Columns: SIZE, SamplesPerPixel: 1 },
    ...{
      PhotometricInterpretation: "MONOCHROME2",
      BitsAllocated: 1,
      BitsStored: 1,
      HighBit: 0,
      PixelRepresentation: 0,
    },
    PixelData: bits,
  };
}

function reportOf(name: string, studyUid: string) {
  const ms = Date.UTC(2026, 0, 2, 9, 30);
  return {
    context: {
      patient: {
        ...{ name: `${name}^Test`, patientId: `ID-${name}`, issuer: "", birthDate: "19600102" },
        sex: "F" as const,
        synthetic: true,
      } as const,
      study: {
        ...{ uid: studyUid, id: "1", ms: Date.UTC(2026, 0, 2, 3, 4, 5), accession: `A-${name}` },
        ...{ description: `${name} study`, referringPhysician: "", institution: "Test" },
      },
      series: {
        ...{ uid: uidOf(`${name} RDSR series`), number: 30, modality: "SR", description: "made RDSR", protocol: "" },
        ...{ bodyPart: "HEAD", ms, manufacturer: "Willis", model: "Angio", serial: "1", station: "A1", software: "1" },
      },
      ...{ sopInstanceUid: uidOf(`${name} RDSR`), instanceNumber: 1, ms },
    },
    ...{ deviceUid: uidOf("device"), deviceName: "A1", events: DOSE_EVENTS },
  };
}

/** Two interleaved channels: a sawtooth of 0..99, and its negative. */
function wave(samples: number): Uint8Array {
  const values = new Int16Array(2 * samples);
  for (let k = 0; k < samples; k++) values.set([k % 100, -(k % 100)], 2 * k);
  return new Uint8Array(values.buffer);
}

/** A PDF of one page with a line of words. */
export function onePage(words: string): Uint8Array {
  const content = `BT /F1 24 Tf 60 740 Td (${words}) Tj ET`;
  const parts = [
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
    `<</Length ${content.length}>>stream\n${content}\nendstream`,
    "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
  ];
  let out = "%PDF-1.4\n";
  const at = parts.map((part, k) => {
    const start = out.length;
    out += `${k + 1} 0 obj\n${part}\nendobj\n`;
    return start;
  });
  const table = at.map((n) => `${String(n).padStart(10, "0")} 00000 n \n`).join("");
  const start = out.length;
  out += `xref\n0 6\n0000000000 65535 f \n${table}trailer<</Size 6/Root 1 0 R>>\nstartxref\n${start}\n%%EOF\n`;
  return new TextEncoder().encode(out);
}
