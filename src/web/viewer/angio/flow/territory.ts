import type { RunPhase } from "../../../../imaging/angiography/bolus-phases.ts";
import type { OpacifiedShare } from "../../../../imaging/angiography/reperfusion.ts";
import type { FlowRun } from "./flow-run.ts";
import type { Region } from "./flow-store.ts";
import { askFlow } from "./flow-worker.ts";
import { maskOf } from "./region-pixels.ts";

/** The territory as it lies on another run of the same size, found by the masks of both. */
export async function territoryOn(first: FlowRun, run: FlowRun, outline: Pick<Region, "points">): Promise<Uint8Array> {
  const { rows, columns } = run;
  if (first.rows !== rows || first.columns !== columns)
    throw new Error(
      `The first run is ${first.rows} × ${first.columns} pixels, this one ${rows} × ${columns}: outline on a run of the same size.`,
    );
  if (first.series.seriesUid === run.series.seriesUid)
    return maskOf({ shape: "polygon", points: outline.points }, rows, columns);
  const [one, two] = await Promise.all([first.mask(), run.mask()]);
  const shift = await askFlow([], { kind: "shift", first: two, second: one, rows, columns });
  if (shift.residual > 3)
    throw new Error(
      `The runs do not lie on each other (residual ${shift.residual.toFixed(1)} × noise): the projection or the head differs.`,
    );
  const points = outline.points.map(([c, r]) => [c + shift.x, r + shift.y] as const);
  return maskOf({ shape: "polygon", points }, rows, columns);
}

/** The share of a territory that fills between the arrival of contrast and the end of a phase. */
export async function shareOn(
  run: FlowRun,
  territory: Uint8Array,
  phases: readonly RunPhase[],
  until: "arterial" | "capillary" | "venous",
  late: boolean,
): Promise<OpacifiedShare> {
  const from = phases.find(({ name }) => name !== "mask")?.fromFrame;
  const wanted = phases.find(({ name }) => name === until) ?? phases.at(-1);
  if (from === undefined || !wanted) throw new Error("No contrast is seen in this run, so no share can be measured.");
  return askFlow([run], { kind: "share", key: run.key, territory, from, to: wanted.toFrame, late });
}

/** What the mask of a share looks like: filled in the colour of acting, not filled in amber; the border is left clear. */
export function shareColours(mask: Uint8Array): Uint8ClampedArray<ArrayBuffer> {
  const out = new Uint8ClampedArray(4 * mask.length);
  for (let p = 0; p < mask.length; p++) {
    if (mask[p] === 1) out.set([92, 200, 215, 90], 4 * p);
    // hatched, so that it is told apart without colour
    else if (mask[p] === 2) out.set([242, 166, 90, (p + Math.floor(p / 1024)) % 8 < 3 ? 190 : 60], 4 * p);
  }
  return out;
}
