import type { ReidentifiedView } from "../../cases/archive-views.ts";
import type { Subject } from "../../dicom/deidentify/deidentify.ts";
import type { Services } from "../http/services.ts";
import { seal, unseal, vaultKey } from "./vault-key.ts";

type Home = Pick<Services, "pool" | "home">;

/** Puts down who stands behind the new names, before the object leaves. What is there already stays. */
export async function remember({ pool, home }: Home, projectId: string, subject: Subject): Promise<void> {
  const key = await vaultKey(home);
  const { pseudonym, uids, ...who } = subject;
  await pool.query(
    "insert into deidentify_patient (project_id, pseudonym, subject) values ($1, $2, $3) on conflict do nothing",
    [projectId, pseudonym, seal(key, JSON.stringify(who), `patient ${projectId} ${pseudonym}`)],
  );
  const levels = (["study", "series", "instance"] as const).filter((level) => uids[level][0] !== "");
  await pool.query(
    `insert into deidentify_uid (project_id, made, pseudonym, level, original)
     select $1, made, $2, level, original from unnest($3::text[], $4::text[], $5::bytea[]) as u (made, level, original)
     on conflict do nothing`,
    [
      projectId,
      pseudonym,
      levels.map((level) => uids[level][0]),
      levels,
      levels.map((level) => seal(key, uids[level][1], `uid ${projectId} ${uids[level][0]}`)),
    ],
  );
}

/** Who stands behind a pseudonym or a new UID of a project; null when neither is known. */
export async function reidentify(
  { pool, home }: Home,
  projectId: string,
  asked: string,
): Promise<ReidentifiedView | null> {
  const key = await vaultKey(home);
  const word = asked.trim();
  const uid = await pool.query<{ pseudonym: string; level: string; original: Buffer }>(
    "select pseudonym, level, original from deidentify_uid where project_id = $1 and made = $2",
    [projectId, word],
  );
  const found = uid.rows[0];
  const pseudonym = found?.pseudonym ?? word.toUpperCase();
  const { rows } = await pool.query<{ subject: Buffer }>(
    "select subject from deidentify_patient where project_id = $1 and pseudonym = $2",
    [projectId, pseudonym],
  );
  if (!rows[0]) return null;
  const who = JSON.parse(unseal(key, rows[0].subject, `patient ${projectId} ${pseudonym}`).toString());
  if (!found) return { pseudonym, ...who };
  const original = unseal(key, found.original, `uid ${projectId} ${word}`).toString();
  return { pseudonym, ...who, uid: { level: found.level, made: word, original } };
}
