import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { unusedKeys } from "../../src/server/db/archive/unused-keys.ts";
import { type Acknowledged, dataSetDigest, sha256 } from "./load.ts";
import type { OneServer } from "./one-server.ts";

/** What was found after a crash. Everything but the counts must be empty. */
export interface Findings {
  readonly acknowledged: number;
  readonly rows: number;
  readonly files: number;
  /** Files that no row refers to: begun, and nobody was told that they are kept. */
  readonly orphans: readonly string[];
  readonly missing: readonly string[];
  /** Rows, acknowledged or not, whose file is absent or has other bytes than its digest says. */
  readonly unreadable: readonly string[];
  /** Acknowledged objects whose data set is not that which was sent: on disk, or as it comes by WADO-RS. */
  readonly otherBytes: readonly string[];
}

interface Row {
  readonly sop_uid: string;
  readonly blob_key: string;
  readonly digest: Buffer;
}

/** Looks at every row, every file and, through the server, at every acknowledged object. */
export async function inspect(server: OneServer, acknowledged: readonly Acknowledged[]): Promise<Findings> {
  const folder = join(server.home, "blobs/objects");
  const files = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
  const { rows, orphans } = await server.look(async (pool) => ({
    rows: (
      await pool.query<Row>(
        `select sop_uid, blob_key, digest from instance
         union all select 'version', blob_key, digest from instance_version
         union all select 'quarantined', blob_key, digest from quarantine`,
      )
    ).rows,
    orphans: await unusedKeys(pool, files),
  }));
  const onDisk = new Map<string, string>();
  const unreadable: string[] = [];
  for (const { sop_uid, blob_key, digest } of rows) {
    const bytes = await readFile(join(folder, blob_key.slice(0, 2), blob_key)).catch(() => null);
    if (!bytes || sha256(bytes) !== digest.toString("hex")) unreadable.push(`${sop_uid}: ${blob_key}`);
    else if (sop_uid.includes(".")) onDisk.set(sop_uid, dataSetDigest(bytes));
  }
  const missing: string[] = [];
  const otherBytes: string[] = [];
  const left = [...acknowledged];
  const check = async (): Promise<void> => {
    for (let one = left.pop(); one; one = left.pop()) {
      const { object, via } = one;
      const name = `${object.sopUid} by ${via}`;
      const digest = onDisk.get(object.sopUid);
      if (digest === undefined) missing.push(name);
      else if (digest !== object.dataSet) otherBytes.push(`${name} on disk`);
      else if ((await retrieved(server, one)) !== object.dataSet) otherBytes.push(`${name} by WADO-RS`);
    }
  };
  await Promise.all([check(), check(), check(), check()]);
  const counts = { acknowledged: acknowledged.length, rows: rows.length, files: files.length };
  return { ...counts, orphans, missing, unreadable, otherBytes };
}

async function retrieved(server: OneServer, { object }: Acknowledged): Promise<string> {
  const { studyUid, seriesUid, sopUid } = object;
  const answer = await fetch(`${server.url}/dicom-web/studies/${studyUid}/series/${seriesUid}/instances/${sopUid}`, {
    headers: {
      accept: 'multipart/related; type="application/dicom"; transfer-syntax=*',
      authorization: `Bearer ${server.token}`,
    },
  });
  const body = Buffer.from(await answer.arrayBuffer());
  if (answer.status !== 200) return `status ${answer.status}`;
  const boundary = /boundary="?([^";]+)/.exec(answer.headers.get("content-type") ?? "")?.[1] ?? "";
  return dataSetDigest(body.subarray(body.indexOf("\r\n\r\n") + 4, body.lastIndexOf(`\r\n--${boundary}`)));
}
