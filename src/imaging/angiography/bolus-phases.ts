/**
 * Time-density curves of a run for the strip under the image: the log attenuation of blocks, grouped by when they are
 * fullest. They show the course of the bolus; they are not a measurement (the mask is not shifted, depth overlaps).
 */
export interface DensityCurves {
  /** One value a frame, ln units, mean over the blocks of the group. */
  readonly early: readonly number[];
  readonly middle: readonly number[];
  readonly late: readonly number[];
  /** Last mask frame, end of the arterial and of the capillary phase, as frame indices; estimated from the curves. */
  readonly arrival: number;
  readonly capillary: number;
  readonly venous: number;
}

/**
 * `blocks[t]` holds the mean ln intensity of each block of frame t, same length for all; `mask` the frame indices that
 * make the mask. Blocks count when their peak stands out by 5 standard deviations of the mask frames and 0.02. Groups
 * are thirds of the counted blocks by time of the peak. Null when fewer than 9 blocks stand out (no contrast seen).
 */
export function densityCurves(blocks: readonly ArrayLike<number>[], mask: readonly number[]): DensityCurves | null {
  const frames = blocks.length;
  const count = blocks[0]?.length ?? 0;
  const used = mask.filter((t) => t < frames);
  if (frames < 4 || used.length === 0) return null;
  const curves: { peakAt: number; values: number[] }[] = [];
  for (let b = 0; b < count; b++) {
    const base = used.reduce((sum, t) => sum + blocks[t]![b]!, 0) / used.length;
    const values = Array.from({ length: frames }, (_, t) => base - blocks[t]![b]!);
    const spread = Math.sqrt(used.reduce((sum, t) => sum + values[t]! ** 2, 0) / used.length);
    const peakAt = values.indexOf(Math.max(...values));
    if (values[peakAt]! > Math.max(0.02, 5 * spread)) curves.push({ peakAt, values });
  }
  if (curves.length < 9) return null;
  curves.sort((a, b) => a.peakAt - b.peakAt);
  const third = Math.floor(curves.length / 3);
  const groups = [curves.slice(0, third), curves.slice(third, 2 * third), curves.slice(2 * third)];
  const [early, middle, late] = groups.map((group) =>
    Array.from({ length: frames }, (_, t) => group.reduce((sum, { values }) => sum + values[t]!, 0) / group.length),
  ) as [number[], number[], number[]];
  const peak = Math.max(...early);
  const arrival = Math.max(0, early.findIndex((value) => value > 0.15 * peak) - 1);
  const capillary = crossing(early, middle, arrival);
  return { early, middle, late, arrival, capillary, venous: Math.max(capillary, crossing(middle, late, capillary)) };
}

/** First frame after `from` in which `b`, on its own scale, is above `a` on its own; the last frame when none is. */
function crossing(a: readonly number[], b: readonly number[], from: number): number {
  const [peakA, peakB] = [Math.max(...a), Math.max(...b)];
  const start = Math.max(from, a.indexOf(peakA));
  for (let t = start; t < a.length; t++) if (b[t]! / peakB > a[t]! / peakA) return t;
  return a.length - 1;
}

/** The phase of a frame in words. */
export function phaseOf(frame: number, curves: DensityCurves): "mask" | "arterial" | "capillary" | "venous" {
  if (frame <= curves.arrival) return "mask";
  if (frame < curves.capillary) return "arterial";
  return frame < curves.venous ? "capillary" : "venous";
}

/** One phase of a run, in frames (from 0, both included) and in s of those frames. */
export interface RunPhase {
  readonly name: "mask" | "arterial" | "capillary" | "venous";
  readonly fromFrame: number;
  readonly toFrame: number;
  readonly fromS: number;
  readonly toS: number;
}

/** The phases of a run in their order, as `phaseOf` names each frame; phases without a frame are left out. */
export function runPhases(curves: DensityCurves, times: readonly number[]): readonly RunPhase[] {
  const found: RunPhase[] = [];
  times.forEach((time, frame) => {
    const name = phaseOf(frame, curves);
    const last = found.at(-1);
    if (last?.name === name) found[found.length - 1] = { ...last, toFrame: frame, toS: time };
    else found.push({ name, fromFrame: frame, toFrame: frame, fromS: time, toS: time });
  });
  return found;
}
