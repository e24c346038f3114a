// What a row of the archive bench is, and the load client that runs it.
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { Load } from "./archive-load.ts";
import { type Archive, cpuMs, endedChildrenMs } from "./archive-server.ts";

/** What a client saw: operations done in so many seconds, bytes of content, operations that failed. */
export interface Measured {
  readonly ops: number;
  readonly seconds: number;
  readonly bytes: number;
  readonly failed: number;
}

/** One row of the table. `run` is called `turns` times for each archive, with turn 0, 1, ...; the median counts. */
export interface Step {
  readonly what: string;
  /** Operations a second, milliseconds an operation, or megabytes a second. */
  readonly unit: "per s" | "ms" | "MB/s";
  /** Willis must be at least so many times as fast as the peer; null: shown, not judged. */
  readonly atLeast: number | null;
  readonly turns?: number;
  run(archive: Archive, load: Load, turn: number): Promise<Measured>;
}

/** `get`: `count` requests over `paths` in turn. `stow`: the files, so many in one request. `base` is Archive.web. */
export type ClientJob = {
  readonly base: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: number;
} & (
  | { readonly kind: "get"; readonly paths: readonly string[]; readonly count: number }
  | { readonly kind: "stow"; readonly files: readonly string[]; readonly perRequest: number }
);

/** Runs a job in a process of its own. */
export async function client(job: ClientJob): Promise<Measured> {
  const child = spawn(process.execPath, [fileURLToPath(new URL("./archive-client.ts", import.meta.url))], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(JSON.stringify(job));
  return JSON.parse(await text(child.stdout)) as Measured;
}

/** `count` GETs of these paths (below Archive.web) over so many connections. */
export function gets(
  archive: Archive,
  paths: readonly string[],
  accept: string,
  connections: number,
  count: number,
): Promise<Measured> {
  const headers = { ...archive.headers, accept };
  return client({ kind: "get", base: archive.web, headers, connections, paths, count });
}

/** One archive's figures of one row. */
export interface Figures {
  /** In the unit of the step. */
  readonly value: number;
  readonly cpuMsPerOp: number;
  /** What the load client used itself, on the same cores. */
  readonly clientMsPerOp: number;
  readonly failed: number;
}

/** One turn of a step on one archive, with the CPU time that the server spent on it. */
export async function turnOf(step: Step, archive: Archive, load: Load, turn: number): Promise<Figures> {
  const before = cpuMs(archive);
  const clientBefore = endedChildrenMs();
  const { ops, seconds, bytes, failed } = await step.run(archive, load, turn);
  const cpu = cpuMs(archive) - before;
  const value =
    step.unit === "per s" ? ops / seconds : step.unit === "ms" ? (1000 * seconds) / ops : bytes / 1e6 / seconds;
  return { value, cpuMsPerOp: cpu / ops, clientMsPerOp: (endedChildrenMs() - clientBefore) / ops, failed };
}

/** The turn whose value is in the middle, with all failures. */
export function median(turns: readonly Figures[]): Figures {
  const sorted = [...turns].sort((a, b) => a.value - b.value);
  const middle = sorted[sorted.length >> 1]!;
  return { ...middle, failed: turns.reduce((sum, one) => sum + one.failed, 0) };
}
