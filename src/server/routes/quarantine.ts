import { Type } from "typebox";
import { WillisError } from "../../core/errors.ts";
import { decideQuarantine, listQuarantine, type QuarantineRow, readQuarantine } from "../db/archive/quarantine.ts";
import type { Context, Route } from "../http/route.ts";
import { indexBlob } from "../ingest/store-object.ts";

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
    await decideQuarantine(services.pool, file.id, "stored", person.id);
  }
  const { state } = result;
  return {
    state,
    ...("reason" in result ? { reason: result.reason } : { studyUid: result.studyUid, sopUid: result.sopUid }),
  };
}

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
    access: { on: "quarantine" },
    summary: "One file in quarantine",
    handle: async (context) => view(await row(context)),
  },
  {
    method: "GET",
    url: "/api/quarantine/:quarantine/file",
    access: { on: "quarantine" },
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
    access: { on: "quarantine" },
    summary: "Tries to take the file in again",
    handle: retry,
  },
  {
    method: "POST",
    url: "/api/quarantine/:quarantine/discard",
    access: { on: "quarantine" },
    summary: "Sets the file aside for good, with a reason; its bytes are kept",
    schema: { body: Type.Object({ reason: Type.String({ minLength: 3, maxLength: 500 }) }) },
    handle: async (context) => {
      const { reason } = context.request.body as { reason: string };
      const file = await waiting(context);
      if (!(await decideQuarantine(context.services.pool, file.id, "discarded", context.person.id, reason))) {
        throw new WillisError("conflict", "Somebody else decided about this file just now.");
      }
      return view(await row(context));
    },
  },
];
