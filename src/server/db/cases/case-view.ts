import { factGroups, summaryOf } from "../../../cases/summary.ts";
import { mayDo } from "../../../cases/transitions.ts";
import type { CaseView } from "../../../cases/views.ts";
import { WillisError } from "../../../core/index.ts";
import type { Trial } from "../../../knowledge/index.ts";
import { analysesOfCase } from "../analyses.ts";
import type { Sql } from "../pool.ts";
import { caseRecord } from "./case-record.ts";
import { decisionsOf } from "./decisions.ts";
import { timelineOf } from "./events.ts";
import { messagesOf } from "./messages.ts";
import { seriesOfCase } from "./series.ts";

/** The whole case at `now` for a person of this organisation. `may` says what their role allows beyond the side. */
export async function caseView(
  sql: Sql,
  caseId: string,
  asking: { readonly organisationId: string; readonly mayWrite: boolean; readonly mayAnswer: boolean },
  now: Date,
  trials: readonly Trial[] = [],
): Promise<CaseView> {
  const record = await caseRecord(sql, caseId, now);
  if (!record) throw new WillisError("not-found", `there is no case ${caseId}`);
  const groups = factGroups(record, now.toISOString(), trials);
  const [messages, series, analyses, decisions, timeline] = await Promise.all([
    messagesOf(sql, caseId),
    seriesOfCase(sql, caseId),
    analysesOfCase(sql, caseId),
    decisionsOf(sql, caseId),
    timelineOf(sql, caseId),
  ]);
  const sides = { isFrom: record.from.id === asking.organisationId, isTo: record.to.id === asking.organisationId };
  return {
    ...summaryOf(record, now.toISOString(), groups),
    facts: groups,
    messages,
    series,
    analyses,
    decisions,
    timeline,
    may: {
      write: asking.mayWrite && record.status !== "closed",
      answer: asking.mayAnswer && mayDo("accept", record.status, sides),
      refer: asking.mayWrite && mayDo("refer", record.status, sides),
    },
    revision: record.revision,
  };
}
