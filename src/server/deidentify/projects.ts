import { createHmac, randomBytes } from "node:crypto";
import { WillisError } from "../../core/errors.ts";
import { optionsOf } from "../../dicom/deidentify/option-words.ts";
import type { Sql } from "../db/pool.ts";
import type { Services } from "../http/services.ts";
import { seal, unseal, vaultKey } from "./vault-key.ts";

/** A receiver of de-identified objects: all exports to it use the same options and the same pseudonyms. */
export interface Project {
  readonly id: string;
  readonly name: string;
  readonly options: readonly string[];
}

export interface ProjectLine extends Project {
  readonly createdAt: Date;
  readonly patients: number;
  readonly exports: number;
}

type Home = Pick<Services, "pool" | "home">;

export async function listProjects(sql: Sql, organisationId: string): Promise<ProjectLine[]> {
  const { rows } = await sql.query(
    `select p.id, p.name, p.options, p.created_at as "createdAt",
       (select count(*) from deidentify_patient where project_id = p.id) as patients,
       (select count(*) from deidentify_export where project_id = p.id) as exports
     from deidentify_project p where p.organisation_id = $1 order by p.name`,
    [organisationId],
  );
  return rows;
}

export async function findProject(sql: Sql, organisationId: string, name: string): Promise<Project | null> {
  const { rows } = await sql.query<Project>(
    "select id, name, options from deidentify_project where organisation_id = $1 and name = $2",
    [organisationId, name.trim()],
  );
  return rows[0] ?? null;
}

/**
 * The project of this name; made when there is none. Errors: `conflict` when it is there with other options, as the same
 * patient treated in two ways could be told; `bad-request` for options that are none.
 */
export async function openProject(
  { pool, home }: Home,
  wanted: { readonly name: string; readonly options: readonly string[] },
  by: { readonly id: string; readonly organisationId: string },
): Promise<Project> {
  optionsOf(wanted.options);
  const options = [...new Set(wanted.options)].sort();
  const name = wanted.name.trim();
  const id = crypto.randomUUID();
  const key = await vaultKey(home);
  await sameKey(pool, key);
  const secret = seal(key, randomBytes(32), `project ${id}`);
  await pool.query(
    `insert into deidentify_project (id, organisation_id, name, options, secret, created_by) values ($1, $2, $3, $4, $5, $6)
     on conflict (organisation_id, name) do nothing`,
    [id, by.organisationId, name, options, secret, by.id],
  );
  const found = (await findProject(pool, by.organisationId, name))!;
  if (JSON.stringify(found.options) !== JSON.stringify(options)) {
    throw new WillisError(
      "conflict",
      `The project "${name}" was begun with other options (${found.options.join(", ") || "none"}): use those, or another name.`,
    );
  }
  return found;
}

/** Servers on one database need one key: a second one would split the vault without anybody noticing. */
async function sameKey(sql: Sql, key: Uint8Array): Promise<void> {
  const { rows } = await sql.query<{ id: string; secret: Buffer }>(
    "select id, secret from deidentify_project order by created_at desc limit 1",
  );
  if (rows[0]) unseal(key, rows[0].secret, `project ${rows[0].id}`);
}

/** The secret that makes the pseudonyms of a project. */
export async function projectSecret({ pool, home }: Home, projectId: string): Promise<Buffer> {
  const { rows } = await pool.query<{ secret: Buffer }>("select secret from deidentify_project where id = $1", [
    projectId,
  ]);
  if (!rows[0]) throw new WillisError("not-found", "There is no such project.");
  return unseal(await vaultKey(home), rows[0].secret, `project ${projectId}`);
}

/** The keyed hash that `keyedPseudonyms` takes. */
export function macOf(secret: Uint8Array): (message: string) => Uint8Array {
  return (message) => createHmac("sha256", secret).update(message).digest();
}
