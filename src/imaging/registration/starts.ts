import type { Vec3 } from "../../core/geometry.ts";
import { sub } from "../../core/geometry.ts";
import { likeness } from "./mutual-information.ts";
import { centreOfMass, type Reduced } from "./reduce.ts";
import { after, middleOf, type Rigid, rigidOf } from "./rigid.ts";

/** A place to start from, and how alike the volumes are there. */
export interface Start {
  readonly matrix: Rigid;
  readonly from: "headers" | "given" | "centres of mass" | "middles";
  readonly nmi: number;
}

const TURNS = [-15, 0, 15] as const;
/** Volumes that share less than this are not compared: nearly nothing in common is easily alike. */
const LEAST_OVERLAP = 0.25;

/**
 * The best place to start a registration from: as the headers say, as a person `given` it, with the centres of mass or the
 * middles of both laid on each other, the latter two turned by -15, 0 and 15 degrees about each axis; each of the best
 * four is then improved by a pattern search on normalised mutual information (steps from 8 mm and 8 degrees halved down
 * to 1). Both volumes coarse (about 6 mm): a thousand comparisons are made. `fixed` should be the smaller one.
 */
export function bestStart(
  fixed: Reduced,
  moving: Reduced,
  given: Rigid | undefined,
  told: (fraction: number) => void = () => {},
): Start {
  const shift = (a: Vec3, b: Vec3): Rigid => rigidOf([0, 0, 0], sub(a, b));
  const seeds: { from: Start["from"]; matrix: Rigid }[] = [{ from: "headers", matrix: rigidOf([0, 0, 0], [0, 0, 0]) }];
  if (given) seeds.push({ from: "given", matrix: given });
  for (const [from, matrix] of [
    ["centres of mass", shift(centreOfMass(fixed), centreOfMass(moving))],
    ["middles", shift(middleOf(fixed), middleOf(moving))],
  ] as const)
    for (const x of TURNS)
      for (const y of TURNS)
        for (const z of TURNS)
          seeds.push({ from, matrix: after(rigidOf([x, y, z], [0, 0, 0], centreOfMass(fixed)), matrix) });
  const stride = Math.max(1, Math.floor(fixed.data.length / 12_000));
  const score = (matrix: Rigid): number => {
    const { nmi, overlap } = likeness(fixed, moving, matrix, stride, 24);
    return overlap >= LEAST_OVERLAP ? nmi : 1 + (nmi - 1) * (overlap / LEAST_OVERLAP) * 0.5;
  };
  const scored = seeds.map((seed, n) => {
    told((0.4 * n) / seeds.length);
    return { ...seed, nmi: score(seed.matrix) };
  });
  const ranked = [...scored].sort((a, b) => b.nmi - a.nmi).slice(0, 4);
  // what was said by a header or a person is always followed up
  const follow = [...new Set([...ranked, ...scored.filter(({ from }) => from === "headers" || from === "given")])];
  const centre = middleOf(fixed);
  const improved = follow.map((start, n) => {
    told(0.4 + (0.6 * n) / follow.length);
    return climb(start, score, centre);
  });
  return improved.sort((a, b) => b.nmi - a.nmi)[0]!;
}

/** Pattern search: one parameter at a time, a step either way; halved when no step helps. */
function climb(start: Start, score: (matrix: Rigid) => number, centre: Vec3): Start {
  let best = start;
  for (let step = 8; step >= 1; step /= 2) {
    for (let helped = true, rounds = 0; helped && rounds < 12; rounds++) {
      helped = false;
      for (let axis = 0; axis < 6; axis++)
        for (const sign of [-1, 1]) {
          const amount = [0, 1, 2].map((a) => (a === axis % 3 ? sign * step : 0)) as unknown as Vec3;
          const move = axis < 3 ? rigidOf([0, 0, 0], amount) : rigidOf(amount, [0, 0, 0], centre);
          const matrix = after(move, best.matrix);
          const nmi = score(matrix);
          if (nmi > best.nmi + 1e-5) {
            best = { ...best, matrix, nmi };
            helped = true;
            break;
          }
        }
    }
  }
  return best;
}
