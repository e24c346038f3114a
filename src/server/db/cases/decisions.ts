import type { DecisionView } from "../../../cases/views.ts";
import type { Sql } from "../pool.ts";

const DECISION = `select d.id, d.case_id as "caseId", d.kind, d.option, d.reason, d.at,
    json_build_object('id', p.id, 'name', p.name, 'organisation', o.name) as by,
    encode(d.basis_digest, 'hex') as "basisDigest", d.pdf_blob_key is not null as "hasPdf"
  from decision d join person p on p.id = d.person_id join organisation o on o.id = p.organisation_id`;

export async function addDecision(
  sql: Sql,
  decision: {
    readonly caseId: string;
    readonly personId: string;
    readonly at: Date;
    readonly kind: DecisionView["kind"];
    readonly option: string;
    readonly reason: string;
    readonly basis: string;
    readonly digest: Buffer;
  },
): Promise<string> {
  const { rows } = await sql.query<{ id: string }>(
    `insert into decision (case_id, person_id, at, kind, option, reason, basis, basis_digest)
     values ($1, $2, $3, $4, $5, $6, $7, $8) returning id`,
    [
      decision.caseId,
      decision.personId,
      decision.at,
      decision.kind,
      decision.option,
      decision.reason,
      decision.basis,
      decision.digest,
    ],
  );
  return rows[0]!.id;
}

export async function decisionsOf(sql: Sql, caseId: string): Promise<DecisionView[]> {
  const { rows } = await sql.query(`${DECISION} where d.case_id = $1 order by d.at, d.id`, [caseId]);
  return rows.map(viewOf);
}

/** A decision with the basis it froze, as it was; null when there is none. */
export async function decisionWithBasis(
  sql: Sql,
  decisionId: string,
): Promise<{ decision: DecisionView; basis: unknown; pdfBlobKey: string | null; pdfSopUid: string | null } | null> {
  const { rows } = await sql.query(`${DECISION} where d.id = $1`, [decisionId]);
  if (!rows[0]) return null;
  const more = await sql.query("select basis, pdf_blob_key, pdf_sop_uid from decision where id = $1", [decisionId]);
  const { basis, pdf_blob_key, pdf_sop_uid } = more.rows[0];
  return { decision: viewOf(rows[0]), basis, pdfBlobKey: pdf_blob_key, pdfSopUid: pdf_sop_uid };
}

export async function notePdf(sql: Sql, decisionId: string, blobKey: string, sopUid: string | null): Promise<void> {
  await sql.query("update decision set pdf_blob_key = $2, pdf_sop_uid = $3 where id = $1", [
    decisionId,
    blobKey,
    sopUid,
  ]);
}

// biome-ignore lint/suspicious/noExplicitAny: a row of the query above
function viewOf(row: any): DecisionView {
  return { ...row, at: row.at.toISOString() };
}
