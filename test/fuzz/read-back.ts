import type { OneServer } from "../chaos/one-server.ts";
import { slowMs } from "./patience.ts";

/** Found by asking for everything that was stored. */
export interface ReadBack {
  readonly asked: number;
  readonly statuses: ReadonlyMap<string, number>;
  readonly slow: readonly string[];
  /** Refusals that do not say why. */
  readonly wordless: readonly string[];
  /** Answers that say that the fault is ours, or that did not come. */
  readonly faults: readonly string[];
}

interface Row {
  readonly study_uid: string;
  readonly series_uid: string;
  readonly sop_uid: string;
}

const AT_ONCE = 2;
const ENDS = ["metadata", "frames/1", "rendered", "query", "whole"] as const;
const ACCEPT: Readonly<Record<(typeof ENDS)[number], string>> = {
  metadata: "application/dicom+json",
  "frames/1": 'multipart/related; type="application/octet-stream"',
  rendered: "image/png, text/html, application/pdf, */*",
  query: "application/dicom+json",
  whole: 'multipart/related; type="application/dicom"; transfer-syntax=*',
};

/** Metadata, first frame, picture, search and whole object of up to `most` objects, of all that the index holds. */
export async function readBack(server: OneServer, most: number): Promise<ReadBack> {
  const rows = await server.look(
    async (pool) =>
      (
        await pool.query<Row>(
          `select study_uid, series_uid, sop_uid from instance join series on series.id = instance.series_id
             join study on study.id = series.study_id order by md5(sop_uid) limit $1`,
          [most],
        )
      ).rows,
  );
  const statuses = new Map<string, number>();
  const [slow, wordless, faults]: [string[], string[], string[]] = [[], [], []];
  let asked = 0;

  async function ask(path: string, accept: string): Promise<{ ms: number; status: number; text: string }> {
    const began = performance.now();
    try {
      const answer = await fetch(server.url + path, {
        headers: { accept, authorization: `Bearer ${server.token}` },
        signal: AbortSignal.timeout(30_000),
      });
      const body = Buffer.from(await answer.arrayBuffer());
      const text = answer.status >= 400 ? body.toString() : "";
      return { ms: performance.now() - began, status: answer.status, text };
    } catch (error) {
      return { ms: performance.now() - began, status: 0, text: String(error) };
    }
  }
  const left = rows.slice();
  const lane = async (): Promise<void> => {
    for (let row = left.pop(); row; row = left.pop()) {
      const [study, series, sop] = [row.study_uid, row.series_uid, row.sop_uid].map(encodeURIComponent);
      const object = `/dicom-web/studies/${study}/series/${series}/instances/${sop}`;
      for (const end of ENDS) {
        const query = `/dicom-web/instances?SOPInstanceUID=${sop}&includefield=all`;
        const path = end === "query" ? query : end === "whole" ? object : `${object}/${end}`;
        let answer = await ask(path, ACCEPT[end]);
        if (answer.ms > slowMs()) answer = await ask(path, ACCEPT[end]); // others may have had the processor
        asked++;
        const what = `${end} ${answer.status}`;
        statuses.set(what, (statuses.get(what) ?? 0) + 1);
        if (answer.ms > slowMs()) slow.push(`${path}: ${Math.round(answer.ms)} ms`);
        if (answer.status === 0 || answer.status === 500) faults.push(`${path}: ${answer.status} ${answer.text}`);
        else if (answer.status >= 400 && !/"detail":"(\\.|[^"]){10,}/.test(answer.text))
          wordless.push(`${path}: ${answer.text}`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return { asked, statuses, slow: slow.slice(0, 20), wordless: wordless.slice(0, 20), faults: faults.slice(0, 20) };
}
