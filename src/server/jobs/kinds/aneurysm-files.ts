import { toIndex } from "../../../core/geometry.ts";
import type { Volume } from "../../../core/volume.ts";
import { type DataSet, text } from "../../../dicom/data-set.ts";
import { willisEquipment } from "../../../dicom/iod/derived-context.ts";
import { unitCode, valueCode } from "../../../dicom/iod/measurement-codes.ts";
import { measurementReport, WILLIS_OBSERVER } from "../../../dicom/iod/measurement-report.ts";
import { segmentation } from "../../../dicom/iod/segmentation.ts";
import { uidOf } from "../../../dicom/uid.ts";
import { writePart10 } from "../../../dicom/write.ts";
import type { AneurysmAnalysis } from "../../../imaging/aneurysm/analysis.ts";
import { ANEURYSM_METHOD } from "../../../imaging/aneurysm/measures.ts";

/** An object of a run and the series it is in. */
interface Written {
  readonly seriesUid: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Dome and vessels around it as a DICOM Segmentation, and the numbers with the neck line as a measurement report (TID 1500),
 * both in the study of `first`. The volume of the scene is a part of the series: its slices are named by their place.
 * `sources`: SOP Instance UIDs of the slices of `volume`; `run` names the run, so that the same run writes the same UIDs.
 */
export function aneurysmFiles(
  analysis: AneurysmAnalysis,
  volume: Volume,
  first: DataSet,
  sources: readonly string[],
  run: string,
  ms: number,
): { readonly segmentation: Written; readonly report: Written } {
  const { found } = analysis;
  const part = analysis.scene.volume;
  const frameOfReference = text(first, "FrameOfReferenceUID") ?? uidOf(`aneurysm ${run} frame of reference`);
  const equipment = willisEquipment(ANEURYSM_METHOD.version);
  const method = `${ANEURYSM_METHOD.name} ${ANEURYSM_METHOD.version}`;
  const sopClass = text(first, "SOPClassUID") ?? "";
  const bySlice = sources.length === volume.shape[2] && sopClass !== "";
  // The part is cut along the slices: its slice k lies where one of the series lies.
  const from = Math.round(toIndex(volume, part.origin)[2]);
  const common = { category: { value: "91723000", scheme: "SCT", meaning: "Anatomical Structure" } } as const;
  const segSeries = uidOf(`aneurysm ${run} segmentation series`);
  const seg = segmentation({
    source: first,
    space: {
      kind: "grid",
      grid: part,
      frameOfReference,
      images: Array.from({ length: part.shape[2] }, (_, k) =>
        bySlice && sources[from + k] ? { sopClass, sopUid: sources[from + k]! } : null,
      ),
    },
    segments: [
      {
        label: "Aneurysm",
        mask: found.domeMask,
        category: { value: "49755003", scheme: "SCT", meaning: "Morphologically Abnormal Structure" },
        type: { value: "85659009", scheme: "SCT", meaning: "Aneurysm" },
        made: "SEMIAUTOMATIC",
        algorithm: method,
        colour: [240, 170, 90],
      },
      {
        ...common,
        label: "Vessels around it",
        mask: analysis.scene.mask.map((inside, p) => (inside && !found.domeMask[p] ? 1 : 0)),
        type: { value: "59820001", scheme: "SCT", meaning: "Blood vessel" },
        made: "SEMIAUTOMATIC",
        algorithm: method,
        colour: [224, 108, 92],
      },
    ],
    seriesUid: segSeries,
    instanceUid: uidOf(`aneurysm ${run} segmentation`),
    seriesNumber: 9110,
    instanceNumber: 1,
    seriesDescription: `Aneurysm segmentation (${ANEURYSM_METHOD.version})`,
    label: "ANEURYSM",
    creator: "Willis^",
    ms,
    equipment,
  });
  const reportSeries = uidOf(`aneurysm ${run} report series`);
  const line = found.dome.neckLine;
  const report = measurementReport({
    study: first,
    seriesUid: reportSeries,
    instanceUid: uidOf(`aneurysm ${run} report`),
    seriesNumber: 9111,
    instanceNumber: 1,
    measurements: [
      {
        trackingId: "Willis:aneurysm",
        trackingUid: uidOf(`aneurysm ${run} tracking`),
        form: "lines",
        label: analysis.byHand ? "Aneurysm, neck set by a person" : "Aneurysm, neck as proposed",
        shapes: [
          {
            on: "patient",
            shape: "POLYLINE",
            points: line.length > 0 ? [...line, line[0]!] : [],
            frameOfReference,
            seriesUid: text(first, "SeriesInstanceUID") ?? "",
          },
        ],
        values: found.measurements.map(({ code, label, unit, value, reason, uncertainty }) => ({
          ...valueCode(code, label),
          unit: unitCode(unit),
          value,
          ...(reason === undefined ? {} : { reason }),
          ...(uncertainty === undefined ? {} : { uncertainty }),
        })),
        method: ANEURYSM_METHOD,
        calibration: "mm in the patient, as the volume states them",
        observer: "Willis^",
        ms,
      },
    ],
    deleted: [],
    observer: { name: "Willis^", organisation: "Willis", login: "program" },
    device: { uid: WILLIS_OBSERVER },
    ms,
    equipment,
  });
  return {
    segmentation: { seriesUid: segSeries, bytes: writePart10(seg) as Uint8Array<ArrayBuffer> },
    report: { seriesUid: reportSeries, bytes: writePart10(report) as Uint8Array<ArrayBuffer> },
  };
}
