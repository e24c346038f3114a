// The archive against Orthanc on the same seeded load, on this machine, in the same run: storing, searching, reading.
// Run: node bench/archive.ts [--json] [--full] [--only WORDS] [--turns N] [--no-peer]
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { CT_STUDIES, ingestSteps, storeRest, warmUp } from "./archive-ingest.ts";
import { makeLoad } from "./archive-load.ts";
import { orthancMissing, startOrthanc } from "./archive-orthanc.ts";
import { readSteps } from "./archive-read.ts";
import { type Archive, peakMemory } from "./archive-server.ts";
import { median, type Step, turnOf } from "./archive-step.ts";
import { fits, heading, line, type Row, ratio } from "./archive-table.ts";
import { startWillisServer } from "./archive-willis.ts";

const MOST_MEMORY_MB = 400;
const { values } = parseArgs({
  options: {
    json: { type: "boolean" },
    full: { type: "boolean" }, // the whole load of the reference: 2,000 CT and 5 XA runs
    only: { type: "string" }, // rows whose name holds these words
    turns: { type: "string" },
    "no-peer": { type: "boolean" },
  },
});
const say = (text: string): void => {
  if (!values.json) console.log(text);
};
const wanted = <T extends Step>(steps: readonly T[]): T[] =>
  steps.filter((step) => step.what.toLowerCase().includes((values.only ?? "").toLowerCase()));
const turnsOf = (step: Step): number => Math.min(step.turns ?? 3, Number(values.turns ?? 99));
const folder = mkdtempSync(join(tmpdir(), "willis-bench-"));
const archives: Archive[] = [];
const rows: Row[] = [];
try {
  const size = values.full
    ? { studies: 2 * CT_STUDIES, perStudy: 100, runs: 5 }
    : { studies: CT_STUDIES, perStudy: 100, runs: 3 };
  const load = makeLoad(join(folder, "load"), size);
  say(`${size.studies * size.perStudy} CT in ${size.studies} studies and ${size.runs} XA runs, made for this run`);
  const noPeer = values["no-peer"] ? "The peer was left out." : orthancMissing();
  if (noPeer) say(`${noPeer}, so there is nothing to compare with.`);
  else archives.push(await startOrthanc(folder));
  const storescu = spawnSync("storescu", ["--version"]).status === 0;
  if (!storescu) say("storescu is absent (apt install dcmtk): no C-STORE rows.");
  const willis = await startWillisServer(folder);
  archives.push(willis);
  const peer = noPeer ? null : archives[0]!;
  say(heading(peer?.name ?? null));

  const ingest = wanted(ingestSteps).filter((step) => storescu || !step.what.startsWith("C-STORE"));
  for (const archive of archives) await warmUp(archive, load, storescu);
  for (const step of ingest) await measure(step);
  const reading = wanted(readSteps);
  if (reading.length > 0) {
    for (const archive of archives) await storeRest(archive, load, ingest, turnsOf);
    await sleep(1500); // what an archive prepares once objects stop coming
    for (const step of reading) await measure(step);
  }

  async function measure(step: Step): Promise<void> {
    const turns = turnsOf(step);
    const measured = new Map(archives.map((archive) => [archive, [] as Awaited<ReturnType<typeof turnOf>>[]]));
    for (let turn = 0; turn < turns; turn++) {
      const order = turn % 2 === 0 ? archives : archives.toReversed(); // so that nobody has the quiet moments
      for (const archive of order) measured.get(archive)!.push(await turnOf(step, archive, load, turn));
    }
    const row = { step, willis: median(measured.get(willis)!), peer: peer && median(measured.get(peer)!) };
    rows.push(row);
    say(line(row));
  }

  const memory = { willis: peakMemory(willis), peer: peer && peakMemory(peer) };
  const small = memory.willis.server < MOST_MEMORY_MB;
  say(
    `memory peak: ${peer ? `${peer.name} ${memory.peer!.server.toFixed(0)} MB, ` : ""}Willis ${memory.willis.server.toFixed(0)} MB` +
      ` (asked: below ${MOST_MEMORY_MB}${small ? "" : ", ABOVE"}), its PostgreSQL ${memory.willis.database.toFixed(0)} MB`,
  );
  if (values.json) {
    const told = rows.map((row) => ({ ...row, ratio: ratio(row), fits: fits(row) }));
    console.log(JSON.stringify({ bench: "archive", size, peer: peer?.name ?? null, rows: told, memory }));
  }
  process.exitCode = rows.every(fits) && small ? 0 : 1;
} finally {
  for (const archive of archives.toReversed()) await archive.stop();
  rmSync(folder, { recursive: true, force: true });
}
