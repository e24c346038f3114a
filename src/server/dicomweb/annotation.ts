import type { DisplayImage } from "../../dicom/grey.ts";
import type { DicomJson, JsonName } from "../../dicom/json.ts";
import { GLYPH_HEIGHT, GLYPH_WIDTH, glyphsOf } from "./small-font.ts";

export const ANNOTATIONS = ["patient", "technique"] as const;
export type AnnotationKind = (typeof ANNOTATIONS)[number];

/** Lines that are burned into a picture: above what is said of the patient, below of how the image was made. */
export interface Annotation {
  readonly above: readonly string[];
  readonly below: readonly string[];
}

const LONGEST = 80;

/** What a picture says of its object (PS3.18 8.3.5.1.1), from the header as it is now. `frame` counts from 0. */
export function annotationOf(
  header: DicomJson,
  kinds: readonly AnnotationKind[],
  frame: number,
  frames: number,
): Annotation {
  return {
    above: kinds.includes("patient") ? patientLines(header).map(short) : [],
    below: kinds.includes("technique") ? techniqueLines(header, frame, frames).map(short) : [],
  };
}

function patientLines(header: DicomJson): string[] {
  const name = header["00100010"]?.Value?.[0] as JsonName | null | undefined;
  const [family = "", ...given] = (name?.Alphabetic ?? "").split("^");
  const id = text(header, "00100020");
  const born = day(text(header, "00100030"));
  return [
    [family, given.slice(0, 2).join(" ").trim()].filter(Boolean).join(", "),
    id && `ID ${id}`,
    [born && `born ${born}`, text(header, "00100040")].filter(Boolean).join("  "),
  ].filter(Boolean);
}

function techniqueLines(header: DicomJson, frame: number, frames: number): string[] {
  const measured = (tag: string, before: string, unit: string): string => {
    const value = text(header, tag);
    return value && `${before}${value}${unit}`;
  };
  const at = [day(text(header, "00080020")), clock(text(header, "00080030"))].filter(Boolean).join(" ");
  const number = text(header, "00200013");
  const settings = [
    measured("00180060", "", " kV"),
    measured("00181151", "", " mA"),
    measured("00181152", "", " mAs"),
    measured("00180080", "TR ", " ms"),
    measured("00180081", "TE ", " ms"),
    measured("00180050", "", " mm"),
    measured("00181510", "LAO/RAO ", ""),
    measured("00181511", "CRA/CAU ", ""),
  ];
  return [
    [text(header, "00080060"), at].filter(Boolean).join("  "),
    text(header, "0008103E"),
    settings.filter(Boolean).join("  "),
    [number && `Image ${number}`, frames > 1 && `Frame ${frame + 1}/${frames}`].filter(Boolean).join("  "),
  ].filter(Boolean);
}

function text(header: DicomJson, tag: string): string {
  const value = header[tag]?.Value?.[0];
  return typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
}

function day(value: string): string {
  return value.replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3");
}

function clock(value: string): string {
  return value.replace(/^(\d\d)(\d\d).*$/, "$1:$2");
}

function short(line: string): string {
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 2)}..` : line;
}

/** A copy of a picture with lines at its left edge, white with a black rim, to be read on any ground. */
export function annotated(image: DisplayImage, { above, below }: Annotation): DisplayImage {
  if (above.length + below.length === 0) return image;
  const out = { ...image, data: image.data.slice() };
  const size = Math.max(1, Math.floor(Math.min(image.columns, image.rows) / 200));
  const line = GLYPH_HEIGHT * size;
  above.forEach((words, i) => {
    write(out, words, 2 * size, 2 * size + i * line, size);
  });
  below.forEach((words, i) => {
    write(out, words, 2 * size, image.rows - (below.length - i) * line - size, size);
  });
  return out;
}

function write(image: DisplayImage, words: string, x: number, y: number, size: number): void {
  const dots: [number, number][] = [];
  glyphsOf(words).forEach((columns, i) => {
    columns.forEach((bits, c) => {
      for (let r = 0; r < 7; r++) if ((bits >> r) & 1) dots.push([x + (i * GLYPH_WIDTH + c) * size, y + r * size]);
    });
  });
  for (const [left, top] of dots) block(image, left - 1, top - 1, size + 2, 0);
  for (const [left, top] of dots) block(image, left, top, size, 255);
}

function block(
  { data, columns, rows, channels }: DisplayImage,
  x: number,
  y: number,
  size: number,
  grey: number,
): void {
  const [from, to] = [Math.max(0, x), Math.min(columns, x + size)];
  if (from >= to) return;
  for (let row = Math.max(0, y); row < Math.min(rows, y + size); row++)
    data.fill(grey, (row * columns + from) * channels, (row * columns + to) * channels);
}
