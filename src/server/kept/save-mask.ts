import { createHash } from "node:crypto";
import type { MaskDraft, MaskView } from "../../cases/kept.ts";
import { WillisError } from "../../core/index.ts";
import { uidOf } from "../../dicom/uid.ts";
import { imageSize, knownPlace, seriesHeaders } from "../db/kept/images.ts";
import { addMaskVersion, maskStanding, masksOf } from "../db/kept/masks.ts";
import { transaction } from "../db/pool.ts";
import type { Person } from "../http/route.ts";
import type { Services } from "../http/services.ts";
import { VERSION } from "../http/version.ts";
import { storeObject } from "../ingest/index.ts";
import { workerPool } from "../ingest/worker-pool.ts";
import { withMaskBits } from "./mask-body.ts";
import type { MaskObject, MaskTask } from "./mask-worker.ts";
import { personName } from "./report-of.ts";
import { keepingStudy, SERIES_NUMBERS } from "./study-of.ts";

const writers = workerPool<MaskTask, MaskObject>({
  file: new URL("./mask-worker.ts", import.meta.url),
  size: 1,
  timeoutMs: 120_000,
  memoryMb: 1024,
  complaint: { code: "bad-request", message: "Writing this mask took more time or memory than any real one needs." },
});

/** What is answered: the mask as it stands, and whether somebody else had changed it since the version that was changed. */
export interface SavedMask {
  readonly mask: MaskView;
  readonly overtook: boolean;
}

/**
 * Keeps a mask: its bits become a Segmentation in the study, written in a worker and durable before the row is; only then
 * it is answered. The same mask sent again makes nothing new. Another state of it is the next version with a Segmentation
 * of its own; the ones before stay. Errors: `bad-request` where draft, bits and series do not fit, or the mask is empty.
 */
export async function saveMask(
  services: Services,
  studyId: number,
  draft: MaskDraft,
  base: number,
  body: AsyncIterable<Uint8Array>,
  person: Person,
): Promise<SavedMask> {
  const { pool } = services;
  const study = await keepingStudy(services, studyId);
  const voxels = await voxelsOf(services, studyId, draft);
  const made = await withMaskBits(body, voxels, async ({ bits, digest: ofBits }) => {
    const digest = createHash("sha256")
      .update(`${ofBits} ${JSON.stringify(draft)}`)
      .digest("hex");
    const standing = await maskStanding(pool, studyId, draft.id, digest);
    if (standing === "same") return undefined;
    const sources = await seriesHeaders(pool, studyId, draft.seriesUid);
    const at = services.now();
    const seriesUid = uidOf(`mask ${draft.id} ${digest} ${base} series`);
    const instanceUid = uidOf(`mask ${draft.id} ${digest} ${base}`);
    const task: MaskTask = {
      ...{ draft, bits, sources, seriesUid, instanceUid, seriesNumber: SERIES_NUMBERS.masks },
      ...{ creator: personName(person.name), ms: at.getTime(), software: VERSION },
    };
    const { bytes, inside, volumeMl } = await writers.run(task, [bits.buffer]);
    const stored = await storeObject(services, bytes, {
      organisationId: study.organisationId,
      via: "analysis",
      who: person.id,
      name: `mask-${draft.id}.dcm`,
      studyUid: study.studyUid,
    });
    if (stored.state === "quarantined" || stored.state === "ignored")
      throw new WillisError("unavailable", `the archive did not take it: ${stored.reason}`);
    const content = { ...draft, inside, volumeMl };
    const objects = { segmentationSeriesUid: seriesUid, segmentationSopUid: instanceUid };
    return transaction(pool, (sql) =>
      addMaskVersion(sql, { studyId, id: draft.id, base, content, digest, ...objects, by: person.id, at }),
    );
  });
  if (made !== undefined) await services.live.publish({ type: "study", studyId, instances: 0 });
  const mask = (await masksOf(pool, studyId)).find(({ id }) => id === draft.id);
  if (!mask) throw new WillisError("conflict", `mask ${draft.id} was deleted while it was kept`);
  return { mask, overtook: made ?? false };
}

/** How many voxels the mask must have. Errors: `bad-request` when its place is not in this study or is another size. */
async function voxelsOf({ pool }: Services, studyId: number, draft: MaskDraft): Promise<number> {
  const { studyUid, seriesUid, space } = draft;
  if (space.kind === "grid") {
    await knownPlace(pool, studyId, { studyUid, seriesUid });
    return space.shape[0] * space.shape[1] * space.shape[2];
  }
  const { sopUid, frame, rows, columns } = space;
  const place = { studyUid, seriesUid, sopUid, frame };
  await knownPlace(pool, studyId, place);
  const size = await imageSize(pool, studyId, place);
  if (size?.rows !== rows || size.columns !== columns)
    throw new WillisError(
      "bad-request",
      size
        ? `image ${sopUid} has ${size.columns} x ${size.rows} pixels, the mask ${columns} x ${rows}`
        : `object ${sopUid} holds no image`,
    );
  return rows * columns;
}
