import type { Pack, Trial } from "../src/knowledge/index.ts";
import type { Services } from "../src/server/http/services.ts";

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

/** Puts a local pack with that trial beside the packs of a running Willis. */
export function withOpenTrial(services: Services): void {
  const like = services.packs.find((pack) => pack.id === "willis-stroke-2026")!;
  const pack: Pack = {
    ...like,
    ...{ id: "local-trials", title: "Local trials", version: "1.0.0", hash: `sha256:${"1".repeat(64)}` },
    ...{ recommendations: [], trials: [TRIAL], scales: [], indications: [], metrics: [], vignettes: [] },
    ...{ windows: [], disagreements: [], newerEvidence: [], changes: [], supersedes: [], corrections: [] },
  };
  const packs = [...services.packs, pack];
  Object.defineProperty(services, "packs", { configurable: true, value: packs });
}
