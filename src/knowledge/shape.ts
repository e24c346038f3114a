/**
 * Checks whether a value of unknown origin has a shape. Returns null when it has, else what is wrong, starting with where
 * ("effect.ci95[1] must be a number, not "x""). Never throws; never follows a cycle deeper than the shape itself.
 */
export type Shape = (value: unknown, where: string) => string | null;

function shown(value: unknown): string {
  if (value === undefined) return "missing";
  const text = typeof value === "object" && value !== null ? (Array.isArray(value) ? "a list" : "an object") : null;
  return text ?? `${JSON.stringify(value)}`.slice(0, 60);
}

const must = (what: string, fits: (value: unknown) => boolean): Shape => {
  return (value, where) => (fits(value) ? null : `${where} must be ${what}, not ${shown(value)}`);
};

/** A string of at most 4,000 characters; may be empty. */
export const text: Shape = must(
  "a string of at most 4000 characters",
  (v) => typeof v === "string" && v.length <= 4000,
);
/** A string that is not empty. */
export const words: Shape = must("words", (v) => typeof v === "string" && v.trim() !== "" && v.length <= 4000);
/** A finite number. */
export const number: Shape = must("a number", (v) => typeof v === "number" && Number.isFinite(v));
/** True or false. */
export const flag: Shape = must("true or false", (v) => typeof v === "boolean");
/** A fact's value: a string, a number, or true or false. */
export const scalar: Shape = must(
  "a word, a number, or true or false",
  (v) =>
    (typeof v === "string" && v.length <= 400) ||
    (typeof v === "number" && Number.isFinite(v)) ||
    typeof v === "boolean",
);

/** One of the given words. */
export function oneOf(...allowed: readonly string[]): Shape {
  return must(`one of ${allowed.join(", ")}`, (v) => typeof v === "string" && allowed.includes(v));
}

/** Null, or the shape. */
export function orNull(shape: Shape): Shape {
  return (value, where) => (value === null ? null : shape(value, where));
}

/** Absent, or the shape. */
export function optional(shape: Shape): Shape {
  return (value, where) => (value === undefined ? null : shape(value, where));
}

/** The first shape that fits; the complaint is that of the last. */
export function either(...shapes: readonly Shape[]): Shape {
  return (value, where) => {
    const wrong = shapes.map((shape) => shape(value, where));
    return wrong.includes(null) ? null : wrong.at(-1)!;
  };
}

/** A list of at most `most` entries of one shape. */
export function listOf(shape: Shape, most = 2000): Shape {
  return (value, where) => {
    if (!Array.isArray(value)) return `${where} must be a list, not ${shown(value)}`;
    if (value.length > most) return `${where} has ${value.length} entries; at most ${most} are read`;
    for (const [i, entry] of value.entries()) {
      const wrong = shape(entry, `${where}[${i}]`);
      if (wrong) return wrong;
    }
    return null;
  };
}

/** Exactly two entries, each of its shape. */
export function pairOf(first: Shape, second: Shape): Shape {
  return (value, where) => {
    if (!Array.isArray(value) || value.length !== 2) return `${where} must be a list of two, not ${shown(value)}`;
    return first(value[0], `${where}[0]`) ?? second(value[1], `${where}[1]`);
  };
}

/** An object with these keys; others are allowed and ignored, so that a newer pack can still be read. */
export function objectOf(keys: Readonly<Record<string, Shape>>): Shape {
  return (value, where) => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      return `${where} must be an object, not ${shown(value)}`;
    for (const [key, shape] of Object.entries(keys)) {
      const given = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
      const wrong = shape(given, where === "" ? key : `${where}.${key}`);
      if (wrong) return wrong;
    }
    return null;
  };
}

/** An object whose every value has one shape, with at most 400 keys. */
export function mapOf(shape: Shape): Shape {
  return (value, where) => {
    const wrong = objectOf({})(value, where);
    if (wrong) return wrong;
    const entries = Object.entries(value as object);
    if (entries.length > 400) return `${where} has ${entries.length} keys; at most 400 are read`;
    for (const [key, entry] of entries) {
      const problem = shape(entry, `${where}.${key}`);
      if (problem) return problem;
    }
    return null;
  };
}

const MOST_NODES = 500;
const MOST_DEEP = 24;

/** A criterion's tree, walked without recursion: at most 500 nodes and 24 levels; what its leaves say is checked elsewhere. */
export const tree: Shape = (value, where) => {
  const open: { readonly node: unknown; readonly depth: number }[] = [{ node: value, depth: 1 }];
  for (let seen = 0; open.length > 0; seen++) {
    const { node, depth } = open.pop()!;
    if (seen >= MOST_NODES) return `${where} has more than ${MOST_NODES} nodes`;
    if (depth > MOST_DEEP) return `${where} is more than ${MOST_DEEP} levels deep`;
    if (typeof node !== "object" || node === null || Array.isArray(node))
      return `${where}: a criterion must be an object, not ${shown(node)}`;
    const { all, any, of, not, field, text: prose } = node as Record<string, unknown>;
    for (const group of [all, any, of]) {
      if (group !== undefined && !Array.isArray(group))
        return `${where}: a group must hold a list, not ${shown(group)}`;
      for (const child of (group as unknown[] | undefined) ?? []) open.push({ node: child, depth: depth + 1 });
    }
    if (not !== undefined) open.push({ node: not, depth: depth + 1 });
    for (const name of [field, prose])
      if (name !== undefined && typeof name !== "string")
        return `${where}: ${shown(name)} is no name of a fact and no words`;
  }
  return null;
};
