import type { Overlay } from "../../../dicom/corrected.ts";
import type { Sql } from "../pool.ts";

/** What people corrected in the headers of a series since its objects came, and the revision of its study. */
export async function seriesOverlay(
  sql: Sql,
  seriesId: number,
): Promise<{ readonly overlay: Overlay | null; readonly revision: number }> {
  const { rows } = await sql.query<{ overlay: Overlay | null; revision: number }>({
    name: "patients-series-overlay",
    text: "select overlay, revision from study join series on series.study_id = study.id where series.id = $1",
    values: [seriesId],
  });
  return rows[0] ?? { overlay: null, revision: 0 };
}
