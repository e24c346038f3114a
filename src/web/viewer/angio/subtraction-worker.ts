import type {
  AlignMessage,
  BlocksMessage,
  FilterMessage,
  FoundMotion,
  MaskMessage,
  RoadmapMessage,
  SubtractMessage,
  WorkerAnswer,
} from "../../workers/subtraction-messages.ts";

type Request =
  | Omit<SubtractMessage, "id">
  | Omit<AlignMessage, "id">
  | Omit<BlocksMessage, "id">
  | Omit<FilterMessage, "id">
  | Omit<RoadmapMessage, "id">;

let worker: Worker | undefined;
let nextId = 1;
const waiting = new Map<number, { resolve: (answer: WorkerAnswer) => void; reject: (error: Error) => void }>();

function theWorker(): Worker {
  if (worker) return worker;
  worker = new Worker(new URL("../../workers/subtraction.worker.ts", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => {
    const asked = waiting.get(data.id);
    waiting.delete(data.id);
    if ("error" in data) asked?.reject(new Error(data.error));
    else asked?.resolve(data);
  };
  worker.onerror = (event) => {
    const words = event.message || "The subtraction stopped. Open the run again.";
    for (const { reject } of waiting.values()) reject(new Error(words));
    waiting.clear();
    worker?.terminate();
    worker = undefined;
  };
  return worker;
}

function ask(request: Request): Promise<WorkerAnswer> {
  const id = nextId++;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    theWorker().postMessage({ ...request, id });
  });
}

/** Starts the worker before there is something to subtract. */
export function startSubtracting(): void {
  theWorker();
}

/** Gives the worker the frames of a mask; messages keep their order, so a subtraction may follow at once. */
export function sendMask(mask: Omit<MaskMessage, "kind">): void {
  theWorker().postMessage({ ...mask, kind: "mask" });
}

export async function subtract(request: Omit<SubtractMessage, "id" | "kind">): Promise<Int16Array> {
  const answer = await ask({ ...request, kind: "subtract" });
  if (!("pixels" in answer)) throw new Error("The subtraction gave no image.");
  return answer.pixels;
}

/** The movement of a mask the worker holds onto a frame, as a whole or place by place. */
export async function align(request: Omit<AlignMessage, "id" | "kind">): Promise<FoundMotion> {
  const answer = await ask({ ...request, kind: "align" });
  if (!("motion" in answer)) throw new Error("The alignment gave no movement.");
  return answer.motion;
}

/** Pictures weighted into one and its edges enhanced. */
export async function filtered(request: Omit<FilterMessage, "id" | "kind">): Promise<Int16Array> {
  const answer = await ask({ ...request, kind: "filter" });
  if (!("pixels" in answer)) throw new Error("The filter gave no image.");
  return answer.pixels;
}

/** How far contrast came at each place in any of these subtracted pictures, 0 to 255. */
export async function roadmapOf(pictures: readonly Int16Array[]): Promise<Uint8Array> {
  const answer = await ask({ kind: "roadmap", pictures });
  if (!("roadmap" in answer)) throw new Error("The roadmap gave no picture.");
  return answer.roadmap;
}

export async function blocks(request: Omit<BlocksMessage, "id" | "kind">): Promise<Float32Array> {
  const answer = await ask({ ...request, kind: "blocks" });
  if (!("blocks" in answer)) throw new Error("The curves gave no values.");
  return answer.blocks;
}
