import type { Pack } from "../../knowledge/index.ts";
import type { BlobStore } from "../blobs/blob-store.ts";
import type { Pool } from "../db/pool.ts";
import type { Jobs } from "../jobs/jobs.ts";
import type { PackShelf } from "../knowledge/pack-shelf.ts";
import type { Live } from "../realtime/live.ts";

/** Everything a handler may use, built once at start (`serve.ts`). */
export interface Services {
  readonly pool: Pool;
  readonly blobs: BlobStore;
  readonly jobs: Jobs;
  readonly live: Live;
  readonly packs: readonly Pack[];
  readonly packShelf: PackShelf;
  /** Folder of this installation's data. */
  readonly home: string;
  readonly now: () => Date;
}
