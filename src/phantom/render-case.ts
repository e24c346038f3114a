import type { Progress } from "../core/progress.ts";
import type { PatientContext } from "../dicom/iod/ct-context.ts";
import { type AfterPass, afterPass } from "./after-pass.ts";
import type { PhantomCase } from "./demo/phantom-case.ts";
import { buildPatient, type Patient } from "./patient.ts";
import { nativeAttenuation } from "./render/attenuation.ts";
import { renderCta, renderNcct } from "./render/ct.ts";
import { renderCtp } from "./render/ctp.ts";
import { renderDose } from "./render/dose.ts";
import { renderFluoroscopy } from "./render/fluoroscopy.ts";
import { renderMr } from "./render/mr.ts";
import { renderRotational } from "./render/rotational.ts";
import { type PlannedStep, planRuns } from "./render/run-plan.ts";
import { openStudy, type PhantomFile, type Studio } from "./render/studio.ts";
import { renderUltrasound } from "./render/ultrasound.ts";
import type { Modality } from "./spec.ts";
import { type Truth, truthOf } from "./truth.ts";

/** When the first image of a case was taken unless the caller says otherwise. */
export const DEFAULT_AT = "2026-11-20T04:22:00Z";

/** What may be chosen for one rendering. */
export interface RenderOptions {
  /** Time of the first image, ISO 8601 UTC. */
  readonly at?: string;
  /** Which of the case's kinds of image, or others; the case's own when left out. */
  readonly modalities?: readonly Modality[];
}

/** A case being rendered: iterate for its files (made one at a time), read `truth` at any time. */
export interface RenderedCase extends Iterable<PhantomFile> {
  readonly truth: Truth;
  readonly patient: Patient;
}

const MINUTE = 60_000;
/** Drift of the head during a run that every patient has, mm. */
const RUN_MOTION_MM = 0.08;

/**
 * Renders a case as DICOM files with its truth beside. The head is built at once (seconds of CPU); files are made as
 * the caller asks for them, so memory holds one series at most. Same case, seed and options: same bytes.
 */
export function renderCase(
  theCase: PhantomCase,
  seed: number,
  progress: Progress = () => {},
  options: RenderOptions = {},
): RenderedCase {
  progress("building the head", 0);
  const patient = buildPatient(theCase.phantom, seed);
  const modalities = options.modalities ?? theCase.modalities;
  const passes = modalities.includes("dsa")
    ? (theCase.passes ?? []).map((pass) => ({ pass, patient: afterPass(patient, pass) }))
    : [];
  const truth = truthOf(theCase.name, patient, theCase.runMotionMm ?? RUN_MOTION_MM, passes);
  const at = Date.parse(options.at ?? DEFAULT_AT);
  return {
    truth,
    patient,
    *[Symbol.iterator]() {
      const steps = plan(theCase, patient, passes, seed, at, modalities);
      for (let i = 0; i < steps.length; i++) {
        progress(steps[i].name, (i + 0.5) / (steps.length + 0.5));
        yield* steps[i].render();
      }
      progress("done", 1);
    },
  };
}

function plan(
  theCase: PhantomCase,
  patient: Patient,
  passes: readonly AfterPass[],
  seed: number,
  at: number,
  modalities: readonly Modality[],
): PlannedStep[] {
  const key = `phantom/${theCase.name}/${seed}/${at}`;
  const who: PatientContext = {
    ...theCase.patient,
    issuer: "WILLIS-PHANTOM",
    synthetic: true,
  };
  const open = (part: string, id: number, ms: number, description: string): Studio =>
    openStudy(`${key}/${part}`, part, who, {
      id: String(id),
      ms,
      accession: `P${String(seed % 1000).padStart(3, "0")}${theCase.patient.patientId.slice(-4)}${id}`,
      description,
      referringPhysician: "Keller^Eva^^Dr.",
      institution: "Lakeside District Hospital (synthetic)",
    });
  const steps: PlannedStep[] = [];
  const has = (m: Modality): boolean => modalities.includes(m);
  let native: Int16Array | null = null;
  const plain = (): Int16Array => {
    native ??= nativeAttenuation(patient);
    return native;
  };
  if (has("ncct") || has("cta") || has("ctp")) {
    const ct = open(
      "ct",
      1,
      at,
      has("ctp") ? "CT Stroke protocol with perfusion" : has("cta") ? "CT Head with CTA" : "CT Head",
    );
    if (has("ncct")) steps.push({ name: "plain CT", render: () => renderNcct(patient, plain(), ct, at) });
    if (has("cta"))
      steps.push({
        name: "CT angiography",
        render: () => renderCta(patient, plain(), ct, at + 4 * MINUTE, -130 - (theCase.kind === "carotid" ? 32 : 0)),
      });
    if (has("ctp"))
      steps.push({ name: "CT perfusion", render: () => renderCtp(patient, plain(), ct, at + 7 * MINUTE) });
  }
  const views = theCase.views ?? ["ap", "lateral"];
  if (has("dsa") || has("3dra") || has("rf") || has("rdsr")) {
    const start = at + 75 * MINUTE;
    const taken = [undefined, ...passes].flatMap(() => views);
    const xa = open("xa", 2, start, "Cerebral angiography");
    const drift = theCase.runMotionMm ?? RUN_MOTION_MM;
    if (has("dsa")) steps.push(...planRuns(patient, passes, views, theCase.injection, drift, xa, start, plain));
    if (has("3dra"))
      steps.push({
        name: "rotational angiography",
        render: () => renderRotational(patient, plain(), xa, start + 8 * MINUTE, theCase.injection, 5),
      });
    const letter = theCase.injection.endsWith("L") ? "L" : "R";
    if (has("rf"))
      steps.push({
        name: "fluoroscopy",
        render: () => renderFluoroscopy(patient, plain(), xa, start + 12 * MINUTE, letter, 6),
      });
    if (has("rdsr"))
      steps.push({
        name: "dose report",
        render: () =>
          renderDose(xa, seed, start + (30 + 16 * passes.length) * MINUTE, has("dsa") ? taken : [], has("3dra"), 99),
      });
  }
  if (has("mr")) {
    const mr = open("mr", 3, at - 40 * MINUTE, "MR Head");
    steps.push({ name: "MR", render: () => renderMr(patient, mr, at - 40 * MINUTE) });
  }
  if (has("us")) {
    const us = open("us", 4, at - 90 * MINUTE, "Carotid duplex");
    steps.push({ name: "carotid ultrasound", render: () => renderUltrasound(patient, us, at - 90 * MINUTE) });
  }
  return steps;
}
