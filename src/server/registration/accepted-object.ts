import type { AnalysisOf } from "../../cases/analysis-view.ts";
import { WillisError } from "../../core/errors.ts";
import type { DataSet } from "../../dicom/data-set.ts";
import { instanceOf } from "../../dicom/instance.ts";
import { seriesInstances } from "../db/archive/instances.ts";
import type { Services } from "../http/services.ts";
import { storeObject } from "../ingest/store-object.ts";
import { analysisRun } from "../jobs/analysis-rows.ts";
import { registrationObject } from "./registration-view.ts";

type Storing = Pick<Services, "pool" | "blobs" | "live" | "now">;

/**
 * Stores a registration as a person accepted it, beside the computed one: an object of its own with their name, and with the
 * matrix in force. Throws when it cannot be stored: nothing was accepted then.
 */
export async function storeAccepted(
  services: Storing,
  view: AnalysisOf<"register">,
  matrix: readonly number[] | null,
  person: { readonly id: string; readonly name: string },
): Promise<void> {
  const run = await analysisRun(services.pool, view.id);
  const { result } = view;
  if (!run || !result) return;
  const [fixed, moving] = [await headOf(services, run.seriesId), await headOf(services, run.others[0] ?? -1)];
  const found = { matrix: matrix ?? result.matrix, nmi: result.nmi, inverse: result.inverseMm };
  const made = { instanceNumber: 2, creator: person.name, byHand: matrix !== null };
  const { bytes } = registrationObject(found, fixed, moving, run.id, services.now().getTime(), made);
  const origin = { organisationId: run.organisationId, via: "analysis" as const, who: person.id };
  const stored = await storeObject(services, bytes, { ...origin, name: "registration-accepted.dcm" });
  if (stored.state === "quarantined" || stored.state === "ignored")
    throw new WillisError("internal", `The accepted registration could not be stored: ${stored.reason}`);
}

/** The header of the first object of a series, and the names of all. */
async function headOf(services: Storing, seriesId: number): Promise<{ first: DataSet; sources: string[] }> {
  const list = await seriesInstances(services.pool, seriesId);
  const [one] = list;
  if (!one)
    throw new WillisError("conflict", "A series of this registration is not here any more: it cannot be accepted.");
  const first = instanceOf(new Uint8Array(await services.blobs.read(one.blobKey, 0, one.size))).dataSet;
  return { first, sources: list.map(({ sopUid }) => sopUid) };
}
