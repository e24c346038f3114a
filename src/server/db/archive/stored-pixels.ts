import type { FrameTable } from "../../../dicom/frames.ts";
import type { Vr } from "../../../dicom/vr.ts";

/** What `instance.pixels` holds: where the pixels and each frame lie in the blob. */
export interface StoredPixels {
  readonly tag: number;
  readonly vr: Vr;
  readonly offset: number;
  readonly length: number;
  readonly encapsulated: boolean;
  /** Null when the fragments do not tell which frame they belong to. */
  readonly frames: FrameTable | null;
  /** Offsets count in the data set that begins here and must be inflated first; null for every usual object. */
  readonly deflatedAt: number | null;
}
