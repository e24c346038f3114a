import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { fromDicomJson } from "../../dicom/json.ts";
import { roleOf } from "../../dicom/series-role.ts";
import { seriesFacts, updateRole } from "../db/archive/series-facts.ts";
import type { Sql } from "../db/pool.ts";

const unzip = promisify(gunzip);

/**
 * Looks again at what a series is, now that all of it is there: many images at each position make a perfusion series,
 * whatever its name. A role that a person corrected stays.
 */
export async function refineRole(sql: Sql, seriesId: number): Promise<void> {
  const facts = await seriesFacts(sql, seriesId);
  if (!facts || facts.instances < 2) return;
  const { instances, positions, header, role } = facts;
  const dataSet = fromDicomJson(JSON.parse((await unzip(header)).toString()), { bulkData: () => new Uint8Array(0) });
  const counted =
    positions > 0 ? { instances, positions, timePoints: Math.round(instances / positions) } : { instances };
  const better = roleOf(dataSet, counted);
  if (better !== role) await updateRole(sql, seriesId, better);
}
