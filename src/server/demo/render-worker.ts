import { parentPort, workerData } from "node:worker_threads";
import { findCase, type PhantomFile, renderCase } from "../../phantom/index.ts";

/** What the loader sends: "next" for a handful of files. What it gets: progress, files, and an empty list at the end. */
export type RenderMessage =
  | { readonly kind: "progress"; readonly step: string; readonly fraction: number }
  | { readonly kind: "files"; readonly files: readonly PhantomFile[] };

const HANDFUL = 24;
const { name, seed, at } = workerData as { name: string; seed: number; at: string };
const port = parentPort!;
const post = (message: RenderMessage, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);
const files = renderCase(findCase(name), seed, (step, fraction) => post({ kind: "progress", step, fraction }), { at })[
  Symbol.iterator
]();

port.on("message", () => {
  const handful: PhantomFile[] = [];
  while (handful.length < HANDFUL) {
    const { value, done } = files.next();
    if (done) break;
    handful.push(value);
  }
  post(
    { kind: "files", files: handful },
    handful.map((file) => file.bytes.buffer as ArrayBuffer),
  );
});
