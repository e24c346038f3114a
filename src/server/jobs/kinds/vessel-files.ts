import type { Volume } from "../../../core/volume.ts";
import { type DataSet, text } from "../../../dicom/data-set.ts";
import { willisEquipment } from "../../../dicom/iod/derived-context.ts";
import { segmentation } from "../../../dicom/iod/segmentation.ts";
import { uidOf } from "../../../dicom/uid.ts";
import { writePart10 } from "../../../dicom/write.ts";
import { VESSEL_METHOD, type VesselAnalysis } from "../../../imaging/vessel/analysis.ts";

/**
 * The mask of a vessel as a DICOM Segmentation in the study of `first`. `sources`: SOP Instance UIDs of the slices; `run`
 * names the run, so that the same run writes the same UIDs.
 */
export function vesselSegmentation(
  found: VesselAnalysis,
  volume: Volume,
  first: DataSet,
  sources: readonly string[],
  run: string,
  ms: number,
): { readonly seriesUid: string; readonly bytes: Uint8Array<ArrayBuffer> } {
  const seriesUid = uidOf(`vessel ${run} series`);
  const sopClass = text(first, "SOPClassUID") ?? "";
  const bySlice = sources.length === volume.shape[2] && sopClass !== "";
  const object = segmentation({
    source: first,
    space: {
      kind: "grid",
      grid: volume,
      frameOfReference: text(first, "FrameOfReferenceUID") ?? uidOf(`vessel ${run} frame of reference`),
      images: Array.from({ length: volume.shape[2] }, (_, k) => (bySlice ? { sopClass, sopUid: sources[k]! } : null)),
    },
    segments: [
      {
        label: "Vessel",
        mask: found.grown.mask,
        category: { value: "91723000", scheme: "SCT", meaning: "Anatomical Structure" },
        type: { value: "59820001", scheme: "SCT", meaning: "Blood vessel" },
        made: "SEMIAUTOMATIC",
        algorithm: `${VESSEL_METHOD.name} ${VESSEL_METHOD.version}`,
        colour: [224, 108, 92],
      },
    ],
    seriesUid,
    instanceUid: uidOf(`vessel ${run} segmentation`),
    seriesNumber: 9100,
    instanceNumber: 1,
    seriesDescription: `Vessel segmentation (${VESSEL_METHOD.version})`,
    label: "VESSEL",
    creator: "Willis^",
    ms,
    equipment: willisEquipment(VESSEL_METHOD.version),
  });
  return { seriesUid, bytes: writePart10(object) as Uint8Array<ArrayBuffer> };
}
