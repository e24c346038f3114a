/** The value representations of PS3.5 section 6.2. */
export const VRS = [
  ...["AE", "AS", "AT", "CS", "DA", "DS", "DT", "FD", "FL", "IS", "LO", "LT", "OB", "OD", "OF", "OL", "OV", "OW"],
  ...["PN", "SH", "SL", "SQ", "SS", "ST", "SV", "TM", "UC", "UI", "UL", "UN", "UR", "US", "UT", "UV"],
] as const as readonly Vr[];

/** A value representation of PS3.5 section 6.2. */
export type Vr =
  | ("AE" | "AS" | "AT" | "CS" | "DA" | "DS" | "DT" | "FD" | "FL" | "IS" | "LO" | "LT" | "OB" | "OD" | "OF" | "OL")
  | ("OV" | "OW" | "PN" | "SH" | "SL" | "SQ" | "SS" | "ST" | "SV" | "TM" | "UC" | "UI" | "UL" | "UN" | "UR" | "US")
  | ("UT" | "UV");

/** How the value of a VR is held in a data set: text, numbers, raw bytes, or items. */
export type VrKind = "text" | "numbers" | "bytes" | "items";

/** Facts of one VR: how it is held, whether its explicit length has 32 bits, bytes per number, rules for text. */
export interface VrFacts {
  readonly kind: VrKind;
  readonly longLength: boolean;
  /** Bytes of one number, or of one swap unit of a bytes VR. */
  readonly size: number;
  /** Text: the backslash separates values. */
  readonly multiple: boolean;
  /** Text: written in Specific Character Set (PS3.5 6.1.2.3). */
  readonly charset: boolean;
  /** Text: leading spaces carry no meaning. */
  readonly trimStart: boolean;
}

const LONG = new Set("OB OD OF OL OV OW SQ SV UC UN UR UT UV".split(" "));
const SIZES: Readonly<Record<string, number>> = {
  ...{ AT: 2, US: 2, SS: 2, UL: 4, SL: 4, FL: 4, FD: 8, SV: 8, UV: 8 },
  ...{ OB: 1, UN: 1, OW: 2, OF: 4, OL: 4, OD: 8, OV: 8 },
};
const NUMBERS = new Set("AT FD FL SL SS SV UL US UV".split(" "));
const SINGLE = new Set("LT ST UT UR".split(" "));
const IN_CHARSET = new Set("LO LT PN SH ST UC UT".split(" "));
const KEEP_START = new Set("LT ST UT UC UR PN".split(" "));

/** The facts of every VR. */
export const VR_FACTS: Readonly<Record<Vr, VrFacts>> = Object.fromEntries(
  VRS.map((vr) => {
    const kind: VrKind = NUMBERS.has(vr) ? "numbers" : vr === "SQ" ? "items" : SIZES[vr] ? "bytes" : "text";
    const facts: VrFacts = {
      kind,
      longLength: LONG.has(vr),
      size: SIZES[vr] ?? 1,
      multiple: kind === "text" && !SINGLE.has(vr),
      charset: IN_CHARSET.has(vr),
      trimStart: !KEEP_START.has(vr),
    };
    return [vr, facts];
  }),
) as Record<Vr, VrFacts>;

const BY_CODE = new Map<number, Vr>(VRS.map((vr) => [(vr.charCodeAt(0) << 8) | vr.charCodeAt(1), vr]));

/** The VR written by two bytes, or undefined when they are none. */
export function vrFromBytes(a: number, b: number): Vr | undefined {
  return BY_CODE.get((a << 8) | b);
}
