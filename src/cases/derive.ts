import type { Fact, FactValue } from "../core/index.ts";
import { fieldOf } from "../knowledge/dictionary.ts";
import { asideWhy } from "../knowledge/standing.ts";
import { groupFacts, valuesInUse } from "./facts.ts";
import type { CaseKind } from "./views.ts";

/** What a case knows beside its facts, from which some facts follow. Times UTC ISO, birth date `YYYY-MM-DD`. */
export interface CaseGround {
  readonly kind: CaseKind;
  readonly lastKnownWell: { readonly at: string; readonly by: string } | null;
  readonly birthDate: string | null;
}

const HOUR_MS = 3_600_000;
const BY_KIND: Readonly<Partial<Record<CaseKind, string>>> = {
  stroke: "suspected_ais",
  avm: "brain_avm",
  carotid: "carotid_stenosis",
};
const POSTERIOR = ["BA", "V4", "P1", "P2", "P3"];

const BLEEDINGS = [
  ["sah", "subarachnoid_haemorrhage"],
  ["ich", "intracerebral_haemorrhage"],
] as const;
const WFNS_RULE = "WFNS grade from the GCS (Drake, J Neurosurg 1988): 15 is 1, 12 to 7 is 4, 6 to 3 is 5";

/** The WFNS grade that the GCS alone decides; 14 and 13 are grade 2 or 3 by the motor deficit, so null. */
function wfnsOf(gcs: FactValue): number | null {
  if (typeof gcs !== "number" || gcs === 14 || gcs === 13) return null;
  return gcs === 15 ? 1 : gcs >= 7 ? 4 : 5;
}

/** Whole years lived at `now`; null without a birth date, or when it lies after `now`. */
export function ageAt(birthDate: string | null, now: string): number | null {
  if (!birthDate) return null;
  const years = Number(now.slice(0, 4)) - Number(birthDate.slice(0, 4));
  const age = now.slice(5, 10) < birthDate.slice(5, 10) ? years - 1 : years;
  return age >= 0 ? age : null;
}

/**
 * Facts that follow from others by a named rule: the hours since last known well (with `now` as the planned start), the
 * age, the circulation and whether a vessel is large from the occlusion site (by the dictionary's own words), the working
 * diagnosis from the kind of case, the bleeding from the diagnosis, the WFNS grade from the GCS where it alone decides. What was stated outright stays in use: only the clock and the age are always derived,
 * as they move by themselves. What does not follow is not derived.
 */
export function deriveFacts(ground: CaseGround, facts: readonly Fact[], now: string): Fact[] {
  const groups = new Map(groupFacts(facts).map((group) => [group.name, group]));
  const derived: Fact[] = [];
  const add = (name: string, value: FactValue, rule: string, from: readonly string[], at: string) =>
    derived.push({
      id: `derived:${name}`,
      name,
      value,
      unit: fieldOf(name)?.unit ?? "",
      source: { kind: "derived", rule, from },
      observedAt: at,
      recordedAt: at,
    });
  const stated = (name: string) => groups.get(name)?.current ?? null;
  /** All values in use that contradict each other; one when none does. What follows must follow from each. */
  const all = (name: string): readonly Fact[] => {
    const group = groups.get(name);
    return group ? valuesInUse(group) : [];
  };

  if (ground.lastKnownWell) {
    const hours = (Date.parse(now) - Date.parse(ground.lastKnownWell.at)) / HOUR_MS;
    if (hours >= 0) {
      const by = ground.lastKnownWell.by || "person not named";
      add("time_lkw_h", Math.round(hours * 100) / 100, `now - last known well (${by})`, ["last known well"], now);
    }
  }
  const age = ageAt(ground.birthDate, now);
  if (age !== null) add("age_years", age, "whole years since the birth date", ["birth date"], now);
  const diagnoses = all("aneurysm_status").map(({ value }) => diagnosisOf(ground.kind, value));
  if (diagnoses.length === 0) diagnoses.push(diagnosisOf(ground.kind, undefined));
  const diagnosis = diagnoses.every((one) => one === diagnoses[0]) ? diagnoses[0] : null;
  if (diagnosis && !stated("diagnosis"))
    add("diagnosis", diagnosis, `referred as ${ground.kind}`, ["kind of case"], now);
  const disease = stated("diagnosis")?.value ?? diagnosis;
  for (const [name, word] of BLEEDINGS)
    if (disease === word && !stated(name)) add(name, true, `the working diagnosis is ${word}`, ["diagnosis"], now);
  const scores = all("gcs");
  const grades = scores.map(({ value }) => wfnsOf(value));
  const [score] = scores;
  const graded = grades[0] && grades.every((one) => one === grades[0]) && disease === BLEEDINGS[0][1];
  if (score && graded && !stated("wfns") && asideWhy(fieldOf("gcs"), score, now) === null) {
    const from = scores.map(({ id }) => id);
    add("wfns", grades[0]!, WFNS_RULE, from, score.observedAt);
  }
  const sites = all("occlusion_site");
  const [site] = sites;
  if (site) {
    const words = [...new Set(sites.map(({ value }) => String(value)))];
    const fine = words.flatMap((word) => fieldOf("occlusion_site")?.parents?.[word] ?? [word]);
    const word = words.join(" or ");
    const from = sites.map(({ id }) => id);
    if (!stated("circulation")) {
      const behind = fine.filter((s) => POSTERIOR.includes(s)).length;
      const value = behind === 0 ? "anterior" : behind === fine.length ? "posterior" : null;
      if (value) add("circulation", value, `${word} lies in the ${value} circulation`, from, site.observedAt);
    }
    const large = fieldOf("occlusion_site")?.parents?.LVO ?? [];
    if (!stated("lvo") && fine.every((s) => large.includes(s))) {
      add("lvo", true, `${word} is a large vessel`, from, site.observedAt);
    }
  }
  return derived;
}

function diagnosisOf(kind: CaseKind, aneurysm: FactValue | undefined): string | null {
  if (kind === "aneurysm" || kind === "haemorrhage") {
    if (aneurysm === "unruptured") return "unruptured_aneurysm";
    return aneurysm === "ruptured" ? "subarachnoid_haemorrhage" : null;
  }
  return BY_KIND[kind] ?? null;
}
