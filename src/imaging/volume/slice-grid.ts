import { cross, type Direction, dot, type Grid, type Limitation, length, sub, type Vec3 } from "../../core/index.ts";

/** Where one slice lies: centre of its first pixel (LPS mm), directions of its rows and columns, pixel spacing in mm. */
export interface SlicePlace {
  readonly origin: Vec3;
  /** Direction in which the column index grows. */
  readonly row: Vec3;
  /** Direction in which the row index grows. */
  readonly column: Vec3;
  readonly columnSpacing: number;
  readonly rowSpacing: number;
  readonly rows: number;
  readonly columns: number;
}

/** How one slice of the grid is made: `a` and `b` are indices of given slices, `f` the share of `b` (0: `a` alone). */
export interface SliceRecipe {
  readonly a: number;
  readonly b: number;
  readonly f: number;
  /** Pixels by which each given slice is moved along its rows and columns (a tilted gantry); 0 when it lies right. */
  readonly shiftA: readonly [number, number];
  readonly shiftB: readonly [number, number];
  /** True when no slice was taken within half a slice gap of here: what is shown is interpolated, and is to be marked. */
  readonly made: boolean;
}

export type SliceGrid =
  | { readonly state: "as-acquired"; readonly grid: Grid; readonly limitations: readonly Limitation[] }
  | {
      readonly state: "rebuilt";
      readonly grid: Grid;
      readonly recipe: readonly SliceRecipe[];
      readonly limitations: readonly Limitation[];
    }
  | { readonly state: "refused"; readonly limitation: Limitation };

/** Slices of one grid may differ by so much and are still taken for even: share of the gap, or mm. */
const EVEN_SHARE = 0.02;
const EVEN_MM = 0.02;
/** Two slices of one place lie closer than this. */
const SAME_PLACE_MM = 0.01;
/** Sideways wander of slices, in pixels over the whole stack, that is no tilt. */
const STRAIGHT_PIXELS = 0.25;
/** A gap this many times the usual one holds no anatomy that could be guessed. */
const WIDEST_GAP = 5;
/** A rebuilt grid of more slices than this would be made of almost nothing but guesses. */
const MOST_SLICES = 4000;
/** Cosine of the angle by which directions may differ (0.57 degrees). */
const SAME_DIRECTION = 0.99995;

/**
 * The regular grid that a stack of slices makes, in which a section may be cut in any direction.
 * `places`: the slices in the order of their place along the common normal (either sense); positions in LPS mm.
 * "as-acquired": even, straight: voxel (i, j, k) is column i, row j of slice k. "rebuilt": slices that are moved
 * sideways against each other (tilted gantry, PS3.3 C.7.6.2.1.1) are put right by a shift within each slice, and uneven
 * gaps are filled by linear interpolation on the smallest gap: `recipe[k]` says from what slice k is made, `made` marks
 * guesses. Each deviation is a limitation. "refused": fewer than 3 slices, two at one place, different directions,
 * sizes or pixel spacings, a gap over 5 times the usual one, or a spacing that is missing: a section across these would
 * show anatomy where it is not. Pure geometry, no errors thrown.
 */
export function sliceGrid(places: readonly SlicePlace[]): SliceGrid {
  const first = places[0];
  if (!first || places.length < 3) {
    return refuse("too-few-slices", `${places.length} slices make no volume: three are needed.`);
  }
  const [row, column] = [unit(first.row), unit(first.column)];
  const normal = cross(row, column);
  if (!(Math.abs(dot(row, column)) < 0.01) || !(length(normal) > 0.99)) {
    return refuse(
      "skewed-directions",
      "The rows and columns of these slices are not at right angles: no section is cut.",
    );
  }
  const [sx, sy] = [first.columnSpacing, first.rowSpacing];
  if (!(sx > 0 && sy > 0))
    return refuse("no-spacing", "These slices do not say how large a pixel is: no section is cut.");
  const odd = oddOne(places, first, row, column);
  if (odd) return odd;
  const along = places.map(({ origin }) => dot(sub(origin, first.origin), normal));
  const sense = Math.sign(along.at(-1)! - along[0]!) || 1;
  const gaps = along.slice(1).map((at, k) => (at - along[k]!) * sense);
  const least = Math.min(...gaps);
  const at = gaps.findIndex((gap) => !(gap > SAME_PLACE_MM));
  if (at >= 0) {
    return refuse("same-place", `Slices ${at + 1} and ${at + 2} lie at one place or out of order: no section is cut.`);
  }
  const usual = [...gaps].sort((a, b) => a - b)[gaps.length >> 1]!;
  const widest = Math.max(...gaps);
  const depth = Math.abs(along.at(-1)! - along[0]!);
  if (widest > WIDEST_GAP * usual + EVEN_MM) {
    const from = gaps.indexOf(widest) + 1;
    return refuse(
      "wide-gap",
      `Between slices ${from} and ${from + 1} there are ${mm(widest)}, elsewhere ${mm(usual)}: what lies between them is not known, no section is cut.`,
    );
  }
  const lateral = places.map(({ origin }): readonly [number, number] => {
    const d = sub(origin, first.origin);
    return [dot(d, row) / sx, dot(d, column) / sy];
  });
  const [wx, wy] = [span(lateral.map(([x]) => x)), span(lateral.map(([, y]) => y))];
  const isEven = widest - least <= Math.max(EVEN_MM, EVEN_SHARE * widest);
  const isStraight = Math.max(wx, wy) <= STRAIGHT_PIXELS;
  const direction: Direction = { i: row, j: column, k: scaled(normal, sense) };
  if (isEven && isStraight) {
    const shape = [first.columns, first.rows, places.length] as const;
    const spacing: Vec3 = [sx, sy, depth / (places.length - 1)];
    return { state: "as-acquired", grid: { shape, spacing, origin: first.origin, direction }, limitations: [] };
  }
  const step = isEven ? depth / (places.length - 1) : finestStep(gaps, depth);
  const count = Math.round(depth / step) + 1;
  if (count > MOST_SLICES) {
    return refuse("uneven-gaps", `Gaps from ${mm(least)} to ${mm(widest)}: no even grid holds these slices.`);
  }
  return rebuilt({ places, along, lateral, gaps, usual, step, count, depth, isEven, isStraight, direction, wx, wy });
}

interface Findings {
  readonly places: readonly SlicePlace[];
  readonly along: readonly number[];
  readonly lateral: readonly (readonly [number, number])[];
  readonly gaps: readonly number[];
  readonly usual: number;
  readonly step: number;
  readonly count: number;
  readonly depth: number;
  readonly isEven: boolean;
  readonly isStraight: boolean;
  readonly direction: Direction;
  readonly wx: number;
  readonly wy: number;
}

function rebuilt(found: Findings): SliceGrid {
  const { places, along, lateral, gaps, usual, step, count, depth, isEven, isStraight, direction, wx, wy } = found;
  const first = places[0]!;
  const left = Math.floor(Math.min(...lateral.map(([x]) => x)) + 1e-6);
  const top = Math.floor(Math.min(...lateral.map(([, y]) => y)) + 1e-6);
  const columns = isStraight ? first.columns : first.columns + Math.ceil(wx - 1e-6) + 1;
  const rows = isStraight ? first.rows : first.rows + Math.ceil(wy - 1e-6) + 1;
  const shiftOf = (k: number): readonly [number, number] =>
    isStraight ? [0, 0] : [lateral[k]![0] - left, lateral[k]![1] - top];
  const distance = along.map(Math.abs);
  let a = 0;
  const recipe = Array.from({ length: count }, (_, k): SliceRecipe => {
    const z = (depth * k) / (count - 1);
    while (a + 2 < places.length && distance[a + 1]! <= z) a++;
    const gap = distance[a + 1]! - distance[a]!;
    const raw = Math.min(1, Math.max(0, (z - distance[a]!) / gap));
    const f = raw < 0.01 ? 0 : raw > 0.99 ? 1 : raw;
    const nearest = Math.min(f, 1 - f) * gap;
    const made = gap > 1.5 * usual && nearest > usual / 2 - EVEN_MM;
    return { a, b: a + 1, f, shiftA: shiftOf(a), shiftB: shiftOf(a + 1), made };
  });
  const { i, j } = direction;
  const [mx, my] = isStraight ? [0, 0] : [left * first.columnSpacing, top * first.rowSpacing];
  const origin: Vec3 = [0, 1, 2].map((c) => first.origin[c]! + i[c]! * mx + j[c]! * my) as unknown as Vec3;
  const grid: Grid = {
    shape: [columns, rows, count],
    spacing: [first.columnSpacing, first.rowSpacing, depth / (count - 1)],
    origin,
    direction,
  };
  const limitations: Limitation[] = [];
  if (!isStraight) {
    const degrees = (Math.atan2(Math.hypot(wx * first.columnSpacing, wy * first.rowSpacing), depth) * 180) / Math.PI;
    limitations.push({
      code: "tilted-gantry",
      message: `Gantry tilted by ${degrees.toFixed(1)}°: every slice is moved to its true place before sections are cut.`,
    });
  }
  const holes = gaps.filter((gap) => gap > 1.5 * usual);
  const missing = holes.reduce((sum, gap) => sum + Math.round(gap / usual) - 1, 0);
  if (holes.length > 0) {
    limitations.push({
      code: "missing-slices",
      message: `About ${missing} ${missing === 1 ? "slice is" : "slices are"} missing (gap up to ${mm(Math.max(...gaps))}, usual ${mm(usual)}): hatched parts are interpolated, not imaged.`,
    });
  } else if (!isEven) {
    limitations.push({
      code: "uneven-gaps",
      message: `Slices lie ${mm(Math.min(...gaps))} to ${mm(Math.max(...gaps))} apart: sections are interpolated on ${mm(step)}.`,
    });
  }
  return { state: "rebuilt", grid, recipe, limitations };
}

/** The first slice that does not go with the others, as a refusal. */
function oddOne(
  places: readonly SlicePlace[],
  first: SlicePlace,
  row: Vec3,
  column: Vec3,
): (SliceGrid & { state: "refused" }) | null {
  const near = (a: number, b: number) => Math.abs(a - b) <= 1e-3 * b;
  for (const [k, one] of places.entries()) {
    if (one.rows !== first.rows || one.columns !== first.columns) {
      const [a, b] = [`${first.columns} x ${first.rows}`, `${one.columns} x ${one.rows}`];
      return refuse("mixed-sizes", `Slices of ${a} and of ${b} pixels (slice ${k + 1}) make no volume.`);
    }
    if (!near(one.columnSpacing, first.columnSpacing) || !near(one.rowSpacing, first.rowSpacing)) {
      const [a, b] = [mm(first.columnSpacing), mm(one.columnSpacing)];
      return refuse("mixed-spacing", `Pixels of ${a} and of ${b} (slice ${k + 1}) make no volume.`);
    }
    if (dot(unit(one.row), row) < SAME_DIRECTION || dot(unit(one.column), column) < SAME_DIRECTION) {
      return refuse("mixed-orientations", `Slice ${k + 1} is turned against the first one: these make no volume.`);
    }
  }
  return null;
}

/** The largest even step, from the smallest gap down to a quarter of it, that comes near every slice. */
function finestStep(gaps: readonly number[], depth: number): number {
  const least = Math.min(...gaps);
  const fits = (step: number) => {
    let at = 0;
    return gaps.every((gap) => {
      at += gap;
      return Math.abs(at / step - Math.round(at / step)) < 0.05;
    });
  };
  for (const parts of [1, 2, 3, 4]) {
    const step = depth / Math.round(depth / (least / parts));
    if (fits(step)) return step;
  }
  return depth / Math.round(depth / least);
}

function refuse(code: string, message: string): SliceGrid & { state: "refused" } {
  return { state: "refused", limitation: { code, message } };
}

function span(values: readonly number[]): number {
  return Math.max(...values) - Math.min(...values);
}

function unit(v: Vec3): Vec3 {
  return scaled(v, 1 / (length(v) || 1));
}

function scaled(v: Vec3, by: number): Vec3 {
  return [v[0] * by, v[1] * by, v[2] * by];
}

function mm(value: number): string {
  return `${Number(value.toFixed(2))} mm`;
}
