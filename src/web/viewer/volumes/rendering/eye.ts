import { cross, dot, length, type Vec3 } from "../../../../core/geometry.ts";

/** From where a volume is seen: unit vectors (LPS) to the right and up on the screen, and toward the eye. */
export interface Eye {
  readonly right: Vec3;
  readonly up: Vec3;
  readonly toward: Vec3;
}

export type Side = "A" | "P" | "L" | "R" | "H" | "F";

/** What is up when a side faces the reader: the head; the front when looked at from above or below. */
const UP: Readonly<Record<Side, Vec3>> = {
  A: [0, 0, 1],
  P: [0, 0, 1],
  L: [0, 0, 1],
  R: [0, 0, 1],
  H: [0, -1, 0],
  F: [0, -1, 0],
};
const TOWARD: Readonly<Record<Side, Vec3>> = {
  A: [0, -1, 0],
  P: [0, 1, 0],
  L: [1, 0, 0],
  R: [-1, 0, 0],
  H: [0, 0, 1],
  F: [0, 0, -1],
};
export const SIDES: readonly Side[] = ["A", "P", "L", "R", "H", "F"];
export const SIDE_WORDS: Readonly<Record<Side, string>> = {
  A: "from the front",
  P: "from the back",
  L: "from the left",
  R: "from the right",
  H: "from above",
  F: "from below",
};

/** The eye that sees a side of the patient. */
export function eyeOn(side: Side): Eye {
  const [up, toward] = [UP[side], TOWARD[side]];
  return { up, toward, right: cross(up, toward) };
}

/** The eye after the volume was dragged by so many radians to the right and downward. */
export function dragged(eye: Eye, right: number, down: number): Eye {
  const toward = unit(
    add(
      add(scaled(eye.toward, Math.cos(right) * Math.cos(down)), scaled(eye.right, -Math.sin(right))),
      scaled(eye.up, Math.sin(down)),
    ),
  );
  const level = unit(add(eye.up, scaled(toward, -dot(eye.up, toward))));
  return { toward, up: level, right: cross(level, toward) };
}

function add(a: Vec3, b: Vec3): Vec3 {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}
function scaled(v: Vec3, by: number): Vec3 {
  return [v[0] * by, v[1] * by, v[2] * by];
}
function unit(v: Vec3): Vec3 {
  return scaled(v, 1 / (length(v) || 1));
}
