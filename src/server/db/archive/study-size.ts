import type { Sql } from "../pool.ts";

/** How many objects a study has now; 0 when it is gone. */
export async function studySize(sql: Sql, studyId: number): Promise<number> {
  const { rows } = await sql.query<{ n: number }>({
    name: "archive-study-size",
    text: "select instance_count as n from study where id = $1",
    values: [studyId],
  });
  return rows[0]?.n ?? 0;
}
