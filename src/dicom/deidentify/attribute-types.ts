import type { Deed } from "./profile.ts";

const IMAGE = "1.2.840.10008.5.1.4.1.1.";
/**
 * Classes of single frames and cine, in which equipment, series and acquisition attributes are optional (type 3) and the
 * content date and contrast agent may be empty (type 2): CR, CT, US, MR, NM, SC, XA, RF.
 */
const CLASSIC = new Set(["1", "2", "3.1", "6.1", "4", "20", "7", "12.1", "12.2"].map((end) => IMAGE + end));
/** Attributes that are of type 3 there. */
const OPTIONAL = new Set([
  ...[0x0008002a, 0x00080021, 0x00080031, 0x00080080, 0x00080082, 0x00081010, 0x00081070, 0x00081072, 0x00081111],
  ...[0x00181000, 0x00181030, 0x00181400, 0x0018700a, 0x00080022, 0x00080032, 0x00321060, 0x00102203, 0x00081110],
]);
/** Attributes that may be empty wherever they stand (type 2 or 2C), or are removed only with their whole module. */
const MAY_BE_EMPTY = new Set([0x00700084, 0x00080023, 0x00080033, 0x00180010]);
/** Sequences that no class requires. */
const NEVER_REQUIRED = new Set([0x00081072, 0x00080082]);

/**
 * One deed out of the alternatives of a conditional action (PS3.15 E.1: `X/Z/D` ...), by the type of the attribute in the
 * class: optional is removed, may-be-empty is emptied, required gets a dummy. For a class we have no types of, the last
 * alternative, which is valid for every type. References (`U*`) stay, with new UIDs.
 */
export function resolve(basic: string, tag: number, sopClass: string): Deed {
  const can = (letter: string) => basic.split("/").includes(letter);
  if (can("U*")) return "descend";
  if (can("X") && NEVER_REQUIRED.has(tag)) return "remove";
  if (CLASSIC.has(sopClass)) {
    if (can("X") && OPTIONAL.has(tag)) return "remove";
    if (can("Z") && MAY_BE_EMPTY.has(tag)) return "empty";
  }
  if (can("D")) return "replace";
  return "empty";
}

/** Items of these sequences keep what is removed elsewhere as empty elements, because it is of type 2 in them. */
const TYPE_2_INSIDE: ReadonlyMap<number, ReadonlySet<number>> = new Map([
  [0x0040a370, new Set([0x00401001, 0x00321060, 0x00402016, 0x00402017])],
  [0x0072000c, new Set([0x0040100a])],
]);

/** Whether an attribute that the profile removes must stay, empty, in an item of `parent`. */
export function emptyInside(parent: number, tag: number): boolean {
  return TYPE_2_INSIDE.get(parent)?.has(tag) ?? false;
}
