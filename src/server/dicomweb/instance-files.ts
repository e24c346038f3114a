import { WillisError } from "../../core/errors.ts";
import { findInstance, type InstanceFile } from "../db/archive/instances.ts";
import type { Pool } from "../db/pool.ts";
import type { Context } from "../http/route.ts";
import { type ByteCache, byteCache } from "../ingest/byte-cache.ts";

const KEPT_BYTES = 16 * 1024 * 1024;
const caches = new WeakMap<Pool, ByteCache<string, InstanceFile>>();

/**
 * The object that the path names, in a series that authorisation has let through. Frame tables of the last objects stay
 * in memory: a cine asks for the same one hundreds of times, and a stored object changes only with the revision of its
 * study.
 */
export async function instanceFile({ services, scope, request }: Context): Promise<InstanceFile> {
  const { instance = "" } = request.params as { instance?: string };
  const cache = caches.get(services.pool) ?? byteCache<string, InstanceFile>(KEPT_BYTES);
  caches.set(services.pool, cache);
  const key = `${scope.seriesId} ${scope.revision} ${instance}`;
  const known = cache.get(key);
  if (known) return known;
  const found = await findInstance(services.pool, scope.seriesId!, instance);
  if (!found) throw new WillisError("not-found", `There is no object ${instance.slice(0, 80)} in this series.`);
  cache.set(key, found, weight(found));
  return found;
}

/** About how much memory it takes: a table of fragments has two numbers each, and a video has many. */
function weight({ pixels }: InstanceFile): number {
  const table = pixels?.frames;
  return 2048 + (table?.kind === "encapsulated" ? 24 * table.offsets.length : 0);
}

/** The same, read now: what is given out whole carries the corrections of this moment. */
export async function freshInstanceFile({ services, scope, request }: Context): Promise<InstanceFile> {
  const { instance = "" } = request.params as { instance?: string };
  const found = await findInstance(services.pool, scope.seriesId!, instance);
  if (!found) throw new WillisError("not-found", `There is no object ${instance.slice(0, 80)} in this series.`);
  return found;
}
