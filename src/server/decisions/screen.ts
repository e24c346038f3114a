import type { ScreeningOutcome, ScreeningView } from "../../cases/screening.ts";
import type { CaseRecord } from "../../cases/summary.ts";
import { WillisError } from "../../core/index.ts";
import { mayRecruit, type Pack, trialBox } from "../../knowledge/index.ts";
import { caseRecord } from "../db/cases/case-record.ts";
import { addEvent } from "../db/cases/events.ts";
import { type Judged, judgeScreening, screeningsOfCase, setOutcome } from "../db/cases/screenings.ts";
import { type Sql, transaction } from "../db/pool.ts";
import type { Person, Role } from "../http/route.ts";
import type { Services } from "../http/services.ts";
import { evaluateCase } from "./evaluation.ts";

/** Who says what became of a candidate: those who write in cases, and researchers. */
const NOT_SCREENING: readonly Role[] = ["quality-lead", "steward"];

/** Packs that hold a trial in which patients of this kind of case may still be enrolled. */
function recruiting(packs: readonly Pack[], kind: string): readonly Pack[] {
  return packs.filter((pack) => pack.caseKinds.includes(kind) && pack.trials.some(mayRecruit));
}

function judge(record: CaseRecord, packs: readonly Pack[], now: string): readonly Judged[] {
  const chosen = recruiting(packs, record.kind);
  if (chosen.length === 0) return [];
  const of = new Map(
    chosen.flatMap((pack) => pack.trials.filter(mayRecruit).map((trial) => [trial.id, pack] as const)),
  );
  const { options } = evaluateCase(record, packs, now);
  return options.trials.flatMap((comparison): Judged[] => {
    const pack = of.get(comparison.id);
    if (!pack) return [];
    const { id, acronym, reasons, lines } = trialBox(comparison);
    return [
      {
        ...{ trial: id, acronym, pack: pack.id, packVersion: pack.version, packHash: pack.hash },
        ...{ result: comparison.result, reasons, missing: comparison.missing, conditions: lines },
      },
    ];
  });
}

/**
 * Writes how a case stands to every open trial of its kind, whether it fits or not. A patient who has come inside a box is
 * said in the course of the case. A draft is not screened: nobody has asked about it yet. True when something changed.
 */
export async function screenCase(sql: Sql, packs: readonly Pack[], record: CaseRecord, at: Date): Promise<boolean> {
  if (record.status === "draft") return false;
  let any = false;
  for (const judged of judge(record, packs, at.toISOString())) {
    const { changed, before } = await judgeScreening(sql, record.id, judged, at);
    any ||= changed;
    if (judged.result === "inside" && before !== "inside") {
      const { trial, acronym } = judged;
      await addEvent(sql, record.id, { kind: "trial-candidate", trial, acronym }, null, at);
    }
  }
  return any;
}

/** Says what became of a patient screened for a trial, or takes that back (`outcome` null). */
export async function recordOutcome(
  services: Services,
  where: { readonly caseId: string; readonly trial: string },
  given: { readonly outcome: ScreeningOutcome | null; readonly reason?: string },
  person: Person,
): Promise<ScreeningView> {
  const { caseId, trial } = where;
  const { outcome } = given;
  const reason = (given.reason ?? "").trim();
  if (NOT_SCREENING.includes(person.role))
    throw new WillisError("forbidden", `a ${person.role} reads the screening log and does not write in it`);
  if ((outcome === "not-offered" || outcome === "not-eligible") && reason === "")
    throw new WillisError("bad-request", `"${outcome.replace("-", " ")}" needs its reason`, { field: "reason" });
  const at = services.now();
  await transaction(services.pool, async (sql) => {
    await sql.query("select 1 from clinical_case where id = $1 for update", [caseId]);
    await screenCase(sql, services.packs, (await caseRecord(sql, caseId, at))!, at);
    const found = (await screeningsOfCase(sql, caseId)).find((one) => one.trial === trial);
    if (!found)
      throw new WillisError("not-found", `"${trial.slice(0, 80)}" is no open trial for which this case was screened`);
    if (outcome === "enrolled" && found.result === "outside")
      throw new WillisError(
        "conflict",
        `the patient is outside ${found.acronym}: ${found.reasons.join(", ")}; correct the fact if it is wrong`,
      );
    await setOutcome(sql, found.id, { outcome, reason }, person.id, at);
    const { acronym } = found;
    const words = outcome ?? "what became of it was taken back";
    await addEvent(sql, caseId, { kind: "trial-outcome", trial, acronym, outcome: words, reason }, person.id, at);
  });
  await services.live.publish({ type: "case", caseId, what: "status" });
  return (await screeningsOfCase(services.pool, caseId)).find((one) => one.trial === trial)!;
}

/** Screens one case in a transaction of its own and says so to who looks at it. */
export async function screenById(services: Services, caseId: string): Promise<void> {
  const at = services.now();
  const changed = await transaction(services.pool, async (sql) => {
    const { rows } = await sql.query("select kind from clinical_case where id = $1 for update", [caseId]);
    if (!rows[0] || recruiting(services.packs, rows[0].kind).length === 0) return false;
    return screenCase(sql, services.packs, (await caseRecord(sql, caseId, at))!, at);
  });
  if (changed) await services.live.publish({ type: "case", caseId, what: "status" });
}
