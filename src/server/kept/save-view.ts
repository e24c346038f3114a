import { randomUUID } from "node:crypto";
import type { SavedView } from "../../cases/kept.ts";
import { WillisError } from "../../core/index.ts";
import { willisEquipment } from "../../dicom/iod/derived-context.ts";
import { presentationState } from "../../dicom/iod/presentation-state.ts";
import { uidOf, uidOfUuid } from "../../dicom/uid.ts";
import { imageSize, knownPlace } from "../db/kept/images.ts";
import type { Person } from "../http/route.ts";
import type { Services } from "../http/services.ts";
import { VERSION } from "../http/version.ts";
import { personName } from "./report-of.ts";
import { keepingStudy, SERIES_NUMBERS, storeKept } from "./study-of.ts";

/**
 * Keeps how an image is looked at as a Grayscale Softcopy Presentation State in its study: window, part, turn, shutter and
 * drawings. Answers where it lies. Errors: `bad-request` when the image is not in the study.
 */
export async function saveView(
  services: Services,
  studyId: number,
  view: SavedView,
  person: Person,
): Promise<{ readonly seriesUid: string; readonly sopUid: string }> {
  const study = await keepingStudy(services, studyId);
  const place = await knownPlace(services.pool, studyId, view.place);
  const size = await imageSize(services.pool, studyId, place);
  if (!place.sopUid || !place.sopClass || !size) {
    throw new WillisError("bad-request", "a saved view needs an image with rows and columns");
  }
  const at = services.now();
  const seriesUid = uidOf(`views of ${study.organisationId} ${study.studyUid}`);
  const object = presentationState({
    source: study.source,
    images: [
      {
        ...{ seriesUid: place.seriesUid, sopClass: place.sopClass, sopUid: place.sopUid, ...size },
        ...(place.frame === undefined ? {} : { frame: place.frame }),
      },
    ],
    ...(view.window ? { window: view.window } : {}),
    ...(view.area ? { area: view.area } : {}),
    ...{ inverted: view.inverted, rotation: 0, flipped: false, graphics: view.graphics },
    ...{ label: view.label || "VIEW", description: view.label, creator: personName(person.name) },
    ...{ seriesUid, instanceUid: uidOfUuid(randomUUID()), seriesNumber: SERIES_NUMBERS.views },
    ...{ instanceNumber: (at.getTime() / 1000) & 0x7fffffff, ms: at.getTime(), equipment: willisEquipment(VERSION) },
  });
  const { sopUid } = await storeKept(services, study, object, "view.dcm", person);
  await services.live.publish({ type: "study", studyId, instances: 0 });
  return { seriesUid, sopUid };
}
