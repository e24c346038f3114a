import { setTimeout as sleep } from "node:timers/promises";
import type { BlobState } from "./blobs/blob-store.ts";
import type { Services } from "./http/services.ts";

const DATABASE_MS = 2000;
const stopping = new WeakSet<Services>();

/** Whether a load balancer should send requests to this server, and what is missing when not. */
export interface Readiness {
  readonly status: "ready" | "degraded" | "not-ready";
  /** A sentence for each part that does not work; empty when all do. */
  readonly missing: readonly string[];
  readonly database: "ok" | "away";
  readonly images: "ok" | "keeps-only" | "reads-only" | "away";
  /** Objects that wait for the object store. */
  readonly waiting: number;
}

/** From now on the server says that it is not ready: requests that run are finished, new ones should go elsewhere. */
export function announceStop(services: Services): void {
  stopping.add(services);
}

/** Asks database and blob store; says nothing of where they are, as anybody may ask. */
export async function readiness(services: Services): Promise<Readiness> {
  const [database, blobs] = await Promise.all([databaseAnswers(services), services.blobs.state()]);
  const images = imagesOf(blobs);
  const missing = [
    ...(stopping.has(services) ? ["The server is stopping."] : []),
    ...(database ? [] : [`The database does not answer within ${DATABASE_MS / 1000} s.`]),
    ...MISSING[images],
  ];
  const works = database && (images === "ok" || images === "keeps-only") && !stopping.has(services);
  return {
    status: !works ? "not-ready" : images === "ok" ? "ready" : "degraded",
    missing,
    database: database ? "ok" : "away",
    images,
    waiting: blobs.waiting?.objects ?? 0,
  };
}

const MISSING: Readonly<Record<Readiness["images"], readonly string[]>> = {
  ok: [],
  "keeps-only": ["The object store does not serve: what arrives is kept in the spool, older images may not open."],
  "reads-only": ["No image can be kept: the store or the spool is full, read-only, or the object store is away."],
  away: ["The store of the images is away: none can be kept or read."],
};

function imagesOf({ writable, readable }: BlobState): Readiness["images"] {
  if (writable) return readable ? "ok" : "keeps-only";
  return readable ? "reads-only" : "away";
}

function databaseAnswers({ pool }: Services): Promise<boolean> {
  const asked = pool.query("select 1").then(
    () => true,
    () => false,
  );
  return Promise.race([asked, sleep(DATABASE_MS, false, { ref: false })]);
}
