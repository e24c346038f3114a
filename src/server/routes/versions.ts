import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { Type } from "typebox";
import { WillisError } from "../../core/errors.ts";
import { headerDifferences } from "../../dicom/header-difference.ts";
import type { IndexEntry } from "../db/archive/index-instance.ts";
import { headerInUse, listVersions, readVersion, swapVersion, type VersionRow } from "../db/archive/versions.ts";
import { insertChange } from "../db/patients/changes.ts";
import { transaction } from "../db/pool.ts";
import type { Context, Route } from "../http/route.ts";
import { readHeader } from "../ingest/read-header.ts";
import { tellOfIdentity } from "../patients/tell.ts";

const unzip = promisify(gunzip);

/** What people see of a version: not where its bytes lie. */
function view({ blobKey: _, organisationId: __, instanceId: ___, seriesId: ____, studyId: _____, ...row }: VersionRow) {
  const { blobKey: ______, ...inUse } = row.inUse;
  return { ...row, inUse };
}

async function versionOf({ services, scope }: Context): Promise<VersionRow> {
  const found = await readVersion(services.pool, scope.versionId!);
  if (!found) throw new WillisError("not-found", "There is no such version: somebody has put it into use; look again.");
  return found;
}

async function entryOf({ services }: Context, { blobKey, size, digest }: VersionRow): Promise<IndexEntry> {
  const read = await readHeader(services.blobs, { key: blobKey, size, digest: Buffer.from(digest, "hex") });
  if (read.status === "complete") return read.entry;
  throw new WillisError("cannot-compute", `This version is no object of its own: ${read.reason}`);
}

async function compare(context: Context): Promise<object> {
  const version = await versionOf(context);
  const entry = await entryOf(context, version);
  const [inUse, other] = await Promise.all(
    [await headerInUse(context.services.pool, version.instanceId), entry.instance.metadata].map(async (header) =>
      JSON.parse((await unzip(header)).toString()),
    ),
  );
  const differences = headerDifferences(inUse, other);
  return { ...view(version), differences, fits: entry.series.uid === version.seriesUid };
}

async function use(context: Context): Promise<object> {
  const { services, person, request } = context;
  const { pool } = services;
  const version = await versionOf(context);
  const entry = await entryOf(context, version);
  if (entry.series.uid !== version.seriesUid || entry.study.uid !== version.studyUid) {
    const detail = `It says series ${entry.series.uid}, the object lies in ${version.seriesUid}: send it again under a UID of its own.`;
    throw new WillisError("conflict", `This version belongs to another series. ${detail}`);
  }
  const at = services.now();
  const reason = (request.body as { reason: string }).reason.trim();
  const done = await transaction(pool, async (sql) => {
    if (!(await swapVersion(sql, version, entry))) return false;
    const summary = `Put other bytes of object ${version.sopUid} into use`;
    await insertChange(
      sql,
      { organisationId: person.organisationId, personId: person.id, reason, at },
      {
        ...({ kind: "use-version", patientRef: version.patientId, summary } as const),
        before: { patients: {}, studies: {}, digest: version.inUse.digest },
        after: { patients: {}, studies: {} },
      },
    );
    return true;
  });
  if (!done) throw new WillisError("conflict", "Somebody else put this version into use just now; look again.");
  await tellOfIdentity(services, [version.studyId], person.id, at);
  return { used: version.id };
}

export const versionRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/api/versions",
    access: { on: "list", of: "versions" },
    summary: "Objects that came again with other bytes: both are kept, the first is in use",
    handle: async ({ services, person }) => ({
      versions: (await listVersions(services.pool, person.organisationId)).map(view),
    }),
  },
  {
    method: "GET",
    url: "/api/versions/:version",
    access: { on: "version", act: "read" },
    summary: "A version beside the object in use: which attributes differ",
    handle: compare,
  },
  {
    method: "POST",
    url: "/api/versions/:version/use",
    access: { on: "version", act: "write" },
    summary: "Puts a version into use; the bytes that were in use are kept as a version",
    schema: { body: Type.Object({ reason: Type.String({ minLength: 3, maxLength: 500 }) }) },
    handle: use,
  },
];
