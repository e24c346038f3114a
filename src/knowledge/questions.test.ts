import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { optionsFor } from "./options.ts";
import type { Pack } from "./pack.ts";

const NOW = "2026-11-24T20:00:00.000Z";
const ROOT = fileURLToPath(new URL("../../packs/", import.meta.url));

function packNamed(name: string): Pack {
  const part = (file: string) => JSON.parse(readFileSync(`${ROOT}${name}/${file}.json`, "utf8"));
  return {
    ...part("pack"),
    hash: "",
    recommendations: part("recommendations"),
    trials: part("trials"),
    scales: part("scales"),
    indications: part("indications"),
    metrics: part("metrics"),
    vignettes: part("vignettes"),
  };
}

const PACKS = readdirSync(ROOT, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => packNamed(entry.name));

const LATE_M1 = {
  diagnosis: "suspected_ais",
  suspected_lvo: true,
  age_years: 81,
  onset_known: false,
  wake_up: false,
  time_lkw_h: 6.8,
  nihss: 16,
  deficit_disabling: true,
  aspects: 8,
  occlusion_site: "M1",
  circulation: "anterior",
  lvo: true,
  sbp_mmHg: 164,
  dbp_mmHg: 88,
  mass_effect: false,
  ivt_contraindication: true,
  ivt_eligible: false,
  evt_accessible: true,
  admission: "drip-and-ship",
  perfusion_available_now: true,
  core_ml: 20,
  mismatch_ml: 79,
  mismatch_ratio: 5,
};

test("in the late window with an M1 occlusion the pre-stroke mRS is asked first: it decides thrombectomy", () => {
  const [first] = optionsFor(PACKS, "stroke", LATE_M1, NOW).questions;
  assert.equal(first?.field, "prestroke_mrs");
});

test("once the pre-stroke mRS is known it is asked no more", () => {
  const { questions } = optionsFor(PACKS, "stroke", { ...LATE_M1, prestroke_mrs: 1 }, NOW);
  assert.equal(
    questions.some(({ field }) => field === "prestroke_mrs"),
    false,
  );
});

test("eligibility follows from other facts and is asked after every primary one", () => {
  const early = { diagnosis: "suspected_ais", nihss: 9, time_lkw_h: 2.6, occlusion_site: "M1", ivt_eligible: true };
  const names = optionsFor(PACKS, "stroke", early, NOW).questions.map(({ field }) => field);
  const place = names.indexOf("evt_eligible");
  assert.notEqual(place, -1);
  assert.ok(["prestroke_mrs", "aspects", "age_years"].every((name) => names.indexOf(name) < place));
});

test("a haemorrhage that is stated is not questioned by another disease first", () => {
  const facts = { ich: true, ich_location: "deep", ich_volume_ml: 31, gcs: 12, nihss: 17, time_lkw_h: 2 };
  const names = optionsFor(PACKS, "haemorrhage", facts, NOW).questions.map(({ field }) => field);
  assert.ok(names.length > 2);
  assert.notEqual(names[0], "sah");
});
