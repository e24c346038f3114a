import type { KeyImageView } from "../../cases/kept.ts";
import { findInstance } from "../db/archive/instances.ts";
import { keyImagesOfCase } from "../db/kept/key-images.ts";
import { frameAsPicture } from "../dicomweb/pixels.ts";
import type { Services } from "../http/services.ts";

const QUALITY = 92;

/** A key image with its picture as JPEG; null when its object is no longer there. */
export interface KeyPicture {
  readonly key: KeyImageView;
  readonly picture: Uint8Array | null;
}

/** The key images of a case with their pictures. */
export async function keyImagePictures(services: Services, caseId: string, signal: AbortSignal): Promise<KeyPicture[]> {
  const keys = (await keyImagesOfCase(services.pool, caseId)).map(({ studyId: _, ...key }) => key);
  return picturesOf(services, keys, signal);
}

/** The pictures of these key images, in their order. */
export async function picturesOf(
  services: Pick<Services, "pool" | "blobs">,
  keys: readonly KeyImageView[],
  signal: AbortSignal,
): Promise<KeyPicture[]> {
  const out: KeyPicture[] = [];
  for (const key of keys) {
    // The series of pictures is named after study and organisation: there is one.
    const { rows } = await services.pool.query("select id from series where series_uid = $1 order by id limit 1", [
      key.captureSeriesUid,
    ]);
    const file = rows[0] && (await findInstance(services.pool, rows[0].id, key.captureSopUid));
    const options = { format: "image/jpeg", quality: QUALITY } as const;
    const picture = file ? await frameAsPicture(services.blobs, file, 0, options, signal) : null;
    out.push({ key, picture });
  }
  return out;
}
