import type { AneurysmAnswer, AneurysmQuestion } from "../../workers/aneurysm-messages.ts";
import { VolumeClient } from "../../workers/volume-client.ts";

export type AneurysmWorker = VolumeClient<AneurysmQuestion, AneurysmAnswer>;

/** A worker that measures aneurysms. */
export function aneurysmWorker(): AneurysmWorker {
  return new VolumeClient(
    "aneurysm",
    () => new Worker(new URL("../../workers/aneurysm.worker.ts", import.meta.url), { type: "module" }),
  );
}
