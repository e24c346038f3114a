import { promisify } from "node:util";
import { inflate } from "node:zlib";
import { KEY_REASONS, type KeptPlace, type KeyImageView, type KeyReason } from "../../cases/kept.ts";
import { WillisError } from "../../core/index.ts";
import { willisEquipment } from "../../dicom/iod/derived-context.ts";
import { KEY_OBJECT_TITLES, keyObjectSelection } from "../../dicom/iod/key-object.ts";
import { SECONDARY_CAPTURE_STORAGE, secondaryCapture } from "../../dicom/iod/secondary-capture.ts";
import { uidOf, uidOfUuid } from "../../dicom/uid.ts";
import { knownPlace } from "../db/kept/images.ts";
import { addKeyImage, keyImagesOf } from "../db/kept/key-images.ts";
import type { Person } from "../http/route.ts";
import type { Services } from "../http/services.ts";
import { VERSION } from "../http/version.ts";
import { personName } from "./report-of.ts";
import { DEVICE, keepingStudy, SERIES_NUMBERS, storeKept } from "./study-of.ts";

const inflated = promisify(inflate);

/** A key image as the page sends it: the picture is RGB, rows from above, deflated (RFC 1950). */
export interface GivenKeyImage {
  readonly id: string;
  readonly place: KeptPlace;
  readonly reason: KeyReason;
  readonly caption: string;
  readonly words: readonly string[];
  readonly laterality: string;
  readonly columns: number;
  readonly rows: number;
  readonly picture: Uint8Array;
}

/**
 * Keeps a key image: the picture of the screen as a Secondary Capture marked as derived, a Key Object Selection that
 * points at the frame itself and at the picture, and then the row. The UIDs follow from its id, so that sending it again
 * stores nothing twice. Errors: `bad-request` when picture and size differ.
 */
export async function saveKeyImage(
  services: Services,
  studyId: number,
  given: GivenKeyImage,
  person: Person,
): Promise<KeyImageView> {
  const before = (await keyImagesOf(services.pool, studyId)).find(({ id }) => id === given.id);
  if (before) return before;
  const study = await keepingStudy(services, studyId);
  const place = await knownPlace(services.pool, studyId, given.place);
  if (place.sopUid === undefined || place.sopClass === undefined) {
    throw new WillisError("bad-request", "a key image needs the object (and frame) that it shows");
  }
  const { columns, rows, caption, reason, words } = given;
  const rgb = await pictureOf(given);
  const at = services.now();
  const [captureSeriesUid, selectionSeriesUid] = ["captures", "selections"].map((what) =>
    uidOf(`${what} of ${study.organisationId} ${study.studyUid}`),
  ) as [string, string];
  const captureSopUid = uidOfUuid(given.id);
  const selectionSopUid = uidOf(`selection ${given.id}`);
  const source = {
    studyUid: study.studyUid,
    seriesUid: place.seriesUid,
    sopClass: place.sopClass,
    sopUid: place.sopUid,
    ...(place.frame === undefined ? {} : { frame: place.frame }),
  };
  const number = (at.getTime() / 1000) & 0x7fffffff;
  const common = {
    study: study.source,
    instanceNumber: number,
    ms: at.getTime(),
    equipment: willisEquipment(VERSION),
  };
  const capture = secondaryCapture({
    ...common,
    seriesUid: captureSeriesUid,
    instanceUid: captureSopUid,
    seriesNumber: SERIES_NUMBERS.captures,
    seriesDescription: "Key images, pictures of the screen",
    rgb,
    columns,
    rows,
    derivation: `Picture of the screen in Willis ${VERSION}; not for measuring. ${words.join("; ")}`,
    comment: caption,
    source,
    laterality: given.laterality,
  });
  await storeKept(services, study, capture, `key-image-${given.id}.dcm`, person);
  const picture = {
    ...source,
    seriesUid: captureSeriesUid,
    sopClass: SECONDARY_CAPTURE_STORAGE,
    sopUid: captureSopUid,
  };
  const { frame: _, ...whole } = picture as typeof picture & { frame?: number };
  const selection = keyObjectSelection({
    ...common,
    seriesUid: selectionSeriesUid,
    instanceUid: selectionSopUid,
    seriesNumber: SERIES_NUMBERS.selections,
    title: KEY_OBJECT_TITLES[reason],
    description: [caption, ...words].filter(Boolean).join("; ") || KEY_REASONS[reason],
    objects: [source, whole],
    observer: { name: personName(person.name) },
    device: DEVICE,
  });
  await storeKept(services, study, selection, `key-object-${given.id}.dcm`, person);
  await addKeyImage(services.pool, {
    id: given.id,
    studyId,
    content: { place, reason, caption, words, laterality: given.laterality },
    captureSeriesUid,
    captureSopUid,
    selectionSopUid,
    by: person.id,
    at,
  });
  await services.live.publish({ type: "study", studyId, instances: 0 });
  const kept = (await keyImagesOf(services.pool, studyId)).find(({ id }) => id === given.id);
  if (!kept)
    throw new WillisError("conflict", `key image ${given.id} belongs to another study; give it an id of its own`);
  return kept;
}

async function pictureOf({ picture, columns, rows }: GivenKeyImage): Promise<Uint8Array> {
  const size = 3 * columns * rows;
  const rgb = await inflated(picture, { maxOutputLength: size + 1 }).catch((error: unknown) => {
    throw new WillisError(
      "bad-request",
      `the picture cannot be inflated to ${size} bytes: ${(error as Error).message}`,
    );
  });
  if (rgb.length !== size) {
    throw new WillisError("bad-request", `the picture has ${rgb.length} bytes, not 3 x ${columns} x ${rows}`);
  }
  return new Uint8Array(rgb);
}
