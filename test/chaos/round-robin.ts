import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { stowBody } from "../conformance/images.ts";
import type { Server } from "./cluster.ts";

const LONGEST_MS = 30_000; // one try
const PATIENCE_MS = 120_000; // all tries
const AGAIN = new Set([429, 500, 502, 503, 504, 507]);

/** An object that a client sends, and what it must get back. */
export interface Sent {
  readonly studyUid: string;
  readonly seriesUid: string;
  readonly sopUid: string;
  readonly bytes: Uint8Array;
}

export interface Counts {
  tries: number;
  /** Tries that were answered with a refusal, or not at all. */
  refused: number;
  /** The most tries that one request needed, and that one needed while database and object store served. */
  most: number;
  mostAlone: number;
  /** Refusals by status; 0: no answer. */
  readonly statuses: Map<number, number>;
}

/** A client that goes to the next server with each try, as behind a load balancer: what it is told to try again, it does. */
export function roundRobin(servers: readonly Server[], token: string) {
  let turn = 0;
  let outage = false;
  const counts: Counts = { tries: 0, refused: 0, most: 0, mostAlone: 0, statuses: new Map() };

  async function ask(path: string, init: RequestInit & { headers: Record<string, string> }): Promise<Response> {
    const until = performance.now() + PATIENCE_MS;
    const first = turn++;
    let away = outage;
    for (let tries = 1; ; tries++) {
      counts.tries++;
      counts.most = Math.max(counts.most, tries);
      const server = servers[(first + tries) % servers.length]!;
      const headers = { ...init.headers, authorization: `Bearer ${token}` };
      const answer = await whole(server.url + path, { ...init, headers, signal: AbortSignal.timeout(LONGEST_MS) });
      away ||= outage;
      if (!away) counts.mostAlone = Math.max(counts.mostAlone, tries);
      if (answer && !AGAIN.has(answer.status) && !(await outOfResources(answer))) return answer;
      counts.refused++;
      const status = answer?.status ?? 0;
      counts.statuses.set(status, (counts.statuses.get(status) ?? 0) + 1);
      if (performance.now() > until)
        throw new Error(
          `${init.method} ${path}: no server took it within ${PATIENCE_MS / 1000} s; last status ${status}`,
        );
      await sleep(Math.min(500, 20 * tries));
    }
  }
  return {
    counts,
    /** Says that something that all servers need is away: until it is back, tries are counted apart. */
    set outage(is: boolean) {
      outage = is;
    },
    /** Stores objects in one request; resolves when the server has acknowledged all of them. */
    async store(objects: readonly Sent[]): Promise<void> {
      const { body, headers } = stowBody(objects.map((one) => one.bytes));
      const answer = await ask("/dicom-web/studies", { method: "POST", body, headers });
      if (answer.status !== 200) throw new Error(`STOW answered ${answer.status}: ${await answer.text()}`);
    },
    /** Sha256 of the object as it comes back, or the status when it does not. */
    async digest({ studyUid, seriesUid, sopUid }: Sent): Promise<string> {
      const path = `/dicom-web/studies/${studyUid}/series/${seriesUid}/instances/${sopUid}`;
      const accept = 'multipart/related; type="application/dicom"; transfer-syntax=*';
      const answer = await ask(path, { method: "GET", headers: { accept } });
      if (answer.status !== 200) return `status ${answer.status}`;
      const boundary = /boundary="?([^";]+)/.exec(answer.headers.get("content-type") ?? "")?.[1] ?? "";
      return sha256(onlyPart(Buffer.from(await answer.arrayBuffer()), boundary));
    },
  };
}

/** A store request of which some objects were refused for now (PS3.4 B.2.3: A7xx): it is sent again, the others are known then. */
async function outOfResources(answer: Response): Promise<boolean> {
  if (answer.status !== 202 && answer.status !== 409) return false;
  const body = await answer.clone().json();
  const failed: Record<string, { Value?: number[] }>[] = body["00081198"]?.Value ?? [];
  return failed.some((one) => ((one["00081197"]?.Value?.[0] ?? 0) & 0xff00) === 0xa700);
}

/** The answer with all of its body, or null when it broke off. */
async function whole(url: string, init: RequestInit): Promise<Response | null> {
  try {
    const answer = await fetch(url, init);
    const body = await answer.arrayBuffer();
    return new Response(body, { status: answer.status, headers: answer.headers });
  } catch {
    return null;
  }
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function onlyPart(body: Buffer, boundary: string): Buffer {
  const start = body.indexOf("\r\n\r\n") + 4;
  return body.subarray(start, body.lastIndexOf(`\r\n--${boundary}`));
}
