import { parentPort } from "node:worker_threads";
import { problem, WillisError } from "../../core/errors.ts";
import type { DataSet } from "../../dicom/data-set.ts";
import { decodeFrame, decodePart, type Frame, pixelFormat } from "../../dicom/decode.ts";
import { frameBytes } from "../../dicom/frames.ts";
import { type Part10, parseHeader, parsePart10 } from "../../dicom/parse.ts";
import { nodeCodecs } from "../codecs/node-codecs.ts";
import type { Answer } from "../ingest/worker-pool.ts";
import { explicitLittle, frameSamples } from "./explicit-little.ts";
import { type RenderOptions, render } from "./render.ts";

/** Either the head and the stored bytes of one frame, or the whole object (deflated, or frames not told apart). */
export type PixelSource =
  | {
      readonly head: Uint8Array;
      readonly size: number;
      readonly stored: Uint8Array;
      readonly bitOffset: number;
      readonly frame: number;
    }
  | { readonly whole: Uint8Array; readonly frame: number };

export type PixelTask =
  | { readonly kind: "samples"; readonly source: PixelSource }
  | { readonly kind: "stored"; readonly source: PixelSource }
  | { readonly kind: "render"; readonly source: PixelSource; readonly options: RenderOptions }
  | { readonly kind: "explicit"; readonly whole: Uint8Array }
  | { readonly kind: "bulk"; readonly head: Uint8Array; readonly size: number; readonly path: string };

async function answer(task: PixelTask): Promise<Uint8Array> {
  if (task.kind === "explicit") return explicitLittle(task.whole, await nodeCodecs());
  if (task.kind === "bulk") return bulk(headOf(task.head, task.size).dataSet, task.path);
  const { source } = task;
  const part10 = "whole" in source ? parsePart10(source.whole) : headOf(source.head, source.size);
  if (task.kind === "stored") {
    return "whole" in source ? frameBytes(source.whole, part10, source.frame) : source.stored;
  }
  const { dataSet, pixels, transferSyntax } = part10;
  const format = pixelFormat(dataSet, pixels);
  const codecs = await nodeCodecs();
  const frame: Frame =
    "whole" in source
      ? decodePart(source.whole, part10, source.frame, codecs)
      : decodeFrame(source.stored, format, transferSyntax, codecs, source.bitOffset);
  return task.kind === "samples" ? frameSamples(frame, format) : render(frame, dataSet, source.frame, task.options);
}

function headOf(head: Uint8Array, size: number): Part10 {
  const result = parseHeader(head, size);
  if (result.status === "complete") return result.part10;
  throw new WillisError("cannot-decode", "The header of this object does not end before its pixels.");
}

/** The bytes at a path of tags and item numbers, `00480105/1/00282000`. */
function bulk(dataSet: DataSet, path: string): Uint8Array {
  let at: DataSet = dataSet;
  const steps = path.split("/");
  for (let i = 0; i < steps.length; i += 2) {
    const value = at.get(Number.parseInt(steps[i] ?? "", 16))?.value;
    const item = steps[i + 1];
    if (item === undefined && value instanceof Uint8Array) return value;
    const next = Array.isArray(value) ? (value[Number(item) - 1] as unknown) : undefined;
    if (!(next instanceof Map)) break;
    at = next as DataSet;
  }
  throw new WillisError("not-found", `This object has no bytes at ${path.slice(0, 100)}.`);
}

parentPort?.on("message", async (task: PixelTask) => {
  let reply: Answer<Uint8Array>;
  try {
    const value = await answer(task);
    reply = { value: value.buffer.byteLength === value.length ? value : value.slice() };
  } catch (error) {
    const { code, detail } = problem(error);
    const message =
      code === "internal"
        ? `These pixels cannot be decoded: ${error instanceof Error ? error.message : error}`
        : detail;
    reply = { error: { code: code === "internal" ? "cannot-decode" : code, message } };
  }
  const transfer = "value" in reply ? [reply.value.buffer as ArrayBuffer] : [];
  parentPort?.postMessage(reply, transfer);
});
