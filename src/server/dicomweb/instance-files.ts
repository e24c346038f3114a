import { WillisError } from "../../core/errors.ts";
import { findInstance, type InstanceFile } from "../db/archive/instances.ts";
import type { Pool } from "../db/pool.ts";
import type { Context } from "../http/route.ts";

const MOST = 2000;
const caches = new WeakMap<Pool, Map<string, InstanceFile>>();

/**
 * The object that the path names, in a series that authorisation has let through. Frame tables of the last objects stay
 * in memory: a cine asks for the same one hundreds of times, and a stored object changes only with the revision of its
 * study.
 */
export async function instanceFile({ services, scope, request }: Context): Promise<InstanceFile> {
  const { instance = "" } = request.params as { instance?: string };
  const cache = caches.get(services.pool) ?? new Map<string, InstanceFile>();
  caches.set(services.pool, cache);
  const key = `${scope.seriesId} ${scope.revision} ${instance}`;
  const known = cache.get(key);
  if (known) return known;
  const found = await findInstance(services.pool, scope.seriesId!, instance);
  if (!found) throw new WillisError("not-found", `There is no object ${instance.slice(0, 80)} in this series.`);
  cache.set(key, found);
  if (cache.size > MOST) cache.delete(cache.keys().next().value!);
  return found;
}

/** The same, read now: what is given out whole carries the corrections of this moment. */
export async function freshInstanceFile({ services, scope, request }: Context): Promise<InstanceFile> {
  const { instance = "" } = request.params as { instance?: string };
  const found = await findInstance(services.pool, scope.seriesId!, instance);
  if (!found) throw new WillisError("not-found", `There is no object ${instance.slice(0, 80)} in this series.`);
  return found;
}
