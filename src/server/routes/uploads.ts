import { WillisError } from "../../core/errors.ts";
import { contentType } from "../dicomweb/media-type.ts";
import type { Context, Route } from "../http/route.ts";
import { withBody } from "../ingest/request-body.ts";
import { type Origin, type StoreResult, storeObject } from "../ingest/store-object.ts";
import { storeZip } from "../ingest/store-zip.ts";

/** What became of an upload: every file that came is in one of the four lists. */
interface UploadAnswer {
  readonly stored: { sopUid: string; seriesUid: string; studyUid: string }[];
  duplicates: number;
  readonly quarantined: { id: string; name: string; code: string; reason: string }[];
  readonly ignored: { name: string; reason: string }[];
  readonly warnings: string[];
}

function add(answer: UploadAnswer, result: StoreResult): void {
  if (result.state === "quarantined") {
    const { id, name, code, reason } = result;
    answer.quarantined.push({ id, name, code, reason });
  } else if (result.state === "ignored") answer.ignored.push({ name: result.name, reason: result.reason });
  else {
    const { sopUid, seriesUid, studyUid } = result;
    if (result.state === "duplicate") answer.duplicates++;
    else answer.stored.push({ sopUid, seriesUid, studyUid });
    for (const warning of result.warnings) if (!answer.warnings.includes(warning)) answer.warnings.push(warning);
  }
}

/** One file, or a zip of many. `name` comes in the header X-File-Name (percent-encoded) or in the query. */
async function upload(context: Context): Promise<UploadAnswer> {
  const { request, services, person, scope } = context;
  const answer: UploadAnswer = { stored: [], duplicates: 0, quarantined: [], ignored: [], warnings: [] };
  const name = nameOf(context);
  const origin: Origin = {
    ...{ organisationId: person.organisationId, via: "upload", who: person.id, name },
    ...(scope.caseId === undefined ? {} : { caseId: scope.caseId }),
  };
  const { type } = contentType(request.headers["content-type"]);
  const zip = type === "application/zip" || type === "application/x-zip-compressed" || /\.zip$/i.test(name);
  if (!zip && type !== "application/dicom" && type !== "application/octet-stream") {
    throw new WillisError(
      "unsupported-media",
      `${type}: send application/dicom, application/octet-stream or application/zip.`,
    );
  }
  await withBody(request.raw, async (body) => {
    if (!zip) return add(answer, await storeObject(services, body, origin));
    await storeZip(services, body, origin, (result) => add(answer, result)).catch((error: unknown) => {
      const nothing = answer.stored.length + answer.duplicates + answer.quarantined.length === 0;
      if (nothing || !(error instanceof WillisError)) throw error;
      answer.warnings.push(
        `${error.message} The files before that place are in, those after it are not: send it again.`,
      );
    });
  });
  return answer;
}

function nameOf({ request }: Context): string {
  const header = request.headers["x-file-name"] ?? request.headers.name;
  const query = (request.query as { name?: string }).name;
  if (query !== undefined) return query;
  try {
    return decodeURIComponent(String(header ?? ""));
  } catch {
    return String(header);
  }
}

export const uploadRoutes: readonly Route[] = [
  {
    method: "POST",
    url: "/api/images",
    access: { on: "person", patientData: true },
    summary: "Stores a DICOM file or a zip of them; says of every file what became of it",
    rawBody: true,
    handle: upload,
  },
  {
    method: "POST",
    url: "/api/cases/:case/images",
    access: { on: "case", act: "write" },
    summary: "Stores images and attaches their studies to the case",
    rawBody: true,
    handle: upload,
  },
];
