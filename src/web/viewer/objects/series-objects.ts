import type { SeriesView } from "../../../cases/views.ts";
import { type DataSet, text } from "../../../dicom/data-set.ts";
import { type DicomJson, fromDicomJson } from "../../../dicom/json.ts";
import { objectSummary } from "../../../dicom/objects/object-summary.ts";
import type { JsonInstance } from "../pane/dicom-json.ts";

/** One object of a series as its page needs it. */
export interface ObjectFile extends ReturnType<typeof objectSummary> {
  readonly sopUid: string;
  /** Where it is asked for, without a slash at the end. */
  readonly address: string;
  readonly json: JsonInstance;
  readonly header: DataSet;
}

const MOST_ELEMENTS = 3_000_000;
const known = new Map<string, Promise<readonly ObjectFile[]>>();
const KEPT = 12;

/** The address of an object. */
export function addressOf(studyUid: string, seriesUid: string, sopUid: string): string {
  return `/dicom-web/studies/${studyUid}/series/${seriesUid}/instances/${sopUid}`;
}

/**
 * Every object of a series with what it says, by one WADO-RS request; kept until the series has grown. Rejects with a
 * sentence that says what to do.
 */
export function seriesObjects(view: SeriesView): Promise<readonly ObjectFile[]> {
  const key = `${view.seriesUid} ${view.instances}`;
  let asked = known.get(key);
  if (!asked) {
    asked = load(view);
    known.set(key, asked);
    asked.catch(() => known.delete(key));
    for (const old of known.keys()) if (known.size > KEPT) known.delete(old);
  }
  return asked;
}

async function load({ studyUid, seriesUid }: SeriesView): Promise<readonly ObjectFile[]> {
  const answer = await fetch(`/dicom-web/studies/${studyUid}/series/${seriesUid}/metadata`, {
    headers: { Accept: "application/dicom+json" },
    credentials: "same-origin",
  }).catch(() => {
    throw new Error("The server cannot be reached. Check the network, then open the series again.");
  });
  if (answer.status === 401) throw new Error("You are signed out. Sign in again, then open the series.");
  if (!answer.ok) throw new Error(`The server could not give this series (status ${answer.status}). Try again.`);
  const list = (await answer.json()) as DicomJson[];
  return list.map((json) => {
    // What is long lies behind its own address: the page asks for it where it is shown.
    const header = fromDicomJson(json, { bulkData: () => new Uint8Array(0), elements: MOST_ELEMENTS });
    const sopUid = text(header, "SOPInstanceUID") ?? "";
    return {
      ...objectSummary(header),
      ...{ sopUid, json: json as JsonInstance, header, address: addressOf(studyUid, seriesUid, sopUid) },
    };
  });
}

/** Bytes of an element that the header names by an address, or holds itself. Rejects with words. */
export async function elementBytes(element: JsonInstance[string]): Promise<Uint8Array<ArrayBuffer>> {
  if (element?.InlineBinary !== undefined) return Uint8Array.from(atob(element.InlineBinary), (c) => c.charCodeAt(0));
  if (!element?.BulkDataURI) return new Uint8Array(0);
  const answer = await fetch(element.BulkDataURI, {
    headers: { Accept: "application/octet-stream" },
    credentials: "same-origin",
  });
  if (!answer.ok)
    throw new Error(`The server could not give the data of this object (status ${answer.status}). Try again.`);
  return new Uint8Array(await answer.arrayBuffer());
}
