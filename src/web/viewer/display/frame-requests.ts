import { firstPart } from "../pane/multipart.ts";

/** Encoded bytes of a frame as the server keeps them, and how they are encoded. */
export interface EncodedFrame {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly transferSyntax: string;
}

/** A load that was called off because nobody waits for it any more. */
export class LoadCancelled extends Error {
  override readonly name = "LoadCancelled";
}

/** What is wanted first: what a reader looks at, then what the visible pane shows next, the next stage, the neighbours. */
export type Urgency = 0 | 1 | 2 | 3;

interface Waiting {
  readonly urgency: Urgency;
  readonly order: number;
  readonly begin: () => void;
}

/** A browser opens six connections to a server; two stay free for what a reader looks at. */
const MOST = 6;
const MOST_AHEAD = 4;
const ACCEPT = "multipart/related; type=application/octet-stream; transfer-syntax=*";

const waiting: Waiting[] = [];
let running = 0;
let order = 0;

/** Frames that were asked for before the viewer was there, for who wants them first. */
const ahead = new Map<string, Promise<EncodedFrame>>();
const KEPT_MS = 30_000;

/** Begins to fetch a frame that the viewer will want as soon as it is there. */
export function frameAhead(uri: string): void {
  if (ahead.has(uri)) return;
  const begun = fetchFrame(uri, 0, new AbortController().signal);
  begun.catch(() => {}); // it is fetched again by who wants it, and told there
  ahead.set(uri, begun);
  setTimeout(() => ahead.delete(uri), KEPT_MS);
}

/**
 * Fetches a frame in its turn: the most urgent first, of those the one that was asked for first. Aborting takes it out
 * of the line, or off the network when it is on its way. Rejects with `LoadCancelled` then, and with an error that carries
 * the HTTP `status` when the server refuses.
 */
export async function fetchFrame(uri: string, urgency: Urgency, signal: AbortSignal): Promise<EncodedFrame> {
  const begun = ahead.get(uri);
  if (begun) {
    ahead.delete(uri);
    const found = await begun.catch(() => undefined);
    if (found) return found;
  }
  await turn(urgency, signal);
  try {
    const answer = await fetch(uri, { headers: { Accept: ACCEPT }, credentials: "same-origin", signal });
    if (!answer.ok) throw Object.assign(new Error(`status ${answer.status}`), { status: answer.status });
    const type = answer.headers.get("Content-Type") ?? "application/octet-stream";
    const bytes = firstPart(new Uint8Array(await answer.arrayBuffer()), type);
    return { bytes, transferSyntax: /transfer-syntax="?([\d.]+)/.exec(type)?.[1] ?? "1.2.840.10008.1.2.1" };
  } catch (error) {
    if (signal.aborted) throw new LoadCancelled("No longer wanted.");
    if (error instanceof TypeError) {
      throw new Error("The server cannot be reached. Check the network, then open the series again.");
    }
    throw error;
  } finally {
    running--;
    next();
  }
}

function turn(urgency: Urgency, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(new LoadCancelled("No longer wanted."));
      return;
    }
    const one: Waiting = { urgency, order: order++, begin: resolve };
    const leave = () => {
      const at = waiting.indexOf(one);
      if (at < 0) return;
      waiting.splice(at, 1);
      reject(new LoadCancelled("No longer wanted."));
    };
    signal.addEventListener("abort", leave, { once: true });
    waiting.push(one);
    waiting.sort((a, b) => a.urgency - b.urgency || a.order - b.order);
    next();
  });
}

function next(): void {
  const first = waiting[0];
  if (!first || running >= (first.urgency === 0 ? MOST : MOST_AHEAD)) return;
  waiting.shift();
  running++;
  first.begin();
  next();
}
