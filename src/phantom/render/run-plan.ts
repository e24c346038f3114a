import type { AfterPass } from "../after-pass.ts";
import type { Patient } from "../patient.ts";
import { type RunPlan, renderRun, viewOf } from "./dsa.ts";
import { projectHead } from "./projection.ts";
import type { PhantomFile, Studio } from "./studio.ts";

/** A step of rendering a case: what it makes in words, and its files when asked. */
export interface PlannedStep {
  readonly name: string;
  render(): Iterable<PhantomFile>;
}

const MINUTE = 60_000;

/**
 * The runs of a case in the order they are taken: the first ones, then after each pass. Two views are taken together by
 * a biplane system, frontal plane A. Numbers are 1 and 2, later 11, 12, 21, 22 ...; the head is projected once a view.
 */
export function planRuns(
  patient: Patient,
  passes: readonly AfterPass[],
  views: readonly RunPlan["view"][],
  site: string,
  driftMm: number,
  studio: Studio,
  start: number,
  native: () => Int16Array,
): PlannedStep[] {
  const heads = new Map<RunPlan["view"], Float32Array>();
  const headOf = (view: RunPlan["view"]): Float32Array => {
    const made = heads.get(view) ?? projectHead(patient, native(), viewOf(view));
    heads.set(view, made);
    return made;
  };
  const rounds = [{ patient, pass: undefined }, ...passes];
  return rounds.flatMap((round, k) =>
    views.map((view, i) => {
      const number = 10 * k + 1 + i;
      const ms = start + (k === 0 ? 1 : 10 + 16 * k) * MINUTE;
      const other = views.length === 2 ? { other: 10 * k + 2 - i, otherView: views[1 - i] } : undefined;
      return {
        name: ["angiography", view, round.pass?.moment].filter(Boolean).join(" "),
        render: () =>
          renderRun(
            round.patient,
            native(),
            studio,
            ms,
            {
              ...{ site, view, head: headOf(view) },
              ...(round.pass && { moment: round.pass.moment, movedPx: round.pass.movedPx }),
              ...(other && { biplane: { plane: view === "ap" ? "A" : "B", ...other } }),
            },
            number,
            driftMm,
          ),
      };
    }),
  );
}
