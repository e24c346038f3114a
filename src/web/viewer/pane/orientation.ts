import type { Vec3 } from "../../../core/index.ts";

/** Letters at the four edges of an image; an empty text where the direction is not known. */
export interface EdgeLetters {
  readonly left: string;
  readonly right: string;
  readonly top: string;
  readonly bottom: string;
}

export const NO_LETTERS: EdgeLetters = { left: "", right: "", top: "", bottom: "" };
const OPPOSITE: Readonly<Record<string, string>> = { L: "R", R: "L", A: "P", P: "A", H: "F", F: "H" };

/**
 * The letters of a patient direction (LPS): the main axis first, a second one when the direction leans by more than
 * about 17 degrees (PS3.3 C.7.6.1.1.1: L/R, A/P, H/F).
 */
export function letters(direction: Vec3): string {
  const names = ["LR", "PA", "HF"];
  return direction
    .map((value, axis) => ({ size: Math.abs(value), letter: names[axis]![value > 0 ? 0 : 1]! }))
    .filter(({ size }) => size > 0.3)
    .sort((a, b) => b.size - a.size)
    .slice(0, 2)
    .map(({ letter }) => letter)
    .join("");
}

/** "LF" to "RH"; letters it does not know are dropped. */
export function opposite(text: string): string {
  return [...text].map((letter) => OPPOSITE[letter] ?? "").join("");
}

/** Edge letters of a plane shown with `right` pointing to the right of the screen and `down` to its bottom. */
export function edgeLetters(right: Vec3, down: Vec3): EdgeLetters {
  const r = letters(right);
  const d = letters(down);
  return { right: r, left: opposite(r), bottom: d, top: opposite(d) };
}

/**
 * Edge letters of an image that states only Patient Orientation (0020,0020): the direction of its rows and of its
 * columns, e.g. ["L", "F"]. No letters when it does not state them: a guess would be worse than none.
 */
export function statedLetters(patientOrientation: readonly string[]): EdgeLetters {
  const [row, column] = patientOrientation;
  if (!row || !column) return NO_LETTERS;
  return { right: row, left: opposite(row), bottom: column, top: opposite(column) };
}
