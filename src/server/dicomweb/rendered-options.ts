import { WillisError } from "../../core/errors.ts";
import { ANNOTATIONS, type AnnotationKind } from "./annotation.ts";
import type { RenderOptions, Window } from "./render.ts";

export type RenderQuery = Readonly<Record<string, string | undefined>>;
export type PictureOptions = Omit<RenderOptions, "format" | "annotation">;

const THUMBNAIL = 128;

/**
 * The rendering parameters of PS3.18 8.3.5.1: quality, window, viewport. A thumbnail has only a viewport of width and
 * height. Errors: `bad-request` with what is wrong.
 */
export function renderOptions(query: RenderQuery, thumbnail: boolean): PictureOptions {
  const profile = query.iccprofile ?? "no";
  if (profile !== "no")
    throw new WillisError(
      "bad-request",
      `iccprofile is "${profile.slice(0, 20)}": pictures are made without a colour profile, give no.`,
    );
  const quality = query.quality === undefined ? (thumbnail ? 80 : 90) : numbersOf("quality", query.quality, [1])[0]!;
  if (quality < 1 || quality > 100) throw new WillisError("bad-request", `quality is ${quality}: give 1 to 100.`);
  const window = query.window === undefined ? {} : { window: windowOf(query.window) };
  if (query.viewport === undefined && !thumbnail) return { quality, ...window };
  const given = query.viewport === undefined ? [] : numbersOf("viewport", query.viewport, [2, 6]);
  const [width = THUMBNAIL, height = THUMBNAIL, x = 0, y = 0, w, h] = given;
  if (width < 1 || height < 1 || width > 8192 || height > 8192) {
    throw new WillisError("bad-request", `viewport is ${width} x ${height}: give 1 to 8192 pixels.`);
  }
  const crop = w !== undefined && h !== undefined ? { crop: { x, y, width: Math.abs(w), height: Math.abs(h) } } : {};
  return { quality, ...window, fit: { width, height }, ...crop };
}

/** Which texts are to be burned in (8.3.5.1.1). Errors: `bad-request` for one that is none. */
export function annotationKinds(query: RenderQuery): readonly AnnotationKind[] {
  const asked = (query.annotation ?? "").split(",").map((one) => one.trim().toLowerCase());
  return asked.filter(Boolean).map((one) => {
    const known = ANNOTATIONS.find((kind) => kind === one);
    if (!known)
      throw new WillisError(
        "bad-request",
        `annotation "${one.slice(0, 40)}" is not known: give ${ANNOTATIONS.join()}.`,
      );
    return known;
  });
}

function windowOf(text: string): Window {
  const [center, width, shape = "linear", ...rest] = text.split(",");
  const [c, w] = numbersOf("window", `${center},${width}`, [2]) as [number, number];
  const named = shape.trim().toUpperCase().replace("-", "_");
  if (w <= 0 || rest.length > 0 || !["LINEAR", "LINEAR_EXACT", "SIGMOID"].includes(named)) {
    throw new WillisError(
      "bad-request",
      `window is "${text.slice(0, 60)}": give center,width,linear|linear-exact|sigmoid.`,
    );
  }
  return { center: c, width: w, shape: named as Window["shape"] };
}

/** Numbers between commas; one that is left out is 0. Errors: `bad-request`. */
export function numbersOf(name: string, text: string, counts: readonly number[]): number[] {
  const values = text.split(",").map((one) => (one.trim() === "" ? 0 : Number(one)));
  if (!counts.includes(values.length) || values.some((v) => !Number.isFinite(v))) {
    throw new WillisError("bad-request", `${name} is "${text.slice(0, 60)}": give ${counts.join(" or ")} number(s).`);
  }
  return values;
}
