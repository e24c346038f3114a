import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { SeriesQualifiers } from "../../core/series-reading.ts";
import type { DataSet } from "../../dicom/data-set.ts";
import { fromDicomJson } from "../../dicom/json.ts";
import { readSeries } from "../../dicom/series-reading/read-series.ts";
import { patternOf } from "../../dicom/series-reading/series-pattern.ts";
import { learnedRole, learnRole } from "../db/archive/learned-roles.ts";
import { applyLearned, type CountedSeries, keepReading, seriesFacts } from "../db/archive/series-facts.ts";
import type { Sql } from "../db/pool.ts";

const unzip = promisify(gunzip);

/**
 * Looks again at what a series is, with all that is there of it: how many images lie at each position and how far they
 * reach. What the organisation learned from an earlier correction of a series like it comes before tags and words; what
 * a person said of this very series stays.
 */
export async function refineRole(sql: Sql, seriesId: number): Promise<void> {
  const facts = await seriesFacts(sql, seriesId);
  if (!facts) return;
  const { instances, positions, extentMm } = facts;
  const dataSet = await headerOf(facts);
  const reading = readSeries(dataSet, {
    instances,
    ...(positions > 0 ? { positions } : {}),
    ...(positions > 0 && instances > 1 ? { timePoints: Math.round(instances / positions) } : {}),
    ...(extentMm ? { extentMm } : {}),
  });
  await keepReading(sql, seriesId, reading);
  const pattern = facts.roleBy === "tags" ? patternOf(dataSet) : undefined;
  const learned = pattern && (await learnedRole(sql, facts.organisationId, pattern));
  if (learned) await applyLearned(sql, seriesId, learned);
}

/**
 * Remembers a correction for series of the same station, protocol and description. Vessel, side and projection change
 * from run to run and are not learned. False when nothing tells this series from others of its device.
 */
export async function learnFrom(
  sql: Sql,
  seriesId: number,
  corrected: { readonly role: string; readonly qualifiers: SeriesQualifiers; readonly personId: string },
): Promise<boolean> {
  const facts = await seriesFacts(sql, seriesId);
  const pattern = facts && patternOf(await headerOf(facts));
  if (!pattern) return false;
  const { region, phase, derived } = corrected.qualifiers;
  const qualifiers = { ...(region ? { region } : {}), ...(phase ? { phase } : {}), ...(derived ? { derived } : {}) };
  const { role, personId } = corrected;
  await learnRole(sql, facts.organisationId, pattern, { role, qualifiers, seriesId, personId });
  return true;
}

async function headerOf({ header }: CountedSeries): Promise<DataSet> {
  return fromDicomJson(JSON.parse((await unzip(header)).toString()), { bulkData: () => new Uint8Array(0) });
}
