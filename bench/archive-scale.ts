// Searching and storing with a million studies in the index, against an index that is empty: same machine, same run.
// Run: node bench/archive-scale.ts [--studies 1000000] [--requests 150] [--keep FOLDER] [--json]
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import pg from "pg";
import { startEmbeddedPostgres } from "../src/server/db/embedded-postgres.ts";
import { fill } from "./archive-scale-rows.ts";
import { type Asked, searches } from "./archive-scale-searches.ts";
import { storing } from "./archive-scale-store.ts";
import { cpuMs } from "./archive-server.ts";
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

interface Row {
  readonly what: string;
  readonly p50: number;
  readonly p95: number;
  readonly cpuMs: number;
  /** Highest p95 in ms, or highest ratio against the empty index; null: shown, not judged. */
  readonly most: number | null;
  readonly ratio: number | null;
  readonly failed: number;
  /** Share of answers that were empty. */
  readonly nothing: number;
  readonly load: number;
}

const blank = { p50: 0, p95: 0, cpuMs: 0, most: null, ratio: null, failed: 0, nothing: 0, load: 0 };
const folder = values.keep ?? mkdtempSync(join(tmpdir(), "willis-scale-"));
mkdirSync(folder, { recursive: true });
chmodSync(folder, 0o755);
const willis = await startWillisServer(folder);
const database = await startEmbeddedPostgres(join(folder, "willis", "postgres")); // the server's own, taken over
const sql = new pg.Client({ connectionString: database.connectionString });
const rows: Row[] = [];
try {
  await sql.connect();
  const count = async (): Promise<number> =>
    Number((await sql.query("select count(*) as n from study")).rows[0].n as string);
  const own = (await sql.query("select organisation_id from person where login = 'bench'")).rows[0].organisation_id;
  say(heading());
  const stores = await storing(willis, join(folder, "load"), Number(values.requests));
  const before = new Map<string, Row>();
  const filled = (await count()) > 1000;
  if (!filled) {
    for (const asked of stores.slice(0, 1)) await asked.run(0); // warm
    for (const asked of stores)
      before.set(asked.what, await measure({ ...asked, what: `${asked.what}, empty index` }, null));
    say(`filling with ${values.studies} studies`);
    await fill(sql, own, { studies: Number(values.studies), seriesPerStudy: 10 }, say);
  }
  say(`${await count()} studies`);
  for (const asked of await searches(sql, own, willis)) await measure(asked, null);
  for (const asked of stores)
    await measure({ ...asked, what: `${asked.what}, full index` }, before.get(asked.what) ?? null);
  if (values.json) console.log(JSON.stringify({ bench: "archive-scale", studies: await count(), rows }));
  process.exitCode = rows.every(fits) ? 0 : 1;
} finally {
  await sql.end();
  await willis.stop();
  if (values.keep === undefined) rmSync(folder, { recursive: true, force: true });
}

async function measure(asked: Asked, empty: Row | null): Promise<Row> {
  if (values.only && !asked.what.includes(values.only)) return { ...blank, what: asked.what };
  const times: number[] = [];
  let failed = 0;
  let nothing = 0;
  const requests = asked.requests ?? Number(values.requests);
  for (let k = 0; k < 5 && !asked.once; k++) await asked.run(requests + k);
  const cpu = cpuMs(willis);
  for (let k = 0; k < requests; k++) {
    const started = performance.now();
    const answer = await asked.run(k);
    if (answer === "failed") failed++;
    if (answer === "nothing") nothing++;
    times.push(performance.now() - started);
  }
  const used = (cpuMs(willis) - cpu) / requests;
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))]!;
  const ratio = empty && at(0.95) / empty.p95;
  const most = empty ? 1.5 : asked.most;
  const row = {
    what: asked.what,
    p50: at(0.5),
    p95: at(0.95),
    cpuMs: used,
    most,
    ratio,
    failed,
    nothing: nothing / requests,
    load: loadavg()[0]!,
  };
  rows.push(row);
  say(line(row));
  return row;
}

function fits({ most, ratio, p95, failed }: Row): boolean {
  return failed === 0 && (most === null || (ratio ?? p95) < most);
}

function heading(): string {
  return `${"".padEnd(52)} ${"p50 ms".padStart(8)} ${"p95 ms".padStart(8)} ${"asked".padStart(7)} ${"CPU ms".padStart(7)} ${"load".padStart(5)}`;
}

function line(row: Row): string {
  const asked = row.most === null ? "" : row.ratio === null ? `< ${row.most}` : `< ${row.most}x`;
  const said = [
    ...(row.ratio === null ? [] : [`${row.ratio.toFixed(2)}x`]),
    ...(row.failed > 0 ? [`${row.failed} failed`] : []),
    ...(row.nothing > 0 ? [`${(100 * row.nothing).toFixed(0)} % found nothing`] : []),
    ...(fits(row) ? [] : ["ABOVE"]),
  ].join(", ");
  return `${row.what.padEnd(52)} ${row.p50.toFixed(1).padStart(8)} ${row.p95.toFixed(1).padStart(8)} ${asked.padStart(7)} ${row.cpuMs.toFixed(1).padStart(7)} ${row.load.toFixed(0).padStart(5)}  ${said}`.trimEnd();
}
