import { dot, sub } from "../../../core/index.ts";
import { type Segmentation, segmentMask } from "../../../dicom/objects/segments.ts";
import { functionalGroup, items, number, TAG, text } from "../pane/dicom-json.ts";
import { type PlaneGeometry, parallel, planeOf } from "../pane/geometry.ts";
import { firstPart } from "../pane/multipart.ts";
import type { FrameRef } from "../pane/stack-order.ts";
import type { ObjectFile } from "./series-objects.ts";

/** Colours for segments that recommend none: apart from each other on grey images. */
const COLOURS = ["92 200 215", "242 184 75", "179 157 219", "127 209 160", "255 122 107", "143 176 255", "233 141 196"];

/** One frame of a segmentation: where it lies, which image it was drawn on, and which segment it is of. */
export interface SegmentFrame {
  readonly frame: number;
  readonly segment: number;
  readonly plane: PlaneGeometry | null;
  readonly source: { readonly sopUid: string; readonly frame: number } | null;
}

/** The frames of a segmentation with their places; a frame of a label map stands for each segment. */
export function segmentFrames(object: ObjectFile, seg: Segmentation): readonly SegmentFrame[] {
  return seg.segments.flatMap(({ number: segment, frames }) =>
    frames.map((frame) => {
      const derivation = functionalGroup(object.json, frame, "00089124");
      const source = items(derivation, "00082112")[0];
      const sopUid = text(source, "00081155");
      return {
        ...{ frame, segment, plane: planeOf(object.json, frame) },
        source: sopUid ? { sopUid, frame: (number(source, "00081160") ?? 1) - 1 } : null,
      };
    }),
  );
}

/** The frames that belong on an image: in its plane, or named as made from it. */
export function framesOn(image: FrameRef, frames: readonly SegmentFrame[], slackMm: number): readonly SegmentFrame[] {
  return frames.filter(({ plane, source }) => {
    if (image.plane && plane) {
      if (plane.frameOfReference !== image.plane.frameOfReference && source?.sopUid !== image.sopUid) return false;
      const away = Math.abs(dot(sub(plane.origin, image.plane.origin), image.plane.normal));
      return parallel(plane.normal, image.plane.normal) && away <= slackMm;
    }
    return source?.sopUid === image.sopUid && source.frame === image.frame;
  });
}

/** Colour of a segment as "r g b". */
export function colourOf(seg: Segmentation, segment: number): string {
  const at = seg.segments.findIndex((one) => one.number === segment);
  return seg.segments[at]?.colour?.join(" ") ?? COLOURS[Math.max(0, at) % COLOURS.length]!;
}

/** Half the distance between the frames of a segmentation (mm): how far one reaches to each side. */
export function reachOf(object: ObjectFile): number {
  const measures = functionalGroup(object.json, 0, TAG.PixelMeasuresSequence);
  const apart = number(measures, "00180088") ?? number(measures, TAG.SliceThickness) ?? 1;
  return Math.max(0.3, apart / 2);
}

const masks = new Map<string, Promise<Uint8Array>>();
const KEPT = 600;

/** Which pixels of a frame are of its segment; fetched as native samples. Rejects with words. */
export function maskOf(object: ObjectFile, seg: Segmentation, { frame, segment }: SegmentFrame): Promise<Uint8Array> {
  const key = `${object.sopUid} ${frame} ${segment}`;
  let asked = masks.get(key);
  if (!asked) {
    asked = load(object, seg, frame, segment);
    masks.set(key, asked);
    asked.catch(() => masks.delete(key));
    for (const old of masks.keys()) if (masks.size > KEPT) masks.delete(old);
  }
  return asked;
}

async function load(object: ObjectFile, seg: Segmentation, frame: number, segment: number): Promise<Uint8Array> {
  const answer = await fetch(`${object.address}/frames/${frame + 1}`, {
    headers: { Accept: 'multipart/related; type="application/octet-stream"' },
    credentials: "same-origin",
  });
  if (!answer.ok) throw new Error(`The server could not give this segmentation (status ${answer.status}). Try again.`);
  const bytes = firstPart(new Uint8Array(await answer.arrayBuffer()), answer.headers.get("Content-Type") ?? "");
  const voxels = (number(object.json, TAG.Rows) ?? 0) * (number(object.json, TAG.Columns) ?? 0);
  return segmentMask(bytes, voxels, number(object.json, TAG.BitsAllocated) ?? 1, { ...seg, segment });
}
