import type { PerfusionView } from "../../cases/views.ts";
import { casesOfStudy } from "../db/archive/case-studies.ts";
import { addMeasuredFacts } from "../db/cases/measured-facts.ts";
import { addMessage } from "../db/cases/messages.ts";
import { transaction } from "../db/pool.ts";
import type { Services } from "../http/services.ts";
import { unsharedAnalyses } from "./analysis-rows.ts";

type Telling = Pick<Services, "pool" | "live">;

/** Gives the numbers of finished runs to every case that the study is attached to. */
export async function shareWithCases(services: Telling, studyId: number): Promise<void> {
  for (const caseId of await casesOfStudy(services.pool, studyId)) await shareWithCase(services, caseId);
}

/**
 * Adds the measured facts of finished runs that a case does not have yet, and says so in its thread. Whichever comes
 * last, the result or the attaching of the study, this is called then; twice changes nothing.
 */
export async function shareWithCase(services: Telling, caseId: string): Promise<void> {
  const shared = await transaction(services.pool, async (sql) => {
    await sql.query("select pg_advisory_xact_lock(7202, hashtext($1))", [caseId]);
    const runs = await unsharedAnalyses(sql, caseId);
    for (const { id, seriesUid, result, seconds, takenAt } of runs) {
      const observed = takenAt === null ? {} : { observedAt: takenAt.toISOString() };
      const from = [seriesUid, result.maps.tmax ?? id];
      await addMeasuredFacts(sql, caseId, result.measurements, { from, ...observed });
      await addMessage(sql, caseId, sentence(result, seconds), null);
    }
    return runs.length > 0;
  });
  if (!shared) return;
  await services.live.publish({ type: "case", caseId, what: "facts" });
  await services.live.publish({ type: "case", caseId, what: "message" });
}

/** "Perfusion finished in 6 s: core 21 mL, Tmax > 6 s 97 mL, mismatch 76 mL (ratio 4.6). 1 warning." */
export function sentence(result: PerfusionView, seconds: number): string {
  const of = (code: string): number | null => result.measurements.find((m) => m.code === code)?.value ?? null;
  const ml = (code: string): string => {
    const value = of(code);
    return value === null ? "not known" : `${value < 10 ? value.toFixed(1) : value.toFixed(0)} mL`;
  };
  const ratio = of("mismatch_ratio");
  const warnings = result.quality.filter((q) => q.severity !== "info").length;
  const care = warnings === 0 ? "" : ` ${warnings} ${warnings === 1 ? "warning" : "warnings"}: see the quality checks.`;
  return (
    `Perfusion finished in ${Math.max(1, Math.round(seconds))} s: core ${ml("core_ml")}, Tmax > 6 s ${ml("perfusion.tmax6_ml")}, ` +
    `mismatch ${ml("mismatch_ml")}${ratio === null ? "" : ` (ratio ${ratio.toFixed(1)})`}.${care}`
  );
}
