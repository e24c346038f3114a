import { getEnabledElement } from "@cornerstonejs/core";
import { keptValueWords } from "../../../cases/kept.ts";
import { text } from "../pane/dicom-json.ts";
import type { PaneHandle } from "../pane/pane.tsx";
import { frameOf } from "../pane/series-images.ts";
import type { FrameRef } from "../pane/stack-order.ts";
import { calibrationOf } from "./calibration.ts";
import type { KeptItem } from "./kept-state.ts";

/** The picture of a pane with what is drawn on it: RGB, rows from above. */
export interface Picture {
  readonly columns: number;
  readonly rows: number;
  readonly rgb: Uint8Array;
}

/** Longest side of a picture: 80 mm of a page at 300 dots an inch are 945. */
const LEAST = 945;

/**
 * What a pane shows, with drawings and the letters of the patient's sides, at the resolution of the screen or at 300 dots
 * an inch of a report's column, whichever is more. Undefined while nothing is shown.
 */
export async function pictureOf(handle: PaneHandle): Promise<Picture | undefined> {
  const { element } = handle.controller;
  const canvas = (
    getEnabledElement(element)?.viewport as unknown as { getCanvas?(): HTMLCanvasElement }
  )?.getCanvas?.();
  if (!canvas?.width || handle.controller.state().status !== "rendered") return undefined;
  const scale = Math.max(1, LEAST / Math.max(canvas.width, canvas.height));
  const copy = document.createElement("canvas");
  copy.width = Math.round(canvas.width * scale);
  copy.height = Math.round(canvas.height * scale);
  const at = copy.getContext("2d", { willReadFrequently: true })!;
  at.imageSmoothingQuality = "high";
  at.drawImage(canvas, 0, 0, copy.width, copy.height);
  const drawings = element.querySelector("svg.svg-layer");
  if (drawings) at.drawImage(await svgImage(drawings, element, copy), 0, 0, copy.width, copy.height);
  letters(at, handle);
  const { data } = at.getImageData(0, 0, copy.width, copy.height);
  const rgb = new Uint8Array(3 * copy.width * copy.height);
  for (let i = 0, o = 0; i < data.length; i += 4) {
    rgb[o++] = data[i]!;
    rgb[o++] = data[i + 1]!;
    rgb[o++] = data[i + 2]!;
  }
  return { columns: copy.width, rows: copy.height, rgb };
}

async function svgImage(svg: Element, element: HTMLElement, into: HTMLCanvasElement): Promise<HTMLImageElement> {
  const copy = svg.cloneNode(true) as SVGElement;
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("viewBox", `0 0 ${element.clientWidth} ${element.clientHeight}`);
  copy.setAttribute("width", String(into.width));
  copy.setAttribute("height", String(into.height));
  copy.removeAttribute("style");
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await image.decode();
  return image;
}

/** The letters at the edges: without them a picture does not say which side is which. */
function letters(at: CanvasRenderingContext2D, handle: PaneHandle): void {
  const { edges } = handle.controller.state();
  const { width, height } = at.canvas;
  const size = Math.round(Math.max(14, height / 36));
  at.font = `600 ${size}px Inter, system-ui, sans-serif`;
  at.fillStyle = "#e6eaef";
  at.strokeStyle = "#000";
  at.lineWidth = size / 6;
  at.textAlign = "center";
  at.textBaseline = "middle";
  const places = [
    [edges.left, size, height / 2],
    [edges.right, width - size, height / 2],
    [edges.top, width / 2, size],
    [edges.bottom, width / 2, height - size],
  ] as const;
  for (const [letter, x, y] of places) {
    if (!letter) continue;
    at.strokeText(letter, x, y);
    at.fillText(letter, x, y);
  }
}

/** The frame that a pane shows now. */
export function frameShown(handle: PaneHandle): FrameRef | undefined {
  const { show } = handle.content ?? {};
  if (!show) return undefined;
  const imageId = handle.controller.currentImageId() ?? show.imageIds[handle.controller.state().slice];
  return imageId === undefined ? undefined : frameOf(imageId);
}

/** What stands beside a key image: how the frame is shown, and what is measured on it, whole. */
export function captureWords(handle: PaneHandle, frame: FrameRef, items: readonly KeptItem[]): string[] {
  const { window, inverted } = handle.controller.state();
  const { content } = handle;
  const calibration = calibrationOf(frame.instance, frame.frame);
  const subtraction = content?.subtraction;
  const series = content?.series;
  const on = items.filter(
    ({ place }) =>
      place.sopUid === frame.sopUid && (place.frame ?? 1) - 1 === frame.frame && place.seriesUid === series?.seriesUid,
  );
  return [
    [
      series?.description ?? "",
      `frame or slice ${handle.controller.state().slice + 1} of ${handle.controller.state().count}`,
    ]
      .filter(Boolean)
      .join(", "),
    ...(subtraction ? [subtraction.raw ? "not subtracted" : "digitally subtracted"] : []),
    ...(window
      ? [`window ${Math.round(window.width)} / ${Math.round(window.level)}${inverted ? ", inverted" : ""}`]
      : []),
    ...on.flatMap(({ label, kind, values }) =>
      values.slice(0, 2).map((value) => `${label || kind}: ${value.label} ${keptValueWords(value)}`),
    ),
    ...(on.length > 0 ? [`Calibration: ${calibration.words}`] : []),
  ];
}

/** R, L or B as the image says (PS3.3 C.7.6.1), else as its series was read; empty when nobody says. */
export function sideOf(handle: PaneHandle, frame: FrameRef): string {
  const said = text(frame.instance, "00200062") ?? text(frame.instance, "00200060");
  if (said === "R" || said === "L" || said === "B") return said;
  const side = handle.content?.series.qualifiers.side;
  return side === "right" ? "R" : side === "left" ? "L" : side === "both" ? "B" : "";
}

/** RGB as it is sent: deflated (RFC 1950). */
export async function deflated(rgb: Uint8Array): Promise<Blob> {
  const stream = new Blob([rgb as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Response(stream).blob();
}
