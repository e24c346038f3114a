import type { DataSet } from "../data-set.ts";

/**
 * Private elements that hold only technique (PS3.15 table E.3.10-1 and makers' conformance statements): creator, group, and
 * the last two digits of the element. Diffusion, mosaics, scaling, PET decay: what a calculation needs.
 */
const SAFE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "SIEMENS MR HEADER": { "0019": "0A 0B 0C 0D 0E 0F 27 28 29", "0051": "0B 0C 0F 11 13" },
  "SIEMENS MED NM": { "0055": "7E" },
  "Philips PET Private Group": { "7053": "00 09" },
  "Philips Imaging DD 001": { "2001": "03 04 06 07 08 09 0A 0B 0C 14 15 17 18" },
  "Philips MR Imaging DD 001": { "2005": "0D 0E" },
  GEMS_PARM_01: { "0043": "27 28 29 2A 2B 2C 2D 2F 39" },
  GEMS_ACQU_01: { "0019": "0F 11 17 18 1A 23 24 27 5A 7D 9C 9E BB BC BD D5 D7 E0" },
  GEMS_RELA_01: { "0021": "35 36 37 4F 50 51 52 53 56 57 58 59 5A 5B 5C 5D 5F 81 82 83 84" },
  ELSCINT1: { "01F1": "26 27 32" },
};

/** Tags of a data set that are private, known to be safe, and the reservations they need. Source: PS3.5 7.8.1. */
export function safePrivateTags(ds: DataSet): ReadonlySet<number> {
  const kept = new Set<number>();
  for (const [tag, { value }] of ds) {
    const group = tag >>> 16;
    const block = (tag & 0xffff) >>> 8;
    if (!(group & 1) || block < 0x10) continue;
    const reservation = ((group << 16) | block) >>> 0;
    const creator = ds.get(reservation)?.value[0];
    if (typeof creator !== "string" || (Array.isArray(value) && typeof value[0] === "object")) continue;
    const elements = SAFE[creator.trim()]?.[group.toString(16).toUpperCase().padStart(4, "0")];
    if (!elements?.split(" ").includes((tag & 0xff).toString(16).toUpperCase().padStart(2, "0"))) continue;
    kept.add(tag).add(reservation);
  }
  return kept;
}
