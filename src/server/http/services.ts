import type { Pack } from "../../knowledge/index.ts";
import type { BlobStore } from "../blobs/blob-store.ts";
import type { Pool } from "../db/pool.ts";
import type { Jobs } from "../jobs/jobs.ts";
import type { PackShelf } from "../knowledge/pack-shelf.ts";
import type { PacksInForce } from "../knowledge/packs-in-force.ts";
import type { Live } from "../realtime/live.ts";

/** Everything a handler may use, built once at start (`serve.ts`). */
export interface Services {
  readonly pool: Pool;
  readonly blobs: BlobStore;
  readonly jobs: Jobs;
  readonly live: Live;
  /** The packs in force at this moment: another list after an install, so read it at each request and keep none. */
  readonly packs: readonly Pack[];
  readonly packsInForce: PacksInForce;
  readonly packShelf: PackShelf;
  /** Folder of this installation's data. */
  readonly home: string;
  readonly now: () => Date;
}
