import { WillisError } from "../../core/errors.ts";
import { type InstanceFile, middleInstance, seriesOfStudy } from "../db/archive/instances.ts";
import type { Context, Route } from "../http/route.ts";
import { asBuffer, revalidated, unchanging } from "./caching.ts";
import { frameList } from "./frames.ts";
import { instanceFile } from "./instance-files.ts";
import { accepted, chosen } from "./media-type.ts";
import { frameAsPicture } from "./pixels.ts";
import type { RenderOptions, Window } from "./render.ts";

type Query = Readonly<Record<string, string | undefined>>;

/** The rendering parameters of PS3.18 8.3.5.1. Errors: `bad-request` with what is wrong, `not-acceptable`. */
export function renderOptions(query: Query, accept: string | undefined, thumbnail: boolean): RenderOptions {
  const format = chosen(accepted(accept, query.accept), ["image/jpeg", "image/png"] as const);
  const quality = query.quality === undefined ? (thumbnail ? 80 : 90) : numbersOf("quality", query.quality, [1])[0]!;
  if (quality < 1 || quality > 100) throw new WillisError("bad-request", `quality is ${quality}: give 1 to 100.`);
  const options: RenderOptions = { format, quality };
  const window = query.window === undefined ? undefined : windowOf(query.window);
  if (query.viewport === undefined && !thumbnail) return { ...options, ...(window ? { window } : {}) };
  const [width = 128, height = 128, x, y, w, h] = query.viewport ? numbersOf("viewport", query.viewport, [2, 6]) : [];
  if (width < 1 || height < 1 || width > 8192 || height > 8192) {
    throw new WillisError("bad-request", `viewport is ${width} x ${height}: give 1 to 8192 pixels.`);
  }
  const crop =
    w !== undefined && h !== undefined
      ? { crop: { x: x ?? 0, y: y ?? 0, width: Math.abs(w), height: Math.abs(h) } }
      : {};
  return { ...options, ...(window ? { window } : {}), fit: { width, height }, ...crop };
}

function windowOf(text: string): Window {
  const [center, width, shape = "linear"] = text.split(",");
  const [c, w] = numbersOf("window", `${center},${width}`, [2]) as [number, number];
  const named = shape.trim().toUpperCase().replace("-", "_");
  if (w <= 0 || !["LINEAR", "LINEAR_EXACT", "SIGMOID"].includes(named)) {
    throw new WillisError(
      "bad-request",
      `window is "${text.slice(0, 60)}": give center,width,linear|linear-exact|sigmoid.`,
    );
  }
  return { center: c, width: w, shape: named as Window["shape"] };
}

function numbersOf(name: string, text: string, counts: readonly number[]): number[] {
  const values = text.split(",").map((one) => (one.trim() === "" ? 0 : Number(one)));
  if (!counts.includes(values.length) || values.some((v) => !Number.isFinite(v))) {
    throw new WillisError("bad-request", `${name} is "${text.slice(0, 60)}": give ${counts.join(" or ")} number(s).`);
  }
  return values;
}

async function picture(
  context: Context,
  file: InstanceFile,
  frame: number,
  thumbnail: boolean,
  mark = unchanging,
): Promise<unknown> {
  const { request, reply, services, signal } = context;
  const query = request.query as Query;
  const options = renderOptions(query, request.headers.accept, thumbnail);
  const { format, quality, window, fit, crop } = options;
  const said = [
    format,
    quality,
    ...Object.values(window ?? {}),
    ...Object.values(fit ?? {}),
    ...Object.values(crop ?? {}),
  ].join(".");
  if (mark(context, `"${file.blobKey.slice(0, 24)}-r${frame}-${said.replace(/[^\w.-]/g, "_")}"`)) return undefined;
  const bytes = await frameAsPicture(services.blobs, file, frame, options, signal);
  return reply.type(format).send(asBuffer(bytes));
}

/** What stands for a whole object or series: the frame, or object, in the middle. */
function middleFrame(file: InstanceFile): number {
  return Math.max(0, Math.floor((file.frames - 1) / 2));
}

async function ofSeries(context: Context, seriesId: number | undefined, thumbnail: boolean): Promise<unknown> {
  const file = seriesId === undefined ? undefined : await middleInstance(context.services.pool, seriesId);
  if (!file?.pixels) throw new WillisError("not-found", "There is no image here of which a picture could be made.");
  return picture(context, file, middleFrame(file), thumbnail, revalidated); // the middle moves while it grows
}

async function ofStudy(context: Context): Promise<unknown> {
  const { pool } = context.services;
  for (const id of await seriesOfStudy(pool, context.scope.studyId!)) {
    if ((await middleInstance(pool, id))?.pixels) return ofSeries(context, id, true);
  }
  return ofSeries(context, undefined, true);
}

function ofInstance(thumbnail: boolean) {
  return async (context: Context): Promise<unknown> => {
    const file = await instanceFile(context);
    const { frames } = context.request.params as { frames?: string };
    if (frames === undefined) return picture(context, file, middleFrame(file), thumbnail);
    const list = frameList(frames, file.frames);
    if (list.length !== 1) throw new WillisError("bad-request", "Pictures are made of one frame at a time.");
    return picture(context, file, list[0]!, thumbnail);
  };
}

const INSTANCE = "/dicom-web/studies/:study/series/:series/instances/:instance";
const access = { on: "series", act: "read" } as const;

export const renderedRoutes: readonly Route[] = [
  {
    method: "GET",
    url: `${INSTANCE}/rendered`,
    access,
    summary: "An object as a picture (WADO-RS)",
    handle: ofInstance(false),
  },
  {
    method: "GET",
    url: `${INSTANCE}/frames/:frames/rendered`,
    access,
    summary: "A frame as a picture (WADO-RS)",
    handle: ofInstance(false),
  },
  {
    method: "GET",
    url: `${INSTANCE}/thumbnail`,
    access,
    summary: "A small picture of an object (WADO-RS)",
    handle: ofInstance(true),
  },
  {
    method: "GET",
    url: `${INSTANCE}/frames/:frames/thumbnail`,
    access,
    summary: "A small picture of a frame (WADO-RS)",
    handle: ofInstance(true),
  },
  {
    method: "GET",
    url: "/dicom-web/studies/:study/series/:series/thumbnail",
    access,
    summary: "A small picture of a series (WADO-RS)",
    handle: (context) => ofSeries(context, context.scope.seriesId, true),
  },
  {
    method: "GET",
    url: "/dicom-web/studies/:study/series/:series/rendered",
    access,
    summary: "The middle image of a series as a picture (WADO-RS)",
    handle: (context) => ofSeries(context, context.scope.seriesId, false),
  },
  {
    method: "GET",
    url: "/dicom-web/studies/:study/thumbnail",
    access: { on: "study", act: "read" },
    summary: "A small picture of a study (WADO-RS)",
    handle: ofStudy,
  },
];
