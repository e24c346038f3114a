import { isBrain } from "./anatomy/label.ts";
import type { Patient } from "./patient.ts";
import { haemodynamics } from "./perfusion/haemodynamics.ts";
import { growLesion } from "./perfusion/lesion.ts";
import { TERRITORIES } from "./perfusion/territory.ts";
import type { PhantomSpec } from "./spec.ts";
import { arterialTree } from "./vessels/arteries.ts";
import { occlude } from "./vessels/occlusion.ts";

/** What a pass of a thrombectomy left closed: nothing, or a clot further on with the tissue behind it. */
export interface Pass {
  /** "after pass 1" */
  readonly moment: string;
  readonly closed?: NonNullable<PhantomSpec["occlusion"]>;
  readonly behind?: NonNullable<PhantomSpec["stroke"]>;
  /** How far the head lies from where it lay in the first run, pixels of a run to the right and down. */
  readonly movedPx: readonly [number, number];
}

/** The patient after a pass. */
export interface AfterPass {
  readonly pass: Pass;
  readonly patient: Patient;
}

/**
 * The same patient after a pass: vessels and tissue fill as the remaining clot lets them. Head, territories and vessel
 * shapes stay; what has died is perfused again where its artery is open. For runs only, not for CT or MR.
 */
export function afterPass(patient: Patient, { closed, behind }: Pass): Patient {
  const { occlusion: _, stroke: __, ...open } = patient.spec;
  const spec: PhantomSpec = { ...open, ...(closed && { occlusion: closed }), ...(behind && { stroke: behind }) };
  const { head, territory, seed } = patient;
  const lesion = growLesion(head, territory, spec, seed);
  const arteries = arterialTree(seed, head.scale, spec.variants);
  const { thrombus: ___, ...built } = patient.built;
  const thrombus = closed && occlude(arteries, closed, behind?.collateralDelayS ?? 6);
  return {
    ...patient,
    spec,
    lesion,
    ...haemodynamics(head, territory, lesion),
    arteries,
    built: { ...built, ...(thrombus && { thrombus }) },
  };
}

/** Later than this after the carotid terminus (tenths of a second) blood has come by collaterals. */
const STRAIGHT = 45;

/** The reached share of the middle cerebral territory on the side of the clot, first run and after each pass. */
export function reperfusionTruth(first: Patient, passes: readonly AfterPass[]): Readonly<Record<string, unknown>> {
  const territory = `MCA-${first.spec.occlusion?.side === "right" ? "R" : "L"}`;
  const runs = [{ moment: "first run", movedPx: [0, 0], patient: first }].concat(
    passes.map(({ pass, patient }) => ({ moment: pass.moment, movedPx: [...pass.movedPx], patient })),
  );
  return {
    territory,
    runs: runs.map(({ moment, movedPx, patient }) => {
      const percent = reached(patient, territory);
      const { thrombus } = patient.built;
      return {
        moment,
        percent: Math.round(percent * 10) / 10,
        etici: gradeOf(percent),
        movedPx,
        thrombus: thrombus ?? null,
      };
    }),
  };
}

function reached({ head, territory, delay, spec }: Patient, name: string): number {
  // behind a closed carotid or first segment all of the territory fills by collaterals alone
  if (/^(ICA|M1)$/.test(spec.occlusion?.site ?? "")) return 0;
  const code = TERRITORIES.indexOf(name as (typeof TERRITORIES)[number]);
  let [all, filled] = [0, 0];
  for (let i = 0; i < territory.length; i++) {
    if (territory[i] !== code || !isBrain(head.labels[i])) continue;
    all++;
    if (delay[i] < STRAIGHT) filled++;
  }
  return all > 0 ? (100 * filled) / all : 0;
}

function gradeOf(percent: number): string {
  if (percent < 1) return "0";
  if (percent < 50) return "2a";
  if (percent < 67) return "2b50";
  return percent < 90 ? "2b67" : percent < 99.5 ? "2c" : "3";
}
