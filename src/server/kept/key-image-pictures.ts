import type { KeyImageView } from "../../cases/kept.ts";
import { findInstance } from "../db/archive/instances.ts";
import { keyImagesOfCase } from "../db/kept/key-images.ts";
import { frameAsPicture } from "../dicomweb/pixels.ts";
import type { Services } from "../http/services.ts";

const QUALITY = 92;

/** The key images of a case with their pictures as JPEG; a picture is null when its object is no longer there. */
export async function keyImagePictures(
  services: Services,
  caseId: string,
  signal: AbortSignal,
): Promise<{ readonly key: KeyImageView; readonly picture: Uint8Array | null }[]> {
  const out: { key: KeyImageView; picture: Uint8Array | null }[] = [];
  for (const { studyId, ...key } of await keyImagesOfCase(services.pool, caseId)) {
    const { rows } = await services.pool.query("select id from series where study_id = $1 and series_uid = $2", [
      studyId,
      key.captureSeriesUid,
    ]);
    const file = rows[0] && (await findInstance(services.pool, rows[0].id, key.captureSopUid));
    const options = { format: "image/jpeg", quality: QUALITY } as const;
    const picture = file ? await frameAsPicture(services.blobs, file, 0, options, signal) : null;
    out.push({ key, picture });
  }
  return out;
}
