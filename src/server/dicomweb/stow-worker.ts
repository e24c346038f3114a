import { type ErrorCode, problem, WillisError } from "../../core/errors.ts";
import { text } from "../../dicom/data-set.ts";
import type { DicomJson } from "../../dicom/json.ts";
import { parseHeader } from "../../dicom/parse.ts";
import { isUid } from "../../dicom/uid.ts";
import { serveTasks } from "../ingest/worker-tasks.ts";
import { parseNativeXml } from "./native-xml-parse.ts";
import { type BulkPart, buildPart10 } from "./stow-build.ts";

/** Which object it is, as far as it says. */
export interface Names {
  readonly sopClass?: string;
  readonly sopUid?: string;
}

export type BuiltObject =
  | (Names & { readonly bytes: Uint8Array })
  | (Names & { readonly error: { readonly code: ErrorCode; readonly message: string } });

export type StowTask =
  | { readonly kind: "json" | "xml"; readonly metadata: readonly Uint8Array[]; readonly bulk: readonly BulkPart[] }
  | { readonly kind: "identify"; readonly head: Uint8Array; readonly size: number };

export type StowAnswer = readonly BuiltObject[] | Names;

const MOST_OBJECTS = 10_000;

function answer(task: StowTask): StowAnswer {
  if (task.kind === "identify") {
    const result = parseHeader(task.head, task.size);
    if (result.status !== "complete") return {};
    const { dataSet } = result.part10;
    return named(text(dataSet, "SOPClassUID"), text(dataSet, "SOPInstanceUID"));
  }
  const bulk = new Map<string, BulkPart[]>();
  for (const part of task.bulk) {
    const known = bulk.get(part.location);
    if (known) known.push(part);
    else bulk.set(part.location, [part]);
  }
  const objects = task.metadata.flatMap((bytes): DicomJson[] =>
    task.kind === "json" ? jsonObjects(bytes) : [parseNativeXml(utf8(bytes, "XML"))],
  );
  if (objects.length > MOST_OBJECTS)
    throw new WillisError("too-large", `The request has ${objects.length} objects, at most ${MOST_OBJECTS} are taken.`);
  return objects.map((json) => {
    const names = named(firstText(json, "00080016"), firstText(json, "00080018"));
    try {
      return { ...names, bytes: buildPart10(json, bulk) };
    } catch (error) {
      const { code, detail } = problem(error);
      const unknown = `It cannot be written: ${error instanceof Error ? error.message : error}`;
      return code === "internal"
        ? { ...names, error: { code: "bad-request", message: unknown } }
        : { ...names, error: { code, message: detail } };
    }
  });
}

/** The objects of a JSON part: an array, or one alone. The parser of the platform needs no stack for nesting. */
function jsonObjects(bytes: Uint8Array): DicomJson[] {
  let read: unknown;
  try {
    read = JSON.parse(utf8(bytes, "JSON"));
  } catch (error) {
    if (error instanceof WillisError) throw error;
    throw new WillisError("bad-request", `The metadata is no JSON: ${error instanceof Error ? error.message : error}`);
  }
  const list = Array.isArray(read) ? read : [read];
  if (list.some((one) => typeof one !== "object" || one === null || Array.isArray(one)))
    throw new WillisError("bad-request", "The metadata is no array of DICOM JSON objects (PS3.18 annex F).");
  return list as DicomJson[];
}

function utf8(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new WillisError("bad-request", `The ${what} is not UTF-8.`);
  }
}

function firstText(json: DicomJson, tag: string): string | undefined {
  const value: unknown = (json[tag] as { Value?: unknown[] } | undefined)?.Value?.[0];
  return typeof value === "string" ? value : undefined;
}

function named(sopClass: string | undefined, sopUid: string | undefined): Names {
  return {
    ...(sopClass !== undefined && isUid(sopClass) ? { sopClass } : {}),
    ...(sopUid !== undefined && isUid(sopUid) ? { sopUid } : {}),
  };
}

serveTasks<StowTask, StowAnswer>({
  work: answer,
  unknown: (error) => ({
    code: "bad-request",
    message: `It cannot be read: ${error instanceof Error ? error.message : error}`,
  }),
});
