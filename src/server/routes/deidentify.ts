import { Readable } from "node:stream";
import { Type } from "typebox";
import type { ExportView } from "../../cases/archive-views.ts";
import { WillisError } from "../../core/errors.ts";
import { OPTION_WORDS, optionsOf } from "../../dicom/deidentify/option-words.ts";
import { chosenSeries, ownStudies } from "../deidentify/chosen-studies.ts";
import { exportFiles } from "../deidentify/export.ts";
import { beginExport, cancelExport, exportView, listExports, makeExport } from "../deidentify/export-rows.ts";
import { previewExport } from "../deidentify/preview.ts";
import { findProject, listProjects, openProject, projectSecret } from "../deidentify/projects.ts";
import { reidentify } from "../deidentify/vault.ts";
import { zipStream } from "../deidentify/zip-stream.ts";
import type { Access, Context, Role, Route } from "../http/route.ts";

/** Who may take de-identified objects out: those who answer for research and quality. Who treats, looks at the originals. */
const EXPORTING: readonly Role[] = ["administrator", "researcher", "quality-lead"];
const MAY_EXPORT: Access = { on: "role", roles: EXPORTING, patientData: true };

const Chosen = {
  studies: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { minItems: 1, maxItems: 500 }),
  options: Type.Array(Type.String({ maxLength: 40 }), { maxItems: 20 }),
};
const ProjectName = Type.String({ minLength: 2, maxLength: 80, pattern: "\\S.*\\S" });

async function preview({ services, person, request, signal }: Context): Promise<object> {
  const { studies, options, project } = request.body as { studies: string[]; options: string[]; project?: string };
  optionsOf(options);
  const ids = await ownStudies(services.pool, studies, person.organisationId);
  const known = project ? await findProject(services.pool, person.organisationId, project) : null;
  const secret = known ? await projectSecret(services, known.id) : null;
  return { ...(await previewExport(services, ids, { options, secret }, signal)), names: known ? "final" : "examples" };
}

async function begin({ services, person, request, reply }: Context): Promise<object> {
  const { studies, options, project } = request.body as { studies: string[]; options: string[]; project: string };
  const ids = await ownStudies(services.pool, studies, person.organisationId);
  const found = await openProject(services, { name: project, options }, person);
  const total = (await chosenSeries(services.pool, ids)).reduce((sum, one) => sum + one.instances, 0);
  const id = await makeExport(services.pool, found.id, ids, total, person.id);
  for (const study of new Set(studies)) {
    request.server.audit.write({
      ...{ at: services.now(), personId: person.id, organisationId: person.organisationId, objectKind: "study" },
      ...{ action: "export de-identified", objectId: study, outcome: "allowed", status: 201, remote: request.ip ?? "" },
      detail: { project: found.name, export: id, by: person.by },
    });
  }
  reply.code(201).header("location", `/api/deidentify/exports/${id}`);
  return (await exportView(services.pool, id, person.organisationId))!;
}

async function seenExport({ services, person, request }: Context): Promise<ExportView> {
  const { export: id } = request.params as { export: string };
  const found = await exportView(services.pool, id, person.organisationId);
  if (!found) throw new WillisError("not-found", `there is no export ${id.slice(0, 80)} that you may see`);
  return found;
}

async function download(context: Context): Promise<unknown> {
  const { services, person, reply, signal } = context;
  const seen = await seenExport(context);
  if (seen.state === "cancelled") throw new WillisError("conflict", "This export was cancelled: make a new one.");
  const run = await beginExport(services.pool, seen.id, person.organisationId);
  if (!run) throw new WillisError("conflict", "This export is being downloaded already.");
  return reply
    .type("application/zip")
    .header("content-disposition", `attachment; filename="deidentified-${seen.id.slice(0, 8)}.zip"`)
    .header("cache-control", "private, no-store")
    .send(Readable.from(zipStream(exportFiles(services, run, signal)), { objectMode: false, highWaterMark: 1 << 20 }));
}

/** Undoes a pseudonym. The row of the audit trail, with the reason, is in the database before the answer leaves. */
async function lookUp({ services, person, request }: Context): Promise<object> {
  const { project, find, reason } = request.body as { project: string; find: string; reason: string };
  const known = await findProject(services.pool, person.organisationId, project);
  const found = known ? await reidentify(services, known.id, find) : null;
  request.server.audit.write({
    ...{ at: services.now(), personId: person.id, organisationId: person.organisationId, action: "re-identify" },
    ...{
      objectKind: "pseudonym",
      objectId: find,
      remote: request.ip ?? "",
      detail: { project, reason, by: person.by },
    },
    ...(found ? { outcome: "allowed", status: 200 } : { outcome: "refused", status: 404 }),
  } as const);
  await request.server.audit.flush();
  if (!found)
    throw new WillisError(
      "not-found",
      `the project "${project}" has given out no pseudonym or UID ${find.slice(0, 80)}`,
    );
  return found;
}

export const deidentifyRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/api/deidentify",
    access: MAY_EXPORT,
    summary: "Options, projects and the last de-identified exports of the organisation",
    handle: async ({ services, person }) => ({
      options: OPTION_WORDS.map(([word, keeps]) => ({ word, keeps })),
      projects: await listProjects(services.pool, person.organisationId),
      exports: await listExports(services.pool, person.organisationId),
    }),
  },
  {
    method: "POST",
    url: "/api/deidentify/preview",
    access: MAY_EXPORT,
    summary: "What a de-identified export of these studies would remove, replace and keep",
    schema: { body: Type.Object({ ...Chosen, project: Type.Optional(ProjectName) }) },
    handle: preview,
  },
  {
    method: "POST",
    url: "/api/deidentify/exports",
    access: MAY_EXPORT,
    summary: "Makes a de-identified export of studies for a project; its file is made while it is downloaded",
    schema: { body: Type.Object({ ...Chosen, project: ProjectName }) },
    handle: begin,
  },
  {
    method: "GET",
    url: "/api/deidentify/exports/:export",
    access: MAY_EXPORT,
    summary: "An export: how far it is and what needs a look",
    handle: seenExport,
  },
  {
    method: "GET",
    url: "/api/deidentify/exports/:export/file",
    access: MAY_EXPORT,
    summary: "The export as a zip archive: de-identified objects, manifest.csv and README.txt",
    handle: download,
  },
  {
    method: "DELETE",
    url: "/api/deidentify/exports/:export",
    access: MAY_EXPORT,
    summary: "Cancels an export",
    handle: async (context) => {
      const { id } = await seenExport(context);
      await cancelExport(context.services.pool, id, context.person.organisationId);
      return context.reply.code(204).send();
    },
  },
  {
    method: "POST",
    url: "/api/deidentify/lookup",
    access: { on: "role", roles: ["administrator"], patientData: true },
    summary: "Who stands behind a pseudonym or a new UID; the reason goes to the audit trail",
    schema: {
      body: Type.Object({
        project: ProjectName,
        find: Type.String({ minLength: 2, maxLength: 64 }),
        reason: Type.String({ minLength: 8, maxLength: 500 }),
      }),
    },
    handle: lookUp,
  },
];
