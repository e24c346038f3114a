import type { MaskDraft, MaskSpace, MaskView } from "../../../cases/kept.ts";
import type { Grid } from "../../../core/geometry.ts";
import { ask } from "../../api/client.ts";
import { deflated } from "./capture.ts";
import { keptOf } from "./kept-store.ts";

/** A mask that is to be kept: with the id and version of one that is kept already it becomes its next version. */
export interface MaskToKeep extends Omit<MaskDraft, "id"> {
  readonly id?: string;
  /** The version that was changed; none for a new mask. */
  readonly base?: number;
  /** One bit a voxel, the first in the lowest bit (`packedMask` of imaging/region/mask-bits.ts). */
  readonly bits: Uint8Array<ArrayBuffer>;
}

/** The grid of a volume as the place of a mask. */
export function maskSpaceOf({ shape, spacing, origin, direction }: Grid): MaskSpace {
  const { i, j, k } = direction;
  return { kind: "grid", shape, spacing, origin, direction: [...i, ...j, ...k] };
}

/**
 * Keeps a painted, outlined or grown mask as a DICOM Segmentation in the study. Resolves when the server holds it, with
 * whether somebody else had changed it meanwhile (both versions are kept); rejects with words that say why not.
 */
export async function keepMask({
  id = crypto.randomUUID(),
  base = 0,
  bits,
  ...mask
}: MaskToKeep): Promise<{ readonly mask: MaskView; readonly overtook: boolean }> {
  const { space, method } = mask;
  const place: Readonly<Record<string, string>> =
    space.kind === "grid"
      ? {
          shape: space.shape.join(),
          spacing: space.spacing.join(),
          origin: space.origin.join(),
          direction: space.direction.join(),
        }
      : {
          object: space.sopUid,
          frame: String(space.frame),
          rows: String(space.rows),
          columns: String(space.columns),
        };
  const query = new URLSearchParams({
    ...{ series: mask.seriesUid, base: String(base), kind: mask.kind, label: mask.label.slice(0, 64) },
    ...{ made: mask.made, method: method.name, version: method.version, ...place },
  });
  const path = `/api/studies/${encodeURIComponent(mask.studyUid)}/masks/${id}?${query}`;
  const body = await deflated(bits);
  const headers = { "Content-Type": "application/octet-stream" };
  const saved = await ask<{ mask: MaskView; overtook: boolean }>(path, { method: "PUT", body, headers });
  keptOf(mask.studyUid).refresh();
  return saved;
}

/** Deletes a kept mask; its Segmentations stay in the archive. */
export async function deleteKeptMask({ studyUid, id }: Pick<MaskView, "studyUid" | "id">): Promise<void> {
  await ask(`/api/studies/${encodeURIComponent(studyUid)}/masks/${id}`, { method: "DELETE" });
  keptOf(studyUid).refresh();
}
