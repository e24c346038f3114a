import { buffer } from "node:stream/consumers";
import { WillisError } from "../../core/errors.ts";
import type { InstanceFile } from "../db/archive/instances.ts";
import type { Services } from "../http/services.ts";
import { workerPool } from "../ingest/worker-pool.ts";
import { objectOut } from "../retrieve/object-out.ts";
import type { DeidentifyReply, DeidentifyTask } from "./deidentify-worker.ts";

const workers = workerPool<DeidentifyTask, DeidentifyReply>({
  file: new URL("./deidentify-worker.ts", import.meta.url),
  size: 2,
  timeoutMs: 120_000,
  memoryMb: 1024,
  complaint: { code: "too-large", message: "De-identifying this object took more time or memory than it may." },
});

const MOST_IN_MEMORY = 2 ** 30;

/** An object of the archive, as it leaves today, de-identified in a worker. Errors: `too-large`, those of the parser. */
export async function treatObject(
  services: Pick<Services, "blobs" | "pool">,
  file: InstanceFile,
  how: { readonly options: readonly string[]; readonly secret: Uint8Array; readonly looks: boolean },
  signal: AbortSignal,
): Promise<DeidentifyReply> {
  if (file.size > MOST_IN_MEMORY)
    throw new WillisError(
      "too-large",
      `This object has ${file.size} bytes; up to ${MOST_IN_MEMORY} are de-identified.`,
    );
  const { body } = await objectOut(services, file, "*", signal);
  const bytes = body instanceof Uint8Array ? new Uint8Array(body) : new Uint8Array(await buffer(body));
  return workers.run({ ...how, bytes }, [bytes.buffer], signal);
}
