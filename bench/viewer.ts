// The viewer against unmodified OHIF: the same studies of the same demo case on the same server, in turns, each in a browser
// with an empty profile. Headless Chromium without a graphics card (SwiftShader).
// Run: node bench/viewer.ts [--json]
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { findCase } from "../src/phantom/index.ts";
import { createApiToken } from "../src/server/auth/api-tokens.ts";
import { createSignInLink } from "../src/server/auth/sign-in-links.ts";
import { loadDemo } from "../src/server/demo/load.ts";
import { demoPeople } from "../src/server/demo/people.ts";
import { serve } from "../src/server/serve.ts";
import { openServices } from "../src/server/services.ts";
import { buildWeb } from "../src/server/web-build.ts";
import { ohifDist, serveOhif } from "../test/conformance/ohif-app.ts";
import {
  median,
  type OpenedStudy,
  ohifViewer,
  openStudy,
  type TimedViewer,
  untilImage,
  watchAgain,
  willisViewer,
} from "../test/timed-viewer.ts";
import { cineRate, scrollRate, untilQuiet } from "./viewer-scroll.ts";

const { values } = parseArgs({ options: { json: { type: "boolean" }, turns: { type: "string" } } });
const TURNS = Math.max(1, Number(values.turns ?? 3));
const LIMIT = { first: 0.5, switchMs: 2000, cine: 0.98 };
const FRAME_S = 0.42; // the runs of the demo case
const [ONE, OTHER] = ["late-window-m1", "ruptured-aneurysm"];
const say = (text: string) => process.stderr.write(`${text}\n`);

interface Figures {
  readonly first: number[];
  readonly cpu: number[];
  readonly heap: number[];
  readonly scroll: number[];
}
const figures = (): Figures => ({ first: [], cpu: [], heap: [], scroll: [] });
type What = "CT" | "XA";
const taken: Record<string, Record<What, Figures>> = {};
const cine: number[] = [];
const switches: number[] = [];
const faults = new Set<string>();

const home = await mkdtemp(join(tmpdir(), "willis-bench-"));
const { services, close } = await openServices({ home, jobs: false });
let stop = async () => {};
try {
  await buildWeb(say);
  let words = "";
  await loadDemo(
    services,
    (step) => {
      if (step !== words) say(step);
      words = step;
    },
    [findCase(ONE), findCase(OTHER)],
  );
  const server = await serve(services, { host: "127.0.0.1", port: 0, dimsePort: 0, aeTitle: "WILLIS" });
  const hub = (await demoPeople(services.pool)).find(({ login }) => login === "brunner")!;
  const { token } = await createSignInLink(services.pool, hub.id, { usesLeft: null, hours: 2 });
  const dist = await ohifDist();
  const bearer = await createApiToken(services.pool, hub.id, { label: "bench", expiresAt: null });
  const ohif = dist ? await serveOhif(dist, server.url, bearer.token) : null;
  stop = async () => {
    ohif?.stop();
    await server.stop();
  };
  const willis = willisViewer(server.url, `${server.url}/sign-in/${token}`);
  const viewers = ohif ? [willis, ohifViewer(ohif.url)] : [willis];
  for (let turn = 0; turn < TURNS; turn++) {
    for (const what of ["CT", "XA"] as const) {
      const study = await studyOf(what);
      for (const viewer of turn % 2 === 0 ? viewers : viewers.toReversed()) await measure(viewer, what, study);
    }
    switches.push(await switched(willis, server.url));
    say(`turn ${turn + 1} of ${TURNS}`);
  }
} finally {
  await stop();
  await close();
  await rm(home, { recursive: true, force: true });
}
report();

async function studyOf(what: What): Promise<string> {
  const { rows } = await services.pool.query(
    `select distinct st.study_uid from demo_case d join case_study cs on cs.case_id = d.case_id
       join study st on st.id = cs.study_id join series s on s.study_id = st.id
     where d.name = $1 and s.modality = $2`,
    [ONE, what],
  );
  return rows[0].study_uid;
}

async function measure(viewer: TimedViewer, what: What, study: string): Promise<void> {
  taken[viewer.name] ??= { CT: figures(), XA: figures() };
  const into = taken[viewer.name]![what];
  const opened = await openStudy(viewer, study, { patienceMs: 90_000 });
  try {
    into.first.push(opened.firstMs);
    into.cpu.push(opened.cpuMs);
    into.heap.push(opened.heapBytes);
    await untilQuiet(opened.page);
    await scrollRate(opened.page, 20); // so that each picture was drawn once
    into.scroll.push(await scrollRate(opened.page, 60));
    if (viewer.name === "Willis") {
      if (what === "XA") cine.push(await played(opened));
      for (const fault of opened.faults) faults.add(fault);
    }
  } finally {
    await opened.close();
  }
}

/** The subtracted run plays by its clock: frames a second over those that were acquired. */
async function played({ page }: OpenedStudy): Promise<number> {
  await page.keyboard.press("c");
  const rate = await cineRate(page, 8);
  await page.keyboard.press("c");
  return rate * FRAME_S;
}

/** A case is open and drawn; from the click on another one in the list until its first image, ms. */
async function switched(viewer: TimedViewer, url: string): Promise<number> {
  const { rows } = await services.pool.query("select name, case_id from demo_case");
  const idOf = (name: string): string => rows.find((row) => row.name === name).case_id;
  const inCase = { ...viewer, studyAt: () => `${url}/cases/${idOf(ONE)}` };
  const { page, faults: seen, close } = await openStudy(inCase, "", { patienceMs: 90_000 });
  try {
    await untilQuiet(page, 1500);
    await page.keyboard.press("Escape");
    const row = page.locator(`a[href="/cases/${idOf(OTHER)}"]`).first();
    await row.waitFor({ timeout: 20_000 });
    await page.locator("canvas.cornerstone-canvas").first().waitFor({ state: "detached", timeout: 20_000 });
    const from = await watchAgain(page);
    await row.evaluate((link) => (link as HTMLElement).click());
    const at = await untilImage(page, 60_000);
    for (const fault of seen) faults.add(fault);
    return at - from;
  } finally {
    await close();
  }
}

function report(): void {
  const rows: {
    what: string;
    ours: number;
    theirs: number | null;
    unit: string;
    ratio: number | null;
    wants: string;
  }[] = [];
  const of = (name: string, what: What, figure: keyof Figures) => {
    const all = taken[name]?.[what][figure];
    return all ? median(all) : null;
  };
  const row = (label: string, what: What, figure: keyof Figures, unit: string, scale: number, wants: string) => {
    const [ours, theirs] = [of("Willis", what, figure)! / scale, of("OHIF", what, figure)];
    const other = theirs === null ? null : theirs / scale;
    rows.push({ what: label, ours, theirs: other, unit, ratio: other === null ? null : ours / other, wants });
  };
  for (const what of ["CT", "XA"] as const) {
    row(`${what}: first image`, what, "first", "ms", 1, `at most ${LIMIT.first}`);
    row(`${what}: CPU until then`, what, "cpu", "ms", 1, "");
    row(`${what}: JavaScript heap then`, what, "heap", "MB", 1e6, "");
    const label = what === "CT" ? "CT: cached scroll" : "XA 1024 x 1024: frames from memory (ours subtracted)";
    row(label, what, "scroll", "/s", 1, what === "CT" ? "" : `at least ${(1 / FRAME_S).toFixed(1)}/s`);
  }
  rows.push({
    ...{ what: "DSA cine: shown of those acquired", ours: median(cine), theirs: null, unit: "", ratio: null },
    wants: `at least ${LIMIT.cine}`,
  });
  rows.push({
    ...{ what: "case switch", ours: median(switches), theirs: null, unit: "ms", ratio: null },
    wants: `under ${LIMIT.switchMs} ms`,
  });
  const ratio = (what: What) => rows.find((one) => one.what === `${what}: first image`)?.ratio ?? 0;
  const short = [
    ...(["CT", "XA"] as const).filter((what) => ratio(what) > LIMIT.first).map((what) => `first image of ${what}`),
    ...(of("Willis", "XA", "scroll")! < 1 / FRAME_S ? ["frames of a run from memory"] : []),
    ...(median(cine) < LIMIT.cine ? ["cine"] : []),
    ...(median(switches) >= LIMIT.switchMs ? ["case switch"] : []),
    ...(faults.size > 0 ? ["faults on the page"] : []),
  ];
  if (values.json) {
    console.log(
      JSON.stringify({ bench: "viewer", turns: TURNS, rows, taken, cine, switches, faults: [...faults], short }),
    );
  } else {
    const n = (value: number | null) => (value === null ? "" : value >= 100 ? value.toFixed(0) : value.toFixed(2));
    console.log(`median of ${TURNS} turns, each in a browser with an empty profile, 1440 x 900, SwiftShader`);
    console.log(`${"what".padEnd(54)} ${"Willis".padStart(9)} ${"OHIF".padStart(9)}  ours / theirs   wanted`);
    for (const { what, ours, theirs, unit, ratio: share, wants } of rows)
      console.log(
        `${what.padEnd(54)} ${n(ours).padStart(9)} ${n(theirs).padStart(9)} ${unit.padEnd(3)} ${n(share).padStart(8)}   ${wants}`,
      );
    if (!taken.OHIF) console.log("OHIF cannot be had from npm here, so there is no peer to compare with.");
    for (const fault of faults) console.log(`fault: ${fault}`);
    console.log(short.length === 0 ? "within the budget" : `not within the budget: ${short.join(", ")}`);
  }
  process.exitCode = short.length === 0 ? 0 : 1;
}
