import { WillisError } from "../../core/errors.ts";
import type { Vec3 } from "../../core/geometry.ts";
import type { Progress } from "../../core/progress.ts";
import type { Volume } from "../../core/volume.ts";
import { type Consistency, inverseConsistency } from "../../imaging/registration/inverse-consistency.ts";
import { besideOf, refusal } from "../../imaging/registration/judge.ts";
import { likeness } from "../../imaging/registration/mutual-information.ts";
import { comparedRange, type Reduced, reduced } from "../../imaging/registration/reduce.ts";
import {
  after,
  anglesOf,
  IDENTITY,
  inverse,
  middleOf,
  movedGrid,
  type Rigid,
} from "../../imaging/registration/rigid.ts";
import { bestStart, type Start } from "../../imaging/registration/starts.ts";
import { elastixRigid } from "./elastix.ts";

export const REGISTRATION_METHOD = {
  name: "Rigid registration by mutual information",
  version: "1.0.0",
  reference: "Mattes 2003, 10.1109/TMI.2003.809072; Klein 2010 (elastix), 10.1109/TMI.2009.2035616",
} as const;

/** Two volumes laid on each other, and what speaks for it. */
export interface Registered {
  /** Takes moving points to fixed ones, LPS mm. */
  readonly matrix: Rigid;
  readonly centre: Vec3;
  readonly turnDeg: Vec3;
  readonly shiftMm: Vec3;
  readonly nmi: { readonly before: number; readonly after: number };
  readonly beside: number;
  readonly overlap: number;
  readonly inverse: Consistency;
  readonly start: Start["from"];
  /** Seconds of each step. */
  readonly steps: Readonly<Record<string, number>>;
}

const COARSE_MM = 6;
const FINE_MM = 2;

/**
 * Lays `moving` on `fixed`. The smaller volume (by mm3) is what elastix samples; a start is searched on 6 mm blocks, then
 * elastix refines there and back on 2 mm blocks. `given`: where a person put it (moving to fixed). Throws
 * `cannot-compute` when the accept test refuses, with the value that did.
 */
export async function register(
  fixed: Volume,
  moving: Volume,
  told: Progress = () => {},
  given?: Rigid,
): Promise<Registered> {
  const steps: Record<string, number> = {};
  let from = performance.now();
  const done = (name: string): void => {
    steps[name] = Math.round(performance.now() - from) / 1000;
    from = performance.now();
  };
  for (const [name, volume] of [
    ["fixed", fixed],
    ["moving", moving],
  ] as const)
    if (Math.min(...volume.shape) < 4)
      throw new WillisError(
        "cannot-compute",
        `The ${name} series has ${volume.shape.join(" x ")} voxels: no volume to lay on another.`,
      );
  const swap = sizeOf(moving) < sizeOf(fixed);
  const [small, large] = swap ? [moving, fixed] : [fixed, moving];
  told("Preparing volumes", 0);
  const [smallRange, largeRange] = [comparedRange(small), comparedRange(large)];
  const coarse = [reduced(small, COARSE_MM, smallRange), reduced(large, COARSE_MM, largeRange)] as const;
  const fine = [reduced(small, FINE_MM, smallRange), reduced(large, FINE_MM, largeRange)] as const;
  done("reducing");
  told("Finding a start", 0.05);
  const givenHere = given && (swap ? inverse(given) : given);
  const start = bestStart(coarse[0], coarse[1], givenHere, (x) => told("Finding a start", 0.05 + 0.25 * x));
  done("start");
  told("Registering there", 0.3);
  // both in their frames: `there` takes points of the large volume to the small one, `back` the other way
  const there = after(await elastixRigid(fine[0], movedGrid(start.matrix, fine[1])), start.matrix);
  done("there");
  told("Registering back", 0.6);
  const window = cropped(movedGrid(there, fine[1]), fine[0]);
  const again = await elastixRigid(window, fine[0]); // small to where the large one was put
  const back = after(inverse(there), again);
  done("back");
  told("Checking", 0.9);
  const inverse_ = inverseConsistency(there, back, fine[0], fine[1]);
  const matrix = swap ? inverse(there) : there;
  const stride = Math.max(1, Math.floor(fine[0].data.length / 150_000));
  const found = likeness(fine[0], fine[1], there, stride);
  const before = likeness(fine[0], fine[1], IDENTITY, stride);
  const nmi = { before: before.overlap > 0.05 ? before.nmi : 1, after: found.nmi };
  const beside = besideOf(fine[0], fine[1], there, stride);
  done("checking");
  const reason = refusal({ nmi, beside, overlap: found.overlap, inverse: inverse_ });
  if (reason)
    throw new WillisError("cannot-compute", `Not accepted. ${reason} Place the series by hand and start from there.`);
  const centre = middleOf(fixed);
  const { turnDeg, shift } = anglesOf(matrix, centre);
  return {
    ...{ matrix, centre, turnDeg, shiftMm: shift, nmi, beside, overlap: found.overlap, inverse: inverse_ },
    ...{ start: start.from, steps },
  };
}

function sizeOf({ shape, spacing }: Volume): number {
  return shape.reduce((mm3, n, a) => mm3 * n * spacing[a]!, 1);
}

/** The part of a volume that reaches 15 mm around where the other one lies: elastix then samples where there is something to see. */
function cropped(volume: Reduced, around: Reduced): Reduced {
  const margin = 15;
  const low = [0, 0, 0];
  const high = volume.shape.map((n) => n - 1);
  const axes = [volume.direction.i, volume.direction.j, volume.direction.k];
  const corners = [0, 1, 2, 3, 4, 5, 6, 7].map((n) => {
    const index = [n & 1, (n >> 1) & 1, (n >> 2) & 1].map((bit, a) => bit * (around.shape[a]! - 1));
    const d = around.direction;
    return around.origin.map(
      (o, a) =>
        o +
        d.i[a]! * around.spacing[0] * index[0]! +
        d.j[a]! * around.spacing[1] * index[1]! +
        d.k[a]! * around.spacing[2] * index[2]!,
    );
  });
  axes.forEach((axis, a) => {
    const along = corners.map((p) => p.reduce((sum, v, c) => sum + (v - volume.origin[c]!) * axis[c]!, 0));
    low[a] = Math.max(0, Math.floor((Math.min(...along) - margin) / volume.spacing[a]!));
    high[a] = Math.min(volume.shape[a]! - 1, Math.ceil((Math.max(...along) + margin) / volume.spacing[a]!));
  });
  const shape = low.map((l, a) => high[a]! - l + 1) as [number, number, number];
  if (shape.some((n) => n < 4)) return volume;
  const data = new Float32Array(shape[0] * shape[1] * shape[2]);
  for (let k = 0; k < shape[2]; k++)
    for (let j = 0; j < shape[1]; j++) {
      const at = ((k + low[2]!) * volume.shape[1] + j + low[1]!) * volume.shape[0] + low[0]!;
      data.set(volume.data.subarray(at, at + shape[0]), (k * shape[1] + j) * shape[0]);
    }
  const origin = volume.origin.map(
    (o, c) => o + axes.reduce((sum, axis, a) => sum + axis[c]! * volume.spacing[a]! * low[a]!, 0),
  );
  return { ...volume, shape, origin: origin as unknown as Vec3, data };
}
