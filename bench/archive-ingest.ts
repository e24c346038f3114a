// The rows about storing. Each turn brings objects that the archive has not seen; what no row brought is brought after.
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Load, LoadFile } from "./archive-load.ts";
import type { Archive } from "./archive-server.ts";
import { client, type Measured, type Step } from "./archive-step.ts";

const TURNS = 3;

export interface IngestStep extends Step {
  files(load: Load, turn: number): readonly LoadFile[];
}

/** Studies of CT that one turn brings; the load must have `CT_STUDIES` times as many. */
const share = (load: Load): number => Math.floor(load.ct.length / CT_STUDIES);
export const CT_STUDIES = 3 * TURNS + 1;

const nth = (place: number) => (load: Load, turn: number) => {
  const n = share(load);
  return load.ct.slice((place * TURNS + turn) * n, (place * TURNS + turn + 1) * n).flat();
};

/** dcmtk's storescu, one process an association, each with its part of the files. */
async function storescu(
  archive: Archive,
  files: readonly LoadFile[],
  associations: number,
  noDelay: boolean,
): Promise<Measured> {
  const { host, port, aeTitle } = archive.dimse;
  const { TCP_NODELAY: _ours, ...env } = process.env;
  const started = performance.now();
  const codes = await Promise.all(
    Array.from({ length: associations }, async (_, k) => {
      const paths = files.filter((_file, at) => at % associations === k).map((file) => file.path);
      const child = spawn("storescu", ["-aec", aeTitle, host, `${port}`, ...paths], {
        stdio: "ignore",
        env: noDelay ? { ...env, TCP_NODELAY: "1" } : env,
      });
      const [code] = await once(child, "exit");
      return code === 0 ? 0 : paths.length; // it stops at the first object that is refused
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { ops: files.length, seconds, bytes, failed: codes.reduce((sum, one) => sum + one, 0) };
}

function stow(archive: Archive, files: readonly LoadFile[], connections: number, perRequest: number) {
  const { web, headers } = archive;
  const paths = files.map((file) => file.path);
  return client({ kind: "stow", base: web, headers, connections, files: paths, perRequest });
}

function storeStep(
  what: string,
  atLeast: number | null,
  files: IngestStep["files"],
  store: (archive: Archive, files: readonly LoadFile[]) => Promise<Measured>,
  turns = TURNS,
): IngestStep {
  return {
    ...{ what, atLeast, unit: "per s", files, turns },
    run: (archive, load, turn) => store(archive, files(load, turn)),
  };
}

export const ingestSteps: readonly IngestStep[] = [
  storeStep("C-STORE CT 0.53 MB, 1 association", 1.5, nth(0), (a, f) => storescu(a, f, 1, true)),
  storeStep("C-STORE CT 0.53 MB, 4 associations", 2.5, nth(1), (a, f) => storescu(a, f, 4, true)),
  storeStep("STOW CT, 4 connections, 10 a request", 2, nth(2), (a, f) => stow(a, f, 4, 10)),
  storeStep("C-STORE CT, 1 association, Nagle on", null, nth(3), (a, f) => storescu(a, f, 1, false), 1),
  storeStep(
    "C-STORE XA 31.5 MB, 1 association",
    null,
    (load, turn) => load.xa.filter((_, k) => k % TURNS === turn),
    (a, f) => storescu(a, f, 1, true),
  ),
];

/** A server that runs for weeks is measured, not one that has just started: both ways in are used first. */
export async function warmUp(archive: Archive, load: Load, dimse: boolean): Promise<void> {
  const half = load.warm.length >> 1;
  await stow(archive, load.warm.slice(0, half).flat(), 4, 10);
  if (dimse) await storescu(archive, load.warm.slice(half).flat(), 4, true);
}

/** Brings all that the rows which ran have not brought. Throws when the archive did not take it. */
export async function storeRest(
  archive: Archive,
  load: Load,
  ran: readonly IngestStep[],
  turnsOf: (step: Step) => number,
): Promise<void> {
  const brought = new Set(
    ran.flatMap((step) => Array.from({ length: turnsOf(step) }, (_, turn) => step.files(load, turn)).flat()),
  );
  const rest = [...load.ct.flat(), ...load.xa].filter((file) => !brought.has(file));
  const small = rest.filter((file) => file.frames === 1);
  const big = rest.filter((file) => file.frames > 1);
  for (const [files, perRequest] of [
    [small, 10],
    [big, 1],
  ] as const) {
    if (files.length === 0) continue;
    const { failed } = await stow(archive, files, 2, perRequest);
    if (failed > 0) throw new Error(`${archive.name} did not store ${failed} of ${files.length} objects`);
  }
}
