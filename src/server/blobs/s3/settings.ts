import { WillisError } from "../../../core/errors.ts";

const GB = 2 ** 30;

/** How the blobs are kept in an S3 store. Keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the machine's role. */
export interface S3Settings {
  readonly bucket: string;
  /** Ends with "/" unless it is empty. */
  readonly prefix: string;
  readonly endpoint: string | null;
  readonly region: string;
  readonly pathStyle: boolean;
  /** When an object is acknowledged: flushed in the spool on this disk, or confirmed by the object store. */
  readonly acknowledge: "spool" | "uploaded";
  readonly uploads: number;
  readonly spoolBytes: number;
  /** What stays free on the disk of the spool. */
  readonly freeBytes: number;
  readonly cacheBytes: number;
}

type Env = Readonly<Record<string, string | undefined>>;

/** The settings when WILLIS_BLOBS names a bucket, null when it is empty. Errors: `bad-request` with the value. */
export function s3Settings(env: Env): S3Settings | null {
  const place = env.WILLIS_BLOBS?.trim();
  if (!place) return null;
  const [, bucket, path = ""] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(place) ?? [];
  if (!bucket) throw wrong("WILLIS_BLOBS", place, "give s3://bucket or s3://bucket/prefix, or nothing for a folder");
  const acknowledge = env.WILLIS_S3_ACK || "spool";
  if (acknowledge !== "spool" && acknowledge !== "uploaded")
    throw wrong("WILLIS_S3_ACK", acknowledge, "give spool or uploaded");
  const endpoint = env.WILLIS_S3_ENDPOINT || null;
  if (endpoint !== null && !/^https?:\/\/[^/]/.test(endpoint))
    throw wrong("WILLIS_S3_ENDPOINT", endpoint, "give an address such as https://s3.hospital.example");
  const prefix = path.replace(/^\/+|\/+$/g, "");
  return {
    bucket,
    prefix: prefix === "" ? "" : `${prefix}/`,
    endpoint,
    region: env.WILLIS_S3_REGION || env.AWS_REGION || "us-east-1",
    pathStyle: (env.WILLIS_S3_PATH_STYLE || (endpoint === null ? "0" : "1")) === "1",
    acknowledge,
    uploads: number(env, "WILLIS_S3_UPLOADS", 4, 1, 64),
    spoolBytes: number(env, "WILLIS_SPOOL_GB", 20, 0.001, 1e6) * GB,
    freeBytes: number(env, "WILLIS_SPOOL_FREE_GB", 2, 0, 1e6) * GB,
    cacheBytes: number(env, "WILLIS_CACHE_GB", 20, 0.001, 1e6) * GB,
  };
}

function number(env: Env, name: string, otherwise: number, least: number, most: number): number {
  const text = env[name];
  if (!text) return otherwise;
  const value = Number(text);
  if (!(value >= least && value <= most)) throw wrong(name, text, `give a number from ${least} to ${most}`);
  return value;
}

function wrong(name: string, value: string, what: string): WillisError {
  return new WillisError("bad-request", `${name} is "${value.slice(0, 200)}": ${what}.`);
}
