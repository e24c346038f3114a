import type { ScaleCourse } from "../../cases/scale-entries.ts";
import type { Scale } from "../../knowledge/scales.ts";

/** What is drawn of a course, in units of the drawing; y grows downwards. Pure. */
export interface CoursePlot {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly bottom: number;
  readonly from: number;
  readonly to: number;
  readonly bands: readonly {
    readonly y: number;
    readonly height: number;
    readonly words: string;
    readonly odd: boolean;
  }[];
  readonly ticks: readonly { readonly y: number; readonly words: string }[];
  readonly points: readonly {
    readonly id: string;
    readonly x: number;
    readonly y: number;
    readonly words: string;
    readonly above: boolean;
  }[];
  readonly line: string;
  /** The course in a sentence, for who cannot see it. */
  readonly words: string;
}

const [WIDTH, HEIGHT, LEFT, TOP, BOTTOM] = [340, 150, 30, 16, 126];

/** Scores as numbers: themselves, or the place of a class among the options. */
function heightsOf(scale: Scale, course: ScaleCourse): readonly (number | null)[] {
  const classes = scale.kind === "choice" ? scale.items[0]!.options.map((option) => option.value) : [];
  return course.counting.map(({ value }) => {
    if (typeof value === "number") return value;
    const at = value === null ? -1 : classes.indexOf(value);
    return at < 0 ? null : at;
  });
}

/**
 * The drawing of a course of at least two scores that have a height; null when there are fewer. The axis begins at the
 * scale's own lowest total and ends at its highest, unless that is open or far above what was scored: then at the next
 * round number above.
 */
export function coursePlot(scale: Scale, course: ScaleCourse): CoursePlot | null {
  const heights = heightsOf(scale, course);
  const known = heights.filter((value) => value !== null);
  if (known.length < 2) return null;
  const words = scale.items[0]!.options;
  const isClass = course.counting.some(({ value }) => typeof value === "string");
  const low = isClass ? 0 : typeof scale.range[0] === "number" ? scale.range[0] : Math.min(...known);
  const most = Math.max(...known);
  const end = isClass ? words.length - 1 : scale.range[1];
  const round = Math.ceil(((most - low) * 1.25 || 1) / 5) * 5 + low;
  const high = typeof end === "number" && (end <= 15 || end <= round) ? end : round;
  const times = course.counting.map((entry) => Date.parse(entry.observedAt));
  const [from, to] = [Math.min(...times), Math.max(...times)];
  const y = (value: number) => BOTTOM - ((value - low) / (high - low || 1)) * (BOTTOM - TOP);
  const x = (at: number) => LEFT + 16 + (to === from ? 0.5 : (at - from) / (to - from)) * (WIDTH - LEFT - 32);
  const drawn = course.counting.flatMap((entry, i) => {
    const value = heights[i];
    if (value === null || value === undefined) return [];
    const words = typeof entry.value === "number" ? `${Math.round(entry.value * 10) / 10}` : `${entry.value}`;
    return [{ id: entry.id, x: x(times[i]!), y: y(value), words }];
  });
  const points = drawn.map((point, i) => {
    // A figure stands on the side from which no line comes.
    const beside = drawn[i - 1] ?? drawn[i + 1];
    const above = beside === undefined || point.y <= beside.y;
    return { ...point, above: point.y < TOP + 12 ? false : point.y > BOTTOM - 14 ? true : above };
  });
  // Whole totals: a band reaches half a point beyond its ends, so that bands meet.
  const bands = scale.bands.flatMap((band, i) => {
    const top = Math.max(TOP, y(Math.min(high, (band.to ?? high) + 0.5)));
    const foot = Math.min(BOTTOM, y(Math.max(low, band.from - 0.5)));
    return foot > top ? [{ y: top, height: foot - top, words: band.words, odd: i % 2 === 1 }] : [];
  });
  const steps = isClass ? words.map((_, i) => i) : [low, (low + high) / 2, high];
  const ticks = steps.map((at) => ({
    y: y(at),
    words: isClass ? `${words[at]!.value}` : `${Math.round(at * 10) / 10}`,
  }));
  return {
    ...{ width: WIDTH, height: HEIGHT, left: LEFT, bottom: BOTTOM, from, to, bands, ticks, points },
    line: points.map((point, i) => `${i === 0 ? "M" : "L"} ${point.x} ${point.y}`).join(" "),
    words: `${course.name} over time: ${points.map((point) => point.words).join(", then ")}`,
  };
}
