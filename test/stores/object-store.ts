import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startS3rver } from "./s3rver.ts";
import { hasSwift, startSwift } from "./swift.ts";

/** A real S3 implementation on the loopback address, as the tests use it. */
export interface RunningStore {
  readonly name: string;
  readonly endpoint: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** Ends it without warning, as a power cut does. */
  kill(): Promise<void>;
  /** Starts it again on what it had. */
  start(): Promise<void>;
}

export interface ObjectStore extends RunningStore {
  /** Ends it and removes what it kept. */
  stop(): Promise<void>;
}

/** s3rver for quick tests; `WILLIS_TEST_S3=swift` takes Debian's Swift, null when it is not installed. */
export async function startObjectStore(kind = process.env.WILLIS_TEST_S3 ?? "s3rver"): Promise<ObjectStore | null> {
  const folder = await mkdtemp(join(tmpdir(), "willis-s3-"));
  const store = kind === "s3rver" ? await startS3rver(folder) : (await hasSwift()) ? await startSwift(folder) : null;
  const stop = async (): Promise<void> => {
    await store?.kill();
    await rm(folder, { recursive: true, force: true });
  };
  if (!store) await stop();
  return store && { ...store, stop };
}

/** The settings by which a Willis uses this store, as environment variables. */
export function storeSettings(store: ObjectStore, prefix: string): Record<string, string> {
  return {
    WILLIS_BLOBS: `s3://willis/${prefix}`,
    WILLIS_S3_ENDPOINT: store.endpoint,
    WILLIS_S3_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: store.accessKey,
    AWS_SECRET_ACCESS_KEY: store.secretKey,
    WILLIS_S3_PATH_STYLE: "1",
  };
}
