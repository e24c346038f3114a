import type { RegistrationView } from "../../cases/analysis-view.ts";
import type { Limitation } from "../../core/limitation.ts";
import type { Measurement } from "../../core/measurement.ts";
import { text } from "../../dicom/data-set.ts";
import { willisEquipment } from "../../dicom/iod/derived-context.ts";
import { spatialRegistration } from "../../dicom/iod/spatial-registration.ts";
import { uidOf } from "../../dicom/uid.ts";
import { writePart10 } from "../../dicom/write.ts";
import { angleOf, type Rigid } from "../../imaging/registration/rigid.ts";
import { REGISTRATION_METHOD, type Registered } from "./register.ts";
import type { OneVolume } from "./volume-of.ts";

/** A registration as the API shows it and the `analysis` row keeps it. */
export function registrationView(
  found: Registered,
  fixed: OneVolume,
  moving: OneVolume,
  limitations: readonly Limitation[],
  objects: Readonly<Record<string, string>>,
): RegistrationView {
  const sources = [fixed, moving].map(({ first }) => text(first, "SeriesInstanceUID") ?? "");
  return {
    movingSeriesUid: sources[1]!,
    movingStudyUid: text(moving.first, "StudyInstanceUID") ?? "",
    matrix: found.matrix,
    centre: found.centre,
    shiftMm: found.shiftMm,
    turnDeg: found.turnDeg,
    nmi: found.nmi,
    inverseMm: { mean: found.inverse.mean, max: found.inverse.max },
    overlap: found.overlap,
    measurements: measurementsOf(found, sources),
    limitations,
    objects,
    method: REGISTRATION_METHOD,
  };
}

function measurementsOf(found: Registered, sources: readonly string[]): Measurement[] {
  const of = (code: string, label: string, value: number, unit: string, doubt?: number): Measurement => ({
    ...{ code: `registration.${code}`, label, value, unit, method: REGISTRATION_METHOD, sources, tier: "C" },
    ...(doubt === undefined
      ? {}
      : {
          uncertainty: {
            low: Math.max(0, value - doubt),
            high: value + doubt,
            basis: "inverse consistency; says nothing of a common error",
          },
        }),
  });
  const { inverse } = found;
  return [
    of("shift_mm", "Shift of the middle", Math.hypot(...found.shiftMm), "mm", inverse.max),
    of("turn_deg", "Turn", angleOf(found.matrix), "deg"),
    of("inverse_mean_mm", "There and back, mean", inverse.mean, "mm"),
    of("inverse_max_mm", "There and back, at most", inverse.max, "mm"),
    of("nmi_before", "Mutual information before", found.nmi.before, "1"),
    of("nmi_after", "Mutual information after", found.nmi.after, "1"),
    of("overlap", "Common part of the smaller volume", 100 * found.overlap, "%"),
  ];
}

/** Which of the objects of a run this is: as computed, or as a person accepted it, with their name. */
export interface WhoMade {
  readonly instanceNumber: number;
  readonly creator: string;
  readonly byHand: boolean;
}

/**
 * The registration as a DICOM object in the study of the fixed series. `run` names it, so that the same run writes the same
 * UIDs; all objects of a run are in one series.
 */
export function registrationObject(
  found: { readonly matrix: Rigid; readonly nmi: Registered["nmi"]; readonly inverse: { mean: number; max: number } },
  fixed: Pick<OneVolume, "first" | "sources">,
  moving: Pick<OneVolume, "first" | "sources">,
  run: string,
  ms: number,
  made: WhoMade = { instanceNumber: 1, creator: "", byHand: false },
): { readonly name: string; readonly seriesUid: string; readonly bytes: Uint8Array<ArrayBuffer> } {
  const { version } = REGISTRATION_METHOD;
  const { inverse, nmi } = found;
  const seriesUid = uidOf(`registration ${run} series`);
  const who = made.creator ? ` ${made.creator} ${ms}` : "";
  const what = text(moving.first, "SeriesDescription") ?? text(moving.first, "Modality") ?? "a series";
  const object = spatialRegistration({
    fixed: { source: fixed.first, sopInstances: fixed.sources },
    moving: { source: moving.first, sopInstances: moving.sources },
    matrix: found.matrix,
    seriesUid,
    instanceUid: uidOf(`registration ${run} object${who}`),
    seriesNumber: 9100,
    instanceNumber: made.instanceNumber,
    seriesDescription: `Registration of ${what}`.slice(0, 64),
    comment: made.byHand
      ? `MI ${version}, then corrected by hand`
      : `MI ${version}: nmi ${nmi.before.toFixed(2)} to ${nmi.after.toFixed(2)}, inverse ${inverse.mean.toFixed(2)} (max ${inverse.max.toFixed(2)}) mm`,
    creator: made.creator,
    byHand: made.byHand,
    ms,
    equipment: willisEquipment(version),
  });
  return { name: "registration", seriesUid, bytes: writePart10(object) as Uint8Array<ArrayBuffer> };
}
