// A server under test as a process tree: its CPU time and its memory, read from /proc.
import { readdirSync, readFileSync } from "node:fs";

/** A running archive that the steps are measured on. */
export interface Archive {
  readonly name: string;
  /** Base URL of its DICOMweb services, no slash at the end. */
  readonly web: string;
  /** Sent with each request (authorisation). */
  readonly headers: Readonly<Record<string, string>>;
  readonly dimse: { readonly host: string; readonly port: number; readonly aeTitle: string };
  /** The process that was started; its descendants (PostgreSQL too) count with it. */
  readonly pid: number;
  /** Process ids of a database that was not started by it. */
  readonly others?: () => readonly number[];
  stop(): Promise<void>;
}

const TICK_MS = 10; // USER_HZ is 100 on every Linux that Node runs on

interface Row {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  readonly cpuMs: number;
}

function processes(): Row[] {
  return readdirSync("/proc").flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
      const end = stat.lastIndexOf(")");
      const field = stat.slice(end + 2).split(" ");
      // own time and that of children that have ended: so nothing is lost when a database session ends
      const ticks = [11, 12, 13, 14].reduce((sum, k) => sum + Number(field[k]), 0);
      const name = stat.slice(stat.indexOf("(") + 1, end);
      return [{ pid: Number(entry), parent: Number(field[1]), name, cpuMs: ticks * TICK_MS }];
    } catch {
      return []; // ended meanwhile
    }
  });
}

function tree(archive: Pick<Archive, "pid" | "others">): Row[] {
  const all = processes();
  const found = new Set([archive.pid, ...(archive.others?.() ?? [])]);
  for (let before = 0; before !== found.size; ) {
    before = found.size;
    for (const { pid, parent } of all) if (found.has(parent)) found.add(pid);
  }
  return all.filter((row) => found.has(row.pid));
}

/** CPU milliseconds that the server and all that belongs to it have used so far. */
export function cpuMs(archive: Archive): number {
  return tree(archive).reduce((sum, row) => sum + row.cpuMs, 0);
}

/** CPU milliseconds of processes that this one has started and that have ended: what the load clients have used so far. */
export function endedChildrenMs(): number {
  const stat = readFileSync("/proc/self/stat", "utf8");
  const field = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(field[13]) + Number(field[14])) * TICK_MS;
}

/** Peak resident memory in MB: of the server's biggest process, and of all its database processes together. */
export function peakMemory(archive: Archive): { readonly server: number; readonly database: number } {
  let server = 0;
  let database = 0;
  for (const { pid, name } of tree(archive)) {
    if (name.startsWith("postgres")) database += proportional(pid);
    else server = Math.max(server, highWater(pid));
  }
  return { server, database };
}

/** Share of memory, MB: shared buffers count once over all that share them. */
function proportional(pid: number): number {
  return kilobytes(`/proc/${pid}/smaps_rollup`, "Pss") / 1024;
}

function highWater(pid: number): number {
  return kilobytes(`/proc/${pid}/status`, "VmHWM") / 1024;
}

function kilobytes(file: string, key: string): number {
  try {
    return Number(new RegExp(`^${key}:\\s+(\\d+) kB`, "m").exec(readFileSync(file, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
