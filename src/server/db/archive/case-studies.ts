import type { Sql } from "../pool.ts";

/** The cases that a study is attached to. */
export async function casesOfStudy(sql: Sql, studyId: number): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>({
    name: "archive-cases-of-study",
    text: "select case_id as id from case_study where study_id = $1",
    values: [studyId],
  });
  return rows.map((row) => row.id);
}
