import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { WillisError } from "../../core/errors.ts";
import { correctedJson } from "../../dicom/corrected.ts";
import type { DicomJson } from "../../dicom/json.ts";
import type { InstanceFile } from "../db/archive/instances.ts";
import { headerOfInstance } from "../db/archive/series-metadata.ts";
import type { Pool } from "../db/pool.ts";

const unzip = promisify(gunzip);

/** The header of an object as it is now, with what people corrected in it. Errors: `not-found` when it has gone. */
export async function instanceHeader(pool: Pool, file: InstanceFile): Promise<DicomJson> {
  const zipped = await headerOfInstance(pool, file.id);
  if (!zipped) throw new WillisError("not-found", `There is no object ${file.sopUid}.`);
  const json = JSON.parse((await unzip(zipped)).toString()) as DicomJson;
  return file.overlay ? correctedJson(json, file.overlay) : json;
}

/** Paths of all elements that the header names by a BulkDataURI, in the order of the header; pixels last. */
export function bulkPaths(header: DicomJson): string[] {
  const out: string[] = [];
  const waiting: { readonly path: string; readonly dataSet: DicomJson }[] = [{ path: "", dataSet: header }];
  for (let one = waiting.pop(); one; one = waiting.pop()) {
    for (const [tag, element] of Object.entries(one.dataSet)) {
      if (element.BulkDataURI !== undefined) out.push(one.path + tag);
      if (element.vr !== "SQ") continue;
      for (const [i, item] of (element.Value ?? []).entries())
        if (item !== null) waiting.push({ path: `${one.path}${tag}/${i + 1}/`, dataSet: item as DicomJson });
    }
  }
  return out.sort();
}
