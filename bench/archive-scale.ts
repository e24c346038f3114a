// Searching and storing with a million studies in the index, beside a server with an empty one: same machine, same run.
// Run: node bench/archive-scale.ts [--studies 1000000] [--requests 150] [--keep FOLDER] [--only PATTERN] [--json]
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import pg from "pg";
import { startEmbeddedPostgres } from "../src/server/db/embedded-postgres.ts";
import { fill } from "./archive-scale-rows.ts";
import { type Asked, searches } from "./archive-scale-searches.ts";
import { storing } from "./archive-scale-store.ts";
import { fits, heading, line, type Row, rowOf, type Times } from "./archive-scale-table.ts";
import { type Archive, cpuMs } from "./archive-server.ts";
import { startWillisServer } from "./archive-willis.ts";

const { values } = parseArgs({
  options: {
    studies: { type: "string", default: "1000000" },
    requests: { type: "string", default: "150" },
    keep: { type: "string" }, // the folder of data: made and left there, used again when it is there already
    only: { type: "string" },
    json: { type: "boolean" },
  },
});
const say = (text: string): void => {
  if (!values.json) console.log(text);
};
const requests = Number(values.requests);
const scratch = mkdtempSync(join(tmpdir(), "willis-scale-"));
const folder = values.keep ?? join(scratch, "full");
for (const one of [scratch, folder, join(scratch, "empty")]) {
  mkdirSync(one, { recursive: true });
  chmodSync(one, 0o755);
}
const full = await startWillisServer(folder);
const empty = await startWillisServer(join(scratch, "empty"));
const database = await startEmbeddedPostgres(join(folder, "willis", "postgres")); // the server's own, taken over
const sql = new pg.Client({ connectionString: database.connectionString });
const rows: Row[] = [];
try {
  await sql.connect();
  const count = async (table: string): Promise<number> =>
    Number((await sql.query(`select count(*) as n from ${table}`)).rows[0].n as string);
  const own = (await sql.query("select organisation_id from person where login = 'bench'")).rows[0].organisation_id;
  if ((await count("study")) < 1000) {
    say(`filling with ${values.studies} studies`);
    await fill(sql, own, { studies: Number(values.studies), seriesPerStudy: 10 }, say);
  }
  const sizes = { studies: await count("study"), series: await count("series"), keys: await count("study_key") };
  say(`${sizes.studies} studies, ${sizes.series} series, ${sizes.keys} keys; ${cpus().length} processors`);
  say(heading());
  for (const asked of (await searches(sql, own, full)).filter(wanted))
    tell(rowOf(asked, await timesOf(asked, full), null));
  const [intoFull, intoEmpty] = [
    await storing(full, join(scratch, "load"), requests),
    await storing(empty, join(scratch, "load"), requests),
  ];
  for (const [k, asked] of intoFull.entries()) {
    if (!wanted(asked)) continue;
    const [a, b] = await together([asked, full], [intoEmpty[k]!, empty]);
    tell(rowOf({ ...asked, what: `${asked.what}, empty index` }, b, null));
    tell(rowOf({ ...asked, what: `${asked.what}, full index` }, a, b));
  }
  if (values.json) console.log(JSON.stringify({ bench: "archive-scale", ...sizes, rows }));
  process.exitCode = rows.every(fits) ? 0 : 1;
} finally {
  await sql.end();
  await full.stop();
  await empty.stop();
  rmSync(scratch, { recursive: true, force: true });
}

function wanted({ what }: Asked): boolean {
  return new RegExp(values.only ?? "").test(what);
}

function tell(row: Row): void {
  rows.push(row);
  say(line(row));
}

async function timesOf(asked: Asked, archive: Archive): Promise<Times> {
  const count = asked.requests ?? requests;
  for (let k = 0; k < 5 && !asked.once; k++) await asked.run(count + k);
  const times = begin();
  for (let k = 0; k < count; k++) await timed(times, asked, archive, k);
  return times;
}

/** Two servers in turn, a request each: what else the machine does meets both. */
async function together(...pairs: readonly [Asked, Archive][]): Promise<Times[]> {
  const all = pairs.map(begin);
  for (let k = 0; k < 5; k++) for (const [asked] of pairs) await asked.run(requests + k);
  for (let k = 0; k < requests; k++)
    for (const [i, [asked, archive]] of pairs.entries()) await timed(all[i]!, asked, archive, k);
  return all;
}

function begin(): Times {
  return { ms: [], cpuMs: 0, failed: 0, nothing: 0, load: loadavg()[0]! };
}

async function timed(times: Times, asked: Asked, archive: Archive, k: number): Promise<void> {
  const cpu = cpuMs(archive);
  const started = performance.now();
  const answer = await asked.run(k);
  times.ms.push(performance.now() - started);
  times.cpuMs += cpuMs(archive) - cpu;
  if (answer === "failed") times.failed++;
  if (answer === "nothing") times.nothing++;
}
