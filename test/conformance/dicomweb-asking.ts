import { dataSet, put } from "../../src/dicom/data-set.ts";
import { encapsulate } from "../../src/dicom/frames.ts";
import { parsePart10 } from "../../src/dicom/parse.ts";
import { uidOf } from "../../src/dicom/uid.ts";
import { writePart10 } from "../../src/dicom/write.ts";
import { splitMultipart } from "../../src/server/dicomweb/multipart.ts";
import type { Login, TestWillis } from "../harness.ts";
import { stowBody } from "./images.ts";

// biome-ignore lint/suspicious/noExplicitAny: JSON of another program's making, looked into attribute by attribute
export type Json = Record<string, { vr: string; Value?: any[]; BulkDataURI?: string; InlineBinary?: string }>;

export const RLE = "1.2.840.10008.1.2.5";
export const EXPLICIT = "1.2.840.10008.1.2.1";

export interface ReceivedPart {
  readonly type: string;
  readonly location: string;
  readonly bytes: Buffer;
}

/** What DICOMweb tests ask of a server, as a person of it. */
export function asking(willis: () => TestWillis) {
  const get = (path: string, accept?: string, more: Record<string, string> = {}, login: Login | null = "hub") =>
    willis().as(login, path.startsWith("/wado") ? path : `/dicom-web${path}`, {
      headers: { ...(accept ? { accept } : {}), ...more },
    });
  return {
    get,
    /** The answer of a search or of metadata; nothing found is an empty list. */
    async json(path: string): Promise<Json[]> {
      const answer = await get(path);
      return answer.status === 204 ? [] : ((await answer.json()) as Json[]);
    },
    stow(files: readonly Uint8Array[], path = "/dicom-web/studies", login: Login = "hub"): Promise<Response> {
      const { body, headers } = stowBody(files);
      return willis().as(login, path, { method: "POST", body, headers });
    },
  };
}

/** The parts of a multipart answer. */
export async function partsOf(answer: Response): Promise<ReceivedPart[]> {
  const boundary = /boundary=([^;]+)/.exec(answer.headers.get("content-type") ?? "")?.[1] ?? "";
  const whole = new Uint8Array(await answer.arrayBuffer());
  const out: ReceivedPart[] = [];
  for await (const part of splitMultipart(piece(whole), boundary)) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of part.body) chunks.push(Uint8Array.from(chunk));
    const { headers } = part;
    out.push({
      type: headers.get("content-type") ?? "",
      location: headers.get("content-location") ?? "",
      bytes: Buffer.concat(chunks),
    });
  }
  return out;
}

async function* piece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

export const sopUidOf = (file: Uint8Array) => String(parsePart10(file).dataSet.get(0x00080018)?.value[0]);

/** Three frames of 8 x 8, RLE: each row of a frame is one value. */
export function rleRun() {
  const studyUid = uidOf("Web-RLE study");
  const seriesUid = uidOf("Web-RLE series");
  const samples = [0, 1, 2].map((f) => Uint8Array.from({ length: 64 }, (_, i) => 10 * f + (i >> 3)));
  const frames = samples.map((frame) => {
    const segment: number[] = [];
    for (let row = 0; row < 8; row++) segment.push(257 - 8, frame[8 * row]!); // eight times the same byte
    const head = new Uint8Array(64 + segment.length);
    const view = new DataView(head.buffer);
    view.setUint32(0, 1, true);
    view.setUint32(4, 64, true);
    head.set(segment, 64);
    return head;
  });
  const header = dataSet({
    ...{
      SOPClassUID: "1.2.840.10008.5.1.4.1.1.7.2",
      SOPInstanceUID: uidOf("Web-RLE object"),
      StudyInstanceUID: studyUid,
    },
    ...{
      SeriesInstanceUID: seriesUid,
      PatientName: "Web-RLE^Test",
      PatientID: "ID-RLE",
      Modality: "US",
      StudyDate: "20250101",
    },
    ...{
      SamplesPerPixel: 1,
      PhotometricInterpretation: "MONOCHROME2",
      Rows: 8,
      Columns: 8,
      BitsAllocated: 8,
      BitsStored: 8,
    },
    ...{ HighBit: 7, PixelRepresentation: 0, NumberOfFrames: 3, ImageComments: "x".repeat(2000) },
  });
  put(header, 0x7fe00010, "OB", encapsulate(frames));
  put(header, 0x00420011, "OB", new Uint8Array(5000).fill(7));
  return { studyUid, seriesUid, sopUid: uidOf("Web-RLE object"), samples, frames, file: writePart10(header, RLE) };
}
