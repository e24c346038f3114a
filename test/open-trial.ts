import type { Trial } from "../src/knowledge/index.ts";
import type { Services } from "../src/server/http/services.ts";
import { installPack } from "../src/server/knowledge/install-pack.ts";

/** A trial that is still open, made up for tests: adults with NIHSS 6 or more, up to 6 h, pre-stroke mRS 0 or 1. */
const TRIAL: Trial = {
  id: "made-up-open",
  acronym: "MADE-UP",
  type: "randomised",
  year: 2026,
  enrolment: "open",
  journal: "",
  doi: null,
  registration: null,
  citationNote: "made up for a test",
  n: null,
  entry: {
    all: [
      { field: "age_years", op: "gte", value: 18 },
      { field: "nihss", op: "gte", value: 6 },
      { field: "time_lkw_h", op: "lte", value: 6 },
      { field: "prestroke_mrs", op: "lte", value: 1 },
    ],
  },
  arms: ["one", "other"],
  primaryOutcome: "mRS at 90 days",
  effect: { measure: "", value: null, ci95: null, experimental: "", control: "" },
  rates: [],
  safety: "",
  conclusion: "Made up; not finished.",
  topics: ["evt"],
  verified: "source-seen",
  verifiedScope: "main-facts",
  confidence: "high",
  verifiedVia: [],
  note: null,
};

const HEADER = {
  ...{ id: "local-trials", title: "Trials of a hospital", body: "A hospital", version: "1.0.0" },
  ...{ released: "2026-11-01", expires: "2099-12-31", expiryRule: "made up for a test", supersededBy: null },
  ...{ jurisdiction: "none", language: "en", licence: "Apache-2.0", entitlement: "open", authors: ["a test"] },
  ...{ disclosures: "none", lastReviewed: null, nextReview: null, supersedes: [], corrections: [], registry: [] },
  ...{ caseKinds: ["stroke"], about: null, windows: [], disagreements: [], newerEvidence: [], changes: [] },
  verification: { sourceSeen: 1, fromMemory: 0, words: "Made up." },
};

/** Installs a local pack with that trial in a running Willis. */
export async function installOpenTrial(services: Services): Promise<void> {
  const texts = {
    "pack.json": JSON.stringify(HEADER),
    "trials.json": JSON.stringify([TRIAL]),
    ...Object.fromEntries(
      ["recommendations", "scales", "indications", "metrics", "vignettes"].map((name) => [`${name}.json`, "[]"]),
    ),
  };
  const why = "made up for a test";
  await installPack(services, { texts, signature: null, unsignedBecause: why, why, person: null });
}
