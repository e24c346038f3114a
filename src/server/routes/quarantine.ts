import { Type } from "typebox";
import { WillisError } from "../../core/errors.ts";
import {
  decideQuarantine,
  listQuarantine,
  type QuarantineRow,
  readQuarantine,
  restoreQuarantine,
} from "../db/archive/quarantine.ts";
import type { Context, Route } from "../http/route.ts";
import { indexBlob, type StoreResult } from "../ingest/store-object.ts";
import { FIXABLE, type FixValues, fixableValues, storeFixed } from "../quarantine/fix.ts";
import { headerOf } from "../quarantine/header.ts";

/** What people see of a file: not where it lies. */
function view({ organisationId: _, blobKey: __, ...row }: QuarantineRow): object {
  return row;
}

async function row({ services, scope }: Context): Promise<QuarantineRow> {
  const found = await readQuarantine(services.pool, scope.quarantineId!);
  if (!found) throw new WillisError("not-found", "There is no such file in quarantine.");
  return found;
}

async function waiting(context: Context): Promise<QuarantineRow> {
  const found = await row(context);
  if (found.state !== "waiting") throw new WillisError("conflict", `This file was ${found.state} already.`);
  return found;
}

/** Tries again, with what the server knows today: it is stored, or waits on with its new reason. */
async function retry(context: Context): Promise<object> {
  const { services, person } = context;
  const file = await waiting(context);
  const blob = { key: file.blobKey, size: file.size, digest: Buffer.from(file.digest, "hex") };
  const result = await indexBlob(services, blob, {
    ...{ organisationId: file.organisationId, via: "upload", who: person.id, name: file.name },
    ...(file.caseId === null ? {} : { caseId: file.caseId }),
  });
  if (result.state !== "quarantined" && result.state !== "ignored") {
    await decideQuarantine(services.pool, file.id, { state: "stored", personId: person.id });
  }
  return outcome(result);
}

function outcome(result: StoreResult): object {
  const { state } = result;
  if ("reason" in result) return { state, reason: result.reason };
  return { state, studyUid: result.studyUid, sopUid: result.sopUid, warnings: result.warnings };
}

/** What can be read of the file, and the values that a person may give; or why nothing can be read. */
async function header(context: Context): Promise<object> {
  const file = await row(context);
  try {
    const { header: found, warnings } = await headerOf(context.services.blobs, { key: file.blobKey, size: file.size });
    return { readable: true, values: fixableValues(found), warnings };
  } catch (error) {
    if (error instanceof WillisError && error.code !== "internal" && error.code !== "unavailable")
      return { readable: false, reason: error.message };
    throw error;
  }
}

/** Stores a copy with the given values; when that still does not fit, the file waits on and the answer says why. */
async function fix(context: Context): Promise<object> {
  const { services, person, request } = context;
  const { values, reason } = request.body as { values: FixValues; reason: string };
  const file = await waiting(context);
  const { result, written } = await storeFixed(services, file, values, person.id);
  if (result.state !== "quarantined" && result.state !== "ignored") {
    await decideQuarantine(services.pool, file.id, { state: "stored", personId: person.id, reason, fixed: written });
  }
  return outcome(result);
}

async function restore(context: Context): Promise<object> {
  const file = await row(context);
  if (!(await restoreQuarantine(context.services.pool, file.id))) {
    throw new WillisError("conflict", "This file cannot be taken back: it was not discarded, or its time has passed.");
  }
  return view(await row(context));
}

const FixBody = Type.Object(
  {
    values: Type.Object(
      Object.fromEntries(FIXABLE.map((keyword) => [keyword, Type.Optional(Type.String({ maxLength: 200 }))])),
      { additionalProperties: false, minProperties: 1 },
    ),
    reason: Type.String({ minLength: 3, maxLength: 500 }),
  },
  { additionalProperties: false },
);

export const quarantineRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/api/quarantine",
    access: { on: "list", of: "quarantine" },
    summary: "Files that could not be taken in, with the reason",
    schema: { querystring: Type.Object({ state: Type.Optional(Type.String({ maxLength: 20 })) }) },
    handle: async ({ services, person, request }) => {
      const { state } = request.query as { state?: string };
      return { quarantine: (await listQuarantine(services.pool, person.organisationId, state)).map(view) };
    },
  },
  {
    method: "GET",
    url: "/api/quarantine/:quarantine",
    access: { on: "quarantine", act: "read" },
    summary: "One file in quarantine",
    handle: async (context) => view(await row(context)),
  },
  {
    method: "GET",
    url: "/api/quarantine/:quarantine/file",
    access: { on: "quarantine", act: "read" },
    summary: "The bytes of a file in quarantine, as they came",
    handle: async (context) => {
      const file = await row(context);
      return context.reply
        .type("application/octet-stream")
        .header("content-length", file.size)
        .header(
          "content-disposition",
          `attachment; filename*=UTF-8''${encodeURIComponent(file.name.split("/").at(-1) || file.id)}`,
        )
        .header("cache-control", "private, no-store")
        .send(context.services.blobs.stream(file.blobKey));
    },
  },
  {
    method: "POST",
    url: "/api/quarantine/:quarantine/retry",
    access: { on: "quarantine", act: "write" },
    summary: "Tries to take the file in again",
    handle: retry,
  },
  {
    method: "POST",
    url: "/api/quarantine/:quarantine/discard",
    access: { on: "quarantine", act: "write" },
    summary: "Sets the file aside, with a reason; it can be taken back for 30 days",
    schema: { body: Type.Object({ reason: Type.String({ minLength: 3, maxLength: 500 }) }) },
    handle: async (context) => {
      const { reason } = context.request.body as { reason: string };
      const file = await waiting(context);
      const decision = { state: "discarded", personId: context.person.id, reason: reason.trim() } as const;
      if (!(await decideQuarantine(context.services.pool, file.id, decision))) {
        throw new WillisError("conflict", "Somebody else decided about this file just now.");
      }
      return view(await row(context));
    },
  },
  {
    method: "GET",
    url: "/api/quarantine/:quarantine/header",
    access: { on: "quarantine", act: "read" },
    summary: "What can be read of a file in quarantine",
    handle: header,
  },
  {
    method: "POST",
    url: "/api/quarantine/:quarantine/fix",
    access: { on: "quarantine", act: "write" },
    summary: "Stores a copy of the file with the identifying values that are given; the file stays as it came",
    schema: { body: FixBody },
    handle: fix,
  },
  {
    method: "POST",
    url: "/api/quarantine/:quarantine/restore",
    access: { on: "quarantine", act: "write" },
    summary: "Takes a discarded file back",
    handle: restore,
  },
];
