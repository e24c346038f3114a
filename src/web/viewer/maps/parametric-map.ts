import { imageLoader, type Types } from "@cornerstonejs/core";
import { TAG } from "../pane/dicom-json.ts";
import { madeImage } from "../pane/made-image.ts";
import { firstPart } from "../pane/multipart.ts";
import { frameOf } from "../pane/series-images.ts";

/** How a map is shown: its scale in its own unit, the clinical threshold and on which side of it tissue is at risk. */
export interface MapStyle {
  readonly label: string;
  readonly unit: string;
  readonly low: number;
  readonly high: number;
  readonly threshold?: { readonly value: number; readonly colour: string; readonly words: string };
  /** Stored values are multiplied by this (relative CBF: 100 / the reference). */
  readonly scale: number;
}

const scales = new Map<string, number>();

/** Registers `pmap:`: one frame of a Parametric Map (PS3.3 A.75, Float Pixel Data) as float32 in its own unit. */
export function registerParametricMaps(): void {
  imageLoader.registerImageLoader("pmap", ((imageId: string) => ({ promise: loadMap(imageId) })) as never);
}

/** Sets the factor of a series before its frames are loaded. */
export function scaleMap(seriesUid: string, scale: number): void {
  scales.set(seriesUid, scale);
}

async function loadMap(imageId: string): Promise<Types.IImage> {
  const frame = frameOf(imageId);
  if (!frame) throw new Error("This map is not known here. Open its series again.");
  const rows = Number(frame.instance[TAG.Rows]?.Value?.[0]);
  const columns = Number(frame.instance[TAG.Columns]?.Value?.[0]);
  const answer = await fetch(imageId.slice("pmap:".length), {
    headers: { Accept: 'multipart/related; type="application/octet-stream"; transfer-syntax=*' },
    credentials: "same-origin",
  });
  if (!answer.ok) throw new Error(`The server could not give this map (status ${answer.status}). Try again.`);
  const part = firstPart(new Uint8Array(await answer.arrayBuffer()), answer.headers.get("Content-Type") ?? "");
  if (part.byteLength < rows * columns * 4) {
    throw new Error(`The map has ${part.byteLength} bytes where ${rows} x ${columns} floats are due.`);
  }
  const values = new Float32Array(part.slice(0, rows * columns * 4).buffer);
  const seriesUid = /\/series\/([^/]+)/.exec(imageId)?.[1] ?? "";
  const scale = scales.get(seriesUid) ?? 1;
  if (scale !== 1) for (let k = 0; k < values.length; k++) values[k]! *= scale;
  return madeImage(imageId, values, rows, columns, { width: 12, level: 6 });
}
