import { createHash } from "node:crypto";
import type { DecisionBasis } from "../../cases/decision-basis.ts";
import { type CaseRecord, summaryOf } from "../../cases/summary.ts";
import type { DecisionView } from "../../cases/views.ts";
import { NOT_A_DEVICE } from "../../core/index.ts";
import { analysesOfCase } from "../db/analyses.ts";
import { seriesOfCase } from "../db/cases/series.ts";
import { keyImagesOfCase } from "../db/kept/key-images.ts";
import type { Sql } from "../db/pool.ts";
import type { Person } from "../http/route.ts";
import type { Services } from "../http/services.ts";
import { canonicalJson } from "./canonical-json.ts";
import { evaluateCase } from "./evaluation.ts";

export interface AnswerGiven {
  readonly kind: DecisionView["kind"];
  readonly option: string;
  readonly reason: string;
  readonly need: readonly string[];
}

/** Freezes the basis of an answer as it is at `now`. */
export async function freezeBasis(
  sql: Sql,
  services: Services,
  record: CaseRecord,
  answer: AnswerGiven,
  person: Person,
  now: string,
): Promise<{ basis: DecisionBasis; json: string; digest: Buffer }> {
  const { groups, options } = evaluateCase(record, services.packs, now);
  const series = await seriesOfCase(sql, record.id);
  const analyses = await analysesOfCase(sql, record.id);
  const keyImages = (await keyImagesOfCase(sql, record.id)).flatMap(({ studyId: _, ...key }) =>
    key.reason === "report" ? [key] : [],
  );
  const basis: DecisionBasis = {
    format: "willis-decision-1",
    at: now,
    by: { id: person.id, name: person.name, role: person.role, organisation: person.organisationName },
    answer: { kind: answer.kind, option: answer.option, reason: answer.reason },
    need: answer.need,
    case: { ...summaryOf(record, now, groups), revision: record.revision },
    facts: groups,
    options,
    packs: options.packs,
    measurements: analyses.flatMap(({ id, seriesUid, result }) =>
      result ? [{ analysis: id, seriesUid, measurements: result.measurements }] : [],
    ),
    series,
    ...(keyImages.length > 0 ? { keyImages } : {}),
    notice: NOT_A_DEVICE,
  };
  const json = canonicalJson(basis);
  return { basis: JSON.parse(json) as DecisionBasis, json, digest: digestOf(json) };
}

export function digestOf(canonical: string): Buffer {
  return createHash("sha256").update(canonical).digest();
}
