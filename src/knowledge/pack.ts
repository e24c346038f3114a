import { WillisError } from "../core/index.ts";
import type { Criterion } from "./criteria.ts";
import type { Indication } from "./indication.ts";
import type { Metric, RegistryField } from "./metric.ts";
import type { Recommendation } from "./recommendation.ts";
import type { Scale } from "./scales.ts";
import type { Trial } from "./trial.ts";
import type { Vignette } from "./vignettes.ts";

/** Two rules of one pack that both hold at a shared edge of their windows; the pack says which is shown first. */
export interface WindowEdge {
  readonly field: string;
  readonly at: number;
  readonly early: readonly string[];
  readonly late: readonly string[];
  readonly rule: string;
}

/** A disagreement found by reading: it stands when all of `applies` apply and one of `doesNotApply` does not. */
export interface Disagreement {
  readonly topic: string;
  readonly applies: readonly string[];
  readonly doesNotApply: readonly string[];
  readonly trials: readonly string[];
  readonly why: string;
}

/** Evidence published after a guideline was closed, or where no guideline speaks. */
export interface NewerEvidence {
  readonly id: string;
  readonly topic: string;
  /** Recommendations the evidence bears on; empty when no body has spoken. */
  readonly current: readonly string[];
  /** Trial ids. */
  readonly newerEvidence: readonly string[];
  readonly direction: string;
}

/** What changed between two versions of a body's guidance. */
export interface VersionChange {
  readonly id: string;
  readonly topic: string;
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly summary: string;
  readonly drivers: string;
}

/** What was wrong with an item as it was first written down, and what it is now; shown beside the item. */
export interface Correction {
  readonly item: string;
  readonly field: string;
  readonly was: string;
  readonly now: string;
  readonly why: string;
}

/** Contents of `pack.json`. Dates are ISO days, UTC. */
export interface PackHeader {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  readonly version: string;
  readonly released: string;
  /** Last day on which the pack may drive anything; `expiryRule` says how the day was chosen. */
  readonly expires: string;
  readonly expiryRule: string;
  readonly supersededBy: string | null;
  readonly jurisdiction: string;
  /** BCP 47 language of the words, e.g. "en". */
  readonly language: string;
  readonly licence: string;
  /** Who may use the pack: "open", or the name of what must be held. */
  readonly entitlement: string;
  /** Who wrote the pack down; not the authors of the guidance, who are cited by each item. */
  readonly authors: readonly string[];
  readonly disclosures: string;
  /** Day on which the content was last compared with what the bodies publish; null when it never was. */
  readonly lastReviewed: string | null;
  /** Day on which the body says it will review its guidance; null when it publishes none. */
  readonly nextReview: string | null;
  /** Ids of packs that this one replaces. */
  readonly supersedes: readonly string[];
  readonly corrections: readonly Correction[];
  /** Fields of a case record that the metrics of the packs may read; empty where the pack defines none. */
  readonly registry: readonly RegistryField[];
  readonly caseKinds: readonly string[];
  /** Whom the pack is about, e.g. "the aneurysm is not known to be unruptured"; null for every patient of these kinds. */
  readonly about: Criterion | null;
  readonly verification: { readonly sourceSeen: number; readonly fromMemory: number; readonly words: string };
  readonly windows: readonly WindowEdge[];
  readonly disagreements: readonly Disagreement[];
  readonly newerEvidence: readonly NewerEvidence[];
  readonly changes: readonly VersionChange[];
}

/** A knowledge pack, whole and immutable; `hash` is of its files and is computed by whoever reads them. */
export interface Pack extends PackHeader {
  readonly hash: string;
  readonly recommendations: readonly Recommendation[];
  readonly trials: readonly Trial[];
  readonly scales: readonly Scale[];
  readonly indications: readonly Indication[];
  readonly metrics: readonly Metric[];
  readonly vignettes: readonly Vignette[];
}

/** What an evaluation stores to say which packs it rested on. */
export interface PackReference {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  readonly version: string;
  readonly hash: string;
  readonly released: string;
  readonly expires: string;
  readonly disclosures: string;
  readonly jurisdiction: string;
  readonly licence: string;
  /** How its items were checked, in a sentence. */
  readonly verificationWords: string;
  /** "in force", or why it drives nothing. */
  readonly state: "in force" | "expired" | "superseded";
}

const LISTS = [
  "authors",
  "supersedes",
  "corrections",
  "registry",
  "caseKinds",
  "windows",
  "disagreements",
  "newerEvidence",
  "changes",
];
/** It stands in addresses, in names of folders and in FHIR, which takes 64 characters. */
const ID = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const MOST_ID = 60;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Whether a text is a day of the calendar in ISO form: "2026-02-28" is, "2026-02-31" and "2026-2-1" are not. */
export function isDay(text: unknown): boolean {
  if (typeof text !== "string" || !DAY.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** Whether an ISO day still holds at `now` (UTC ISO time): the whole day counts. */
export function stillHolds(expires: string, now: string): boolean {
  return now.slice(0, 10) <= expires;
}

/** The reference of a pack at `now`. An expired or superseded pack can be read but drives nothing. */
export function referenceOf(pack: Pack, now: string): PackReference {
  const { id, title, body, version, hash, released, expires, disclosures, jurisdiction, licence } = pack;
  const state = pack.supersededBy !== null ? "superseded" : stillHolds(expires, now) ? "in force" : "expired";
  const verificationWords = pack.verification.words;
  return {
    id,
    title,
    body,
    version,
    hash,
    released,
    expires,
    disclosures,
    jurisdiction,
    licence,
    verificationWords,
    state,
  };
}

/**
 * Checks the header of a pack: what every card shows must be there. Returns it typed. Throws WillisError "bad-request"
 * naming the pack and the first field that is missing or malformed. The items are checked by `packProblems`.
 */
export function parsePackHeader(value: unknown, where: string): PackHeader {
  const fail = (message: string): never => {
    throw new WillisError("bad-request", `Pack ${where}: ${message}. Fix its pack.json.`);
  };
  if (typeof value !== "object" || value === null) return fail("pack.json holds no object");
  const header = value as Record<string, unknown>;
  const words = [
    "id",
    "title",
    "body",
    "version",
    "released",
    "expires",
    "expiryRule",
    "jurisdiction",
    "language",
    "licence",
    "entitlement",
    "disclosures",
  ];
  for (const key of words) {
    if (typeof header[key] !== "string" || header[key] === "") fail(`"${key}" is missing`);
  }
  if (!ID.test(String(header.id)) || String(header.id).length > MOST_ID)
    fail(`the id "${String(header.id).slice(0, MOST_ID)}" must be words in small letters and digits, joined by "-"`);
  if (String(header.version).length > MOST_ID) fail(`"version" has more than ${MOST_ID} characters`);
  for (const key of ["released", "expires"]) {
    if (!isDay(header[key])) fail(`"${key}" must be a day like 2026-11-30, not ${String(header[key])}`);
  }
  for (const key of ["lastReviewed", "nextReview"]) {
    if (header[key] !== null && !isDay(header[key]))
      fail(`"${key}" must be a day like 2026-11-30 or null, not ${String(header[key])}`);
  }
  for (const key of LISTS) {
    if (!Array.isArray(header[key])) fail(`"${key}" must be a list`);
  }
  return value as PackHeader;
}
