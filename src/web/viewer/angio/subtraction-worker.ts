import type {
  AlignMessage,
  BlocksMessage,
  FilterMessage,
  FoundMotion,
  MaskMessage,
  SubtractMessage,
  WorkerAnswer,
  WorkerMessage,
} from "../../workers/subtraction-messages.ts";
import { WorkerClient } from "../../workers/worker-client.ts";

const worker = new WorkerClient<WorkerMessage, WorkerAnswer>(
  () => new Worker(new URL("../../workers/subtraction.worker.ts", import.meta.url), { type: "module" }),
  "The subtraction stopped. Open the run again.",
);

/** Starts the worker before there is something to subtract. */
export function startSubtracting(): void {
  worker.start();
}

/** Gives the worker the frames of a mask; messages keep their order, so a subtraction may follow at once. */
export function sendMask(mask: Omit<MaskMessage, "kind">): void {
  worker.give({ ...mask, kind: "mask" });
}

export async function subtract(request: Omit<SubtractMessage, "kind">): Promise<Int16Array> {
  const answer = await worker.ask({ ...request, kind: "subtract" });
  if (!("pixels" in answer)) throw new Error("The subtraction gave no image.");
  return answer.pixels;
}

/** The movement of a mask the worker holds onto a frame, as a whole or place by place. */
export async function align(request: Omit<AlignMessage, "kind">): Promise<FoundMotion> {
  const answer = await worker.ask({ ...request, kind: "align" });
  if (!("motion" in answer)) throw new Error("The alignment gave no movement.");
  return answer.motion;
}

/** Pictures weighted into one and its edges enhanced. */
export async function filtered(request: Omit<FilterMessage, "kind">): Promise<Int16Array> {
  const answer = await worker.ask({ ...request, kind: "filter" });
  if (!("pixels" in answer)) throw new Error("The filter gave no image.");
  return answer.pixels;
}

/** How far contrast came at each place in any of these subtracted pictures, 0 to 255. */
export async function roadmapOf(pictures: readonly Int16Array[]): Promise<Uint8Array> {
  const answer = await worker.ask({ kind: "roadmap", pictures });
  if (!("roadmap" in answer)) throw new Error("The roadmap gave no picture.");
  return answer.roadmap;
}

export async function blocks(request: Omit<BlocksMessage, "kind">): Promise<Float32Array> {
  const answer = await worker.ask({ ...request, kind: "blocks" });
  if (!("blocks" in answer)) throw new Error("The curves gave no values.");
  return answer.blocks;
}
