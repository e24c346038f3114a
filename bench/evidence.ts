// The engine of criteria against cql-execution on the same criteria of all packs, the same made-up patients, one process.
import cql from "cql-execution";
import type { FactValue } from "../src/core/index.ts";
import { definitionsOf, fieldsOf } from "../src/fhir/bundle.ts";
import { elmLibrary } from "../src/fhir/elm.ts";
import { compileCriterion } from "../src/knowledge/compile.ts";
import { evaluate, optionsFor } from "../src/knowledge/index.ts";
import { loadPacks } from "../src/server/packs.ts";
import { impactOf } from "./evidence-impact.ts";

const packs = loadPacks();
const patients = packs.flatMap((pack) => pack.vignettes.map(({ facts }) => facts));
const now = new Date().toISOString();

/** CPU of this process, microseconds a call; the first quarter warms up and does not count. */
async function cpu(calls: number, one: (k: number) => unknown): Promise<number> {
  for (let k = 0; k < calls / 4; k++) await one(k);
  const before = process.cpuUsage();
  for (let k = 0; k < calls; k++) {
    const answer = one(k);
    if (answer instanceof Promise) await answer;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}

const patient = (k: number) => patients[(k * 37) % patients.length]!;
const pairs = packs.flatMap((pack) => {
  const definitions = definitionsOf(pack);
  const library = new cql.Library(elmLibrary(pack.id, pack.version, definitions, fieldsOf(definitions)));
  return definitions.map(({ name, criterion }) => ({
    ours: compileCriterion(criterion),
    library,
    theirs: library.get(name),
  }));
});
const pair = (k: number) => pairs[k % pairs.length]!;

const ours = await cpu(400_000, (k) => pair(k).ours(patient(k)));
const theirs = await cpu(20_000, (k) => {
  const { library, theirs: expression } = pair(k);
  const facts = patient(k) as Record<string, FactValue>;
  return expression.execute(new cql.UnfilteredContext(library, {} as never, undefined, facts as never));
});
const whole = await cpu(2000, (k) => evaluate(packs, patient(k), now));
const kinds = [...new Set(packs.flatMap((pack) => pack.caseKinds))];
const options = await cpu(1000, (k) => optionsFor(packs, kinds[k % kinds.length]!, patient(k), now));

const doubted = {
  nihss: [
    { value: 5, source: "referrer" },
    { value: 12, source: "our ward" },
  ],
};
const doubts = { contested: doubted, aside: {} };
const inDoubt = await cpu(1000, (k) => {
  const { nihss: _, ...facts } = patient(k);
  return evaluate(packs, facts, now, { doubts });
});
const ROWS = Number(process.env.WILLIS_BENCH_CASES ?? 1_000_000);
const impact = await impactOf(ROWS, patients);

const rows = [
  { what: "one criterion, µs CPU", willis: ours, peer: theirs, limit: 20 },
  { what: "a case against all packs with traces, µs CPU", willis: whole, peer: null, limit: 2000 },
  { what: "the same with an NIHSS that is contested, µs CPU", willis: inDoubt, peer: null, limit: 2000 },
  { what: "options of a case, µs CPU", willis: options, peer: null, limit: 2000 },
  { what: `impact on ${impact.counted} stored cases, s of clock`, willis: impact.seconds, peer: null, limit: 300 },
];
if (process.argv.includes("--json")) console.log(JSON.stringify({ bench: "evidence", rows }));
else {
  console.log(
    `impact: ${impact.compared} changed recommendations, ${impact.otherwise} of ${impact.counted} cases judged otherwise`,
  );
  console.log(
    `${packs.length} packs, ${pairs.length} criteria, ${patients.length} made-up patients; peer: cql-execution on our ELM`,
  );
  for (const { what, willis, peer, limit } of rows) {
    const ratio = peer === null ? "" : `  cql-execution ${peer.toFixed(1)}  ratio ${(willis / peer).toFixed(4)}`;
    console.log(
      `${what.padEnd(46)} ${willis.toFixed(2).padStart(9)}  at most ${limit}  ${willis <= limit ? "ok" : "OVER"}${ratio}`,
    );
  }
}
if (rows.some(({ willis, limit }) => willis > limit)) process.exitCode = 1;
