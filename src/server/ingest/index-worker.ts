import { text } from "../../dicom/data-set.ts";
import type { Fragments } from "../../dicom/frames.ts";
import { LIMITS, parseHeader, withFragments } from "../../dicom/parse.ts";
import type { IndexEntry } from "../db/archive/index-instance.ts";
import { DICOMDIR } from "./ignored.ts";
import { indexEntry } from "./index-entry.ts";
import { serveTasks } from "./worker-tasks.ts";

/** The first bytes of an object, its whole size where that is known already, and its fragments once they were asked for. */
export interface IndexTask {
  readonly head: Uint8Array;
  readonly size?: number;
  readonly fragments?: Fragments;
}

export type IndexAnswer =
  | { readonly status: "more"; readonly bytes: number }
  | { readonly status: "fragments"; readonly offset: number }
  | { readonly status: "ignored"; readonly reason: string }
  | { readonly status: "complete"; readonly entry: IndexEntry; readonly warnings: readonly string[] };

const MEDIA_DIRECTORY = "1.2.840.10008.1.3.10";

function answer({ head, size = LIMITS.bytes, fragments }: IndexTask): IndexAnswer {
  if (saysDirectory(head)) return { status: "ignored", reason: DICOMDIR }; // a damaged one as well
  const result = parseHeader(head, size);
  if (result.status === "more") return result;
  let { part10 } = result;
  if (text(part10.meta, "MediaStorageSOPClassUID") === MEDIA_DIRECTORY) return { status: "ignored", reason: DICOMDIR };
  if (part10.pixels?.encapsulated && part10.pixels.length < 0) {
    if (!fragments) return { status: "fragments", offset: part10.pixels.offset };
    part10 = withFragments(part10, fragments);
  }
  return { status: "complete", entry: indexEntry(part10), warnings: part10.warnings };
}

const CLASS_ELEMENT = Buffer.from(`\x02\0\x02\0UI\x14\0${MEDIA_DIRECTORY}`, "latin1");

/** Whether (0002,0002) at the begin of a file, which is always explicit little endian, says that it lists a disc. */
function saysDirectory(head: Uint8Array): boolean {
  return Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 512)).includes(CLASS_ELEMENT);
}

serveTasks<IndexTask, IndexAnswer>({
  work: answer,
  unknown: (error) => ({
    code: "not-dicom",
    message: `Its header cannot be read: ${error instanceof Error ? error.message : error}`,
  }),
  // copied into the message where something of it is wanted; the memory is freed now, not when garbage is collected
  after({ head }) {
    if (head.buffer instanceof ArrayBuffer) head.buffer.transfer(0);
  },
});
