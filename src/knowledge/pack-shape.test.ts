import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { uniform } from "../core/index.ts";
import type { Pack } from "./pack.ts";
import { packProblems } from "./pack-problems.ts";
import { shapeProblems } from "./pack-shape.ts";

const FILES = ["recommendations", "trials", "scales", "indications", "metrics", "vignettes"];

function packNamed(id: string): Pack {
  const part = (file: string) =>
    JSON.parse(readFileSync(new URL(`../../packs/${id}/${file}.json`, import.meta.url), "utf8"));
  return { ...part("pack"), hash: "", ...Object.fromEntries(FILES.map((file) => [file, part(file)])) };
}

test("a misshapen pack is refused with the place and what was there", () => {
  const pack = packNamed("eans-avm-2017");
  const [first, ...others] = pack.recommendations;
  const wrong = (given: object) => shapeProblems({ ...pack, ...given } as Pack).join();
  assert.equal(wrong({}), "");
  assert.match(wrong({ trials: null }), /^trials must be a list, not null/);
  assert.match(
    wrong({ indications: [{}] }),
    /indications\[0\]\.verified must be one of source-seen, from-memory, not missing/,
  );
  assert.match(
    wrong({ recommendations: [{ ...first, year: "2017" }, ...others] }),
    /recommendations\[0\]\.year must be a number, not "2017"/,
  );
  assert.match(wrong({ windows: [3] }), /windows\[0\] must be an object, not 3/);
  assert.match(
    wrong({ recommendations: [{ ...first, criteria: { all: [{ any: 3 }] } }] }),
    /criteria: a group must hold a list/,
  );
});

test("a criterion of a million levels or a million nodes is refused, not followed", () => {
  const pack = packNamed("eans-avm-2017");
  let deep: object = { field: "avm_status", op: "eq", value: "unruptured" };
  for (let i = 0; i < 1_000_000; i++) deep = { not: deep };
  const wide = { all: Array.from({ length: 1_000_000 }, () => ({ any: [] })) };
  const problems = (criteria: object) =>
    packProblems({ ...pack, recommendations: [{ ...pack.recommendations[0]!, criteria }] } as Pack).join();
  assert.match(problems(deep), /more than 24 levels deep/);
  assert.match(problems(wide), /more than 500 nodes/);
});

test("whatever is put in the place of any value of a pack, the answer is a problem or none, never an exception", () => {
  const random = uniform(11);
  const JUNK: readonly unknown[] = [null, 0, -1, "", "x", true, [], {}, [null], { all: null }, Number.MAX_VALUE];
  for (const id of ["aha-ais-2026", "willis-stroke-2026", "willis-quality-2026", "eso-thrombectomy-2019"]) {
    const whole = packNamed(id);
    for (let i = 0; i < 300; i++) {
      const pack = structuredClone(whole);
      let at: unknown = pack;
      const path: string[] = [];
      for (;;) {
        const keys = Object.keys(at as object);
        const key = keys[Math.floor(random() * keys.length)];
        if (key === undefined) break;
        path.push(key);
        const next = (at as Record<string, unknown>)[key];
        if (typeof next !== "object" || next === null || Object.keys(next).length === 0 || random() < 0.15) {
          (at as Record<string, unknown>)[key] = JUNK[Math.floor(random() * JUNK.length)];
          break;
        }
        at = next;
      }
      assert.doesNotThrow(() => packProblems(pack), `${id} ${path.join(".")}`);
    }
  }
});
