import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { test } from "node:test";
import type { DecisionBasis } from "../../cases/decision-basis.ts";
import type { CaseRecord } from "../../cases/summary.ts";
import { summaryOf } from "../../cases/summary.ts";
import type { DecisionView } from "../../cases/views.ts";
import { NOT_A_DEVICE } from "../../core/index.ts";
import { evaluateCase } from "../decisions/evaluation.ts";
import { loadPacks } from "../packs.ts";
import { decisionPdf } from "./decision-pdf.ts";

const AT = "2026-11-01T04:56:00.000Z";

function example(question: string, facts: Readonly<Record<string, number | string | boolean>>, name = "Müller, Łucja") {
  const organisation = { id: "o", name: "Kantonsspital Ž", kind: "spoke" } as const;
  const record: CaseRecord = {
    ...({
      id: "c",
      kind: "stroke",
      urgency: "critical",
      status: "waiting",
      question,
      option: "",
      need: [],
      revision: 3,
    } as const),
    patient: { name, identifier: "4471 0093", birthDate: "1945-03-12", sex: "F" },
    from: organisation,
    to: { ...organisation, name: "Hôpital du Léman" },
    lastKnownWell: { at: "2026-10-31T22:14:00.000Z", by: "daughter" },
    ...{ createdAt: AT, referredAt: "2026-11-01T04:50:00.000Z", answerDueAt: "2026-11-01T05:00:00.000Z" },
    ...{ answeredAt: null, updatedAt: AT },
    images: { received: 1204, expected: 1204, arriving: false, studies: [] },
    facts: Object.entries(facts).map(([fact, value]) => ({
      ...{ id: fact, name: fact, value, unit: "", observedAt: AT, recordedAt: AT },
      source: { kind: "typed", by: "k", name: "Dr Kellér" } as const,
    })),
  };
  const { groups, options } = evaluateCase(record, loadPacks(), AT);
  const by = { id: "p", name: "Dr Brunner", role: "interventionalist", organisation: "Hôpital du Léman" };
  const answer = { kind: "accept", option: "Mechanical thrombectomy", reason: "small core" } as const;
  const basis: DecisionBasis = {
    ...{
      format: "willis-decision-1",
      at: AT,
      by,
      answer,
      need: [],
      measurements: [],
      series: [],
      notice: NOT_A_DEVICE,
    },
    case: { ...summaryOf(record, AT, groups), revision: 3 },
    facts: groups,
    options,
    packs: options.packs,
  };
  const decision: DecisionView = {
    ...{
      id: "21f488eb-3fb2-45c0-944c-d7b7a748080f",
      caseId: "c",
      at: AT,
      by,
      basisDigest: "ab".repeat(32),
      hasPdf: false,
    },
    ...answer,
  };
  return decisionPdf(decision, basis);
}

const FACTS = { nihss: 16, aspects: 8, occlusion_site: "M1", prestroke_mrs: 1, core_ml: 21, ivt_given: false };
const pages = (pdf: Buffer) => Number(/\/Type \/Pages\s+\/Count (\d+)/.exec(pdf.toString("latin1"))?.[1]);
const hasPdfToText = spawnSync("pdftotext", ["-v"]).status === 0;

test("the page carries patient, clock, facts with source, options with strength, versions, digest and the notice", {
  skip: hasPdfToText ? false : "pdftotext is not installed",
}, async () => {
  const pdf = await example("M1 left. Thrombectomy?", FACTS);
  const words = execFileSync("pdftotext", ["-layout", "-", "-"], { input: pdf }).toString().replace(/\s+/g, " ");
  for (const part of [
    "Accepted: Mechanical thrombectomy",
    "Müller, Łucja",
    "born 1945-03-12",
    "Kantonsspital Ž asked Hôpital du Léman",
    "6 h 42 min before this decision",
    "Question: M1 left. Thrombectomy?",
    "typed by Dr Kellér, 2026-11-01 04:56 UTC",
    "AHA COR/LOE 1",
    "ab".repeat(32),
    NOT_A_DEVICE,
  ]) {
    assert.ok(words.includes(part), `"${part}" is missing in: ${words}`);
  }
});

test("the same basis gives the same bytes", async () => {
  assert.deepEqual(await example("Why?", FACTS), await example("Why?", FACTS));
});

test("it stays one page for a long question, every fact of the dictionary that has a number, and a strange name", async () => {
  const many = Object.fromEntries(
    ["nihss", "aspects", "pc_aspects", "prestroke_mrs", "gcs", "core_ml", "mismatch_ml", "mismatch_ratio", "sbp_mmHg"]
      .concat([
        "dbp_mmHg",
        "ich_volume_ml",
        "midline_shift_mm",
        "subdural_thickness_mm",
        "aneurysm_size_mm",
        "growth_mm",
      ])
      .concat(["carotid_stenosis_pct", "icas_stenosis_pct", "days_since_event", "life_expectancy_y", "icp_cmH2O"])
      .map((name) => [name, 4]),
  );
  assert.equal(pages(await example("Why? ".repeat(800), many, "山田^太郎 👩‍⚕️ \u0007 Иванова")), 1);
  assert.equal(pages(await example("", {}, "")), 1);
});
