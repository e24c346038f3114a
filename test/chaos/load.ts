import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { parsePart10 } from "../../src/dicom/parse.ts";
import { uidOf } from "../../src/dicom/uid.ts";
import { ctStack, stowBody } from "../conformance/images.ts";
import type { OneServer } from "./one-server.ts";

const PATIENCE_MS = 60_000;
const LANES = 4;
const IN_ONE_REQUEST = 4;

/** An object of the load. Its file head is the sender's; by C-STORE only the data set travels. */
export interface Loaded {
  readonly sopUid: string;
  readonly seriesUid: string;
  readonly studyUid: string;
  readonly file: Uint8Array;
  /** Sha256 of the data set, without the file head. */
  readonly dataSet: string;
}

export interface Acknowledged {
  readonly object: Loaded;
  readonly via: "stow" | "dimse";
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Sha256 of what follows the head of a DICOM file. */
export function dataSetDigest(file: Uint8Array): string {
  return sha256(file.subarray(parsePart10(file, { cutOffPixels: true }).dataSetOffset));
}

/** Objects of one series, made from one by changing its UID and its last pixels: a load must not load the machine itself. */
function objects(name: string, count: number, size: number): Loaded[] {
  const { studyUid, seriesUid, files } = ctStack(name, 1, size);
  const first = uidOf(`${name} slice 0`);
  const places: number[] = [];
  const bytes = Buffer.from(files[0]!);
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) places.push(at);
  return Array.from({ length: count }, (_, k) => {
    const file = Buffer.from(bytes);
    const sopUid = first.slice(0, -6) + String(k).padStart(6, "0");
    for (const at of places) file.write(sopUid, at, "latin1");
    file.writeUInt32LE(k, file.length - 4);
    return { sopUid, seriesUid, studyUid, file, dataSet: dataSetDigest(file) };
  });
}

/** Load that runs until it is stopped. `acknowledged` grows with each success that a client has seen. */
export interface Load {
  readonly acknowledged: readonly Acknowledged[];
  /** Answers that were refusals, and requests without an answer, by words. */
  readonly refused: ReadonlyMap<string, number>;
  /** Until each way of arriving has had so many objects acknowledged. Errors: after a minute. */
  flows(most: number): Promise<void>;
  stop(): Promise<void>;
}

export interface LoadShape {
  readonly stow: boolean;
  readonly dimse: boolean;
  /** Objects that each storescu has to send. */
  readonly each: number;
  /** Pixels of an edge. */
  readonly size: number;
}

/** Four associations of storescu, four STOW clients, each with a patient of its own, all at once. */
export async function startLoad(server: OneServer, folder: string, name: string, shape: LoadShape): Promise<Load> {
  const acknowledged: Acknowledged[] = [];
  const refused = new Map<string, number>();
  const refuse = (why: string): void => void refused.set(why, (refused.get(why) ?? 0) + 1);
  const children: ChildProcess[] = [];
  let loading = true;

  async function storescu(lane: number): Promise<void> {
    const own = join(folder, `${name}-${lane}`);
    await mkdir(own, { recursive: true });
    const sent = new Map<string, Loaded>();
    for (const [k, object] of objects(`${name}-dimse-${lane}`, shape.each, shape.size).entries()) {
      const path = join(own, `${String(k).padStart(5, "0")}.dcm`);
      await writeFile(path, object.file);
      sent.set(path, object);
    }
    const words = ["-oL", "storescu", "-v", "-aet", `LANE${lane}`, "-aec", "WILLIS", "+sd"];
    const child = spawn("stdbuf", [...words, "127.0.0.1", `${server.dimsePort}`, own], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, TCP_NODELAY: "1" },
    });
    children.push(child);
    let current: Loaded | undefined;
    const hear = (line: string): void => {
      if (line.includes("Sending file:")) current = sent.get(line.split("Sending file:")[1]!.trim());
      else if (line.includes("Received Store Response (Success)"))
        acknowledged.push({ object: current!, via: "dimse" });
      else if (line.includes("Received Store Response")) refuse(line.split("Received")[1]!.trim());
    };
    for (const stream of [child.stdout, child.stderr]) createInterface(stream).on("line", hear);
    await once(child, "close");
  }

  async function stow(lane: number): Promise<void> {
    for (let round = 0; loading; round++) {
      const sent = objects(`${name}-stow-${lane}-${round}`, IN_ONE_REQUEST, shape.size);
      const { body, headers } = stowBody(sent.map((one) => one.file));
      const init = { method: "POST", body, headers: { ...headers, authorization: `Bearer ${server.token}` } };
      try {
        const answer = await fetch(`${server.url}/dicom-web/studies`, init);
        const text = await answer.text();
        const taken = answer.status < 300 || answer.status === 409 ? storedIn(text) : [];
        for (const one of sent)
          if (taken.includes(one.sopUid)) acknowledged.push({ object: one, via: "stow" });
          else refuse(`STOW ${answer.status}`);
      } catch {
        refuse("STOW without answer");
        await sleep(50);
      }
    }
  }
  const lanes = Array.from({ length: LANES }, (_, lane) => lane);
  const running = Promise.all([
    ...(shape.dimse ? lanes.map(storescu) : []),
    ...(shape.stow ? lanes.map((lane) => stow(lane)) : []),
  ]);
  running.catch(() => {});
  return {
    acknowledged,
    refused,
    async flows(most) {
      const ways = [...(shape.dimse ? ["dimse"] : []), ...(shape.stow ? ["stow"] : [])];
      const behind = () => ways.some((way) => acknowledged.filter(({ via }) => via === way).length < most);
      for (const until = performance.now() + PATIENCE_MS; behind(); await sleep(50))
        if (performance.now() > until)
          throw new Error(`${acknowledged.length} acknowledged in a minute; refused: ${JSON.stringify([...refused])}`);
    },
    async stop() {
      loading = false;
      for (const child of children) child.kill("SIGKILL");
      await running;
    },
  };
}

/** SOP Instance UIDs of the Referenced SOP Sequence. */
export function storedIn(answer: string): string[] {
  const json = JSON.parse(answer) as Record<string, { Value?: Record<string, { Value?: string[] }>[] }>;
  return (json["00081199"]?.Value ?? []).map((one) => one["00081155"]?.Value?.[0] ?? "");
}
