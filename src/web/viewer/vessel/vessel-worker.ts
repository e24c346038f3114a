import type { Answer, Question } from "../../workers/vessel-messages.ts";
import { VolumeClient } from "../../workers/volume-client.ts";

export type VesselWorker = VolumeClient<Question, Answer>;

/** A worker that segments and measures vessels. */
export function vesselWorker(): VesselWorker {
  return new VolumeClient(
    "vessel",
    () => new Worker(new URL("../../workers/vessel.worker.ts", import.meta.url), { type: "module" }),
  );
}
