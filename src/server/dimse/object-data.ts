import { WillisError } from "../../core/errors.ts";
import { put } from "../../dicom/data-set.ts";
import { dataSetStart } from "../../dicom/file-head.ts";
import { parsePart10 } from "../../dicom/parse.ts";
import { TS } from "../../dicom/transfer-syntax.ts";
import type { Context } from "../../dicom/upper-layer.ts";
import { writeDataSet } from "../../dicom/write.ts";
import type { InstanceFile } from "../db/archive/instances.ts";
import { objectOut } from "../retrieve/object-out.ts";
import type { DimseServices } from "./service.ts";

/** The context in which an object goes with the least change: as stored, else explicit, else implicit little endian. */
export function contextOf(contexts: Iterable<Context>, file: InstanceFile): Context | undefined {
  const fitting = [...contexts].filter((context) => context.abstractSyntax === file.sopClass);
  for (const wanted of [file.transferSyntax, TS.ExplicitLittle, TS.ImplicitLittle]) {
    const found = fitting.find((context) => context.transferSyntax === wanted);
    if (found) return found;
  }
  return fitting[0];
}

/** The data set of an object in a transfer syntax, as C-STORE carries it. Errors: those of `objectOut`. */
export async function objectData(
  services: Pick<DimseServices, "blobs" | "pool">,
  file: InstanceFile,
  transferSyntax: string,
  signal: AbortSignal,
): Promise<Uint8Array | AsyncIterable<Uint8Array>> {
  const implicit = transferSyntax === TS.ImplicitLittle && file.transferSyntax !== TS.ImplicitLittle;
  const made = await objectOut(services, file, implicit ? TS.ExplicitLittle : transferSyntax, signal);
  if (implicit) return asImplicit(await whole(made.body));
  if (made.transferSyntax !== transferSyntax)
    throw new WillisError("not-acceptable", `Only ${made.transferSyntax} can be had of this object.`);
  return withoutHead(made.body);
}

async function* withoutHead(body: Uint8Array | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head: Uint8Array = new Uint8Array(0);
  let found = false;
  for await (const chunk of body instanceof Uint8Array ? [body] : body) {
    if (found) {
      yield chunk;
      continue;
    }
    head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
    const start = dataSetStart(head);
    if (start === null) continue;
    found = true;
    if (start < head.length) yield head.subarray(start);
  }
  if (!found) throw new WillisError("not-dicom", "The stored file ends within its head.");
}

async function whole(body: Uint8Array | AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body;
  const parts: Uint8Array[] = [];
  for await (const chunk of body) parts.push(chunk);
  return Buffer.concat(parts);
}

/** The same values with the VR left out: pixels in explicit little endian are the same bytes in implicit. */
function asImplicit(bytes: Uint8Array): Uint8Array {
  const { dataSet, pixels } = parsePart10(bytes);
  const out = new Map(dataSet);
  if (pixels) put(out, pixels.tag, "OW", bytes.subarray(pixels.offset, pixels.offset + pixels.length));
  return writeDataSet(out, TS.ImplicitLittle);
}
