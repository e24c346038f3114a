import type { DataSet } from "./data-set.ts";
import { entryOf } from "./dictionary.ts";
import { VR_FACTS, type Vr, vrFromBytes } from "./vr.ts";

/** What stands before the value of an element: its VR as it is to be read, its length, where the value begins. */
export interface ElementHeader {
  readonly vr: Vr;
  /** 0xFFFFFFFF is undefined length. */
  readonly length: number;
  readonly valueAt: number;
  /** The value is of VR UN: what is in it is coded implicit little endian (PS3.5 6.2.2). */
  readonly nestedImplicit: boolean;
}

const UNDEFINED = 0xffffffff;

/**
 * Read the header of the element `tag` at byte `at` (eight bytes are there; a long explicit header may need twelve:
 * compare `valueAt`). UN with a tag of the dictionary is read as the dictionary says. Null when an explicit header has
 * no value representation. Source: PS3.5 7.1.2, 7.1.3, 6.2.2.
 */
export function elementHeader(
  view: DataView,
  at: number,
  tag: number,
  explicit: boolean,
  little: boolean,
  ds: DataSet,
): ElementHeader | null {
  if (!explicit) {
    return { vr: implicitVr(tag, ds), length: view.getUint32(at + 4, little), valueAt: at + 8, nestedImplicit: false };
  }
  const [a, b] = [view.getUint8(at + 4), view.getUint8(at + 5)];
  const read = vrFromBytes(a, b);
  if (!read && !isVrLike(a, b)) return null;
  const vr = read ?? "UN";
  if (read && !VR_FACTS[vr].longLength) {
    return { vr, length: view.getUint16(at + 6, little), valueAt: at + 8, nestedImplicit: false };
  }
  const length = at + 12 <= view.byteLength ? view.getUint32(at + 8, little) : 0;
  if (vr !== "UN") return { vr, length, valueAt: at + 12, nestedImplicit: false };
  return { vr: length === UNDEFINED ? "UN" : implicitVr(tag, ds), length, valueAt: at + 12, nestedImplicit: true };
}

/** Two capital letters: a VR of a later edition, which has a 32-bit length (PS3.5 6.2). */
function isVrLike(a: number, b: number): boolean {
  return a >= 0x41 && a <= 0x5a && b >= 0x41 && b <= 0x5a;
}

/** The VR of an element whose header has none: dictionary, and Pixel Representation where it chooses (PS3.5 A.1). */
function implicitVr(tag: number, ds: DataSet): Vr {
  const entry = entryOf(tag);
  if (!entry) return "UN";
  if (!entry.choices) return entry.vr;
  if (entry.choices.includes("SS")) return ds.get(0x00280103)?.value[0] === 1 ? "SS" : "US";
  return entry.choices.includes("OW") ? "OW" : entry.vr;
}
