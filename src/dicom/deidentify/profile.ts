import { entryOf } from "../dictionary.ts";
import type { Vr } from "../vr.ts";
import { E_1_1, OURS } from "./profile-table.ts";

/** The options of PS3.15 E.3 that may be added to the Basic Profile. All false is the Basic Profile alone. */
export interface DeidentifyOptions {
  /** Retain Longitudinal Temporal Information: dates moved by whole days per patient, times kept; or kept as they are. */
  readonly dates: "remove" | "modified" | "full";
  /** Clean Descriptors: of free text the words that are known to be safe stay. */
  readonly descriptors: boolean;
  /** Clean Structured Content: SR trees stay, their text is cleaned. */
  readonly structured: boolean;
  /** Clean Graphics: shapes stay, their text is cleaned; overlays of type ROI stay, for a person to look at. */
  readonly graphics: boolean;
  readonly uids: boolean;
  readonly device: boolean;
  readonly institution: boolean;
  readonly patient: boolean;
  /** Retain Safe Private: the elements of `safe-private.ts`. */
  readonly safePrivate: boolean;
  /** Ours: encapsulated documents and recorded speech are given out, unread. */
  readonly documents: boolean;
}

/** The Basic Application Level Confidentiality Profile without any option. */
export const BASIC: DeidentifyOptions = {
  ...{ dates: "remove", descriptors: false, structured: false, graphics: false, uids: false, device: false },
  ...{ institution: false, patient: false, safePrivate: false, documents: false },
};

/** What happens to an attribute. `descend`: a sequence stays and its items are treated one by one. */
export type Deed = "remove" | "empty" | "replace" | "keep" | "clean" | "shift" | "uid" | "descend";

/** One row: the Basic Profile's action and the letters of `profile-table.ts`. */
export interface ProfileRow {
  readonly basic: string;
  readonly options: string;
  readonly rule: "table" | "ours";
}

/** What is to be done with an attribute, and by which rule. `basic` still holds alternatives such as `X/Z/D`. */
export interface Decision {
  readonly deed: Deed | "conditional";
  readonly basic: string;
  readonly rule: "table" | "ours" | "value type" | "private" | "unknown" | "group" | "not listed";
}

let rows: Map<number, ProfileRow> | null = null;

function load(): NonNullable<typeof rows> {
  if (rows) return rows;
  rows = new Map();
  for (const [rule, table] of [
    ["ours", OURS],
    ["table", E_1_1],
  ] as const) {
    for (const [signature, tags] of Object.entries(table)) {
      const [basic = "", options = ""] = signature.split(" ");
      for (const tag of tags.split(/\s+/)) rows.set(Number.parseInt(tag, 16), { basic, options, rule });
    }
  }
  return rows;
}

/** Every row of the two tables, by tag. */
export function profileRows(): ReadonlyMap<number, ProfileRow> {
  return load();
}

/** UI elements that name a class, a coding or a syntax, not an object: they stay. */
const CLASS_UIDS = new Set([
  ...[0x00020002, 0x00020010, 0x00020012, 0x00080016, 0x0008001a, 0x0008001b, 0x00080062, 0x0008010c, 0x00080117],
  ...[0x00080118, 0x00081150, 0x0008115a, 0x00083002, 0x00041510, 0x00041512],
]);
/** Text elements that are part of a code. */
const CODE_TEXTS = new Set([0x00080114, 0x00080115, 0x00080119, 0x00080120, 0x0008010e]);
const FREE_TEXT = new Set<Vr>(["ST", "LT", "UT", "UC"]);

/**
 * What the profile with these options does to an attribute: the table first, then, for what no table lists, rules by value
 * representation (names, dates, UIDs, AE titles, addresses and free text never stay as they are). Elements of odd groups are
 * private; those of even groups that PS3.6 does not know are removed as well.
 */
export function decide(tag: number, vr: Vr, options: DeidentifyOptions): Decision {
  const group = tag >>> 16;
  if (group & 1) return { deed: "remove", basic: "X", rule: "private" };
  if ((group & 0xff00) === 0x5000) return { deed: "remove", basic: "X", rule: "group" };
  const row = load().get(tag);
  if (row) return { ...byRow(row, vr, options), basic: row.basic, rule: row.rule };
  if (!entryOf(tag) || vr === "UN") return { deed: "remove", basic: "X", rule: "unknown" };
  const by = byValueType(tag, vr, options);
  if (by) return { ...by, rule: "value type" };
  return { deed: vr === "SQ" ? "descend" : "keep", basic: "K", rule: "not listed" };
}

function byRow({ basic, options: letters }: ProfileRow, vr: Vr, options: DeidentifyOptions): Pick<Decision, "deed"> {
  const has = (letter: string) => letters.includes(letter);
  const kept = vr === "SQ" ? "descend" : "keep";
  if (has("t") && options.dates === "full") return { deed: kept };
  if (has("t") && options.dates === "modified") return { deed: "shift" };
  const retained =
    (has("u") && options.uids) ||
    (has("d") && options.device) ||
    (has("i") && options.institution) ||
    (has("p") && options.patient);
  if (retained) return { deed: kept };
  const cleaned =
    (has("s") && options.descriptors) ||
    (has("q") && options.patient) ||
    (has("c") && options.structured) ||
    (has("g") && options.graphics);
  if (cleaned) return { deed: vr === "SQ" ? "descend" : "clean" };
  if (basic === "X") return { deed: "remove" };
  if (basic === "Z") return { deed: "empty" };
  if (basic === "D") return { deed: "replace" };
  if (basic === "U") return { deed: options.uids ? "keep" : "uid" };
  return { deed: "conditional" };
}

function byValueType(tag: number, vr: Vr, options: DeidentifyOptions): Pick<Decision, "deed" | "basic"> | null {
  if (vr === "PN") return { deed: "replace", basic: "D" };
  if (vr === "UI") return CLASS_UIDS.has(tag) || options.uids ? null : { deed: "uid", basic: "U" };
  if (vr === "AE") return options.device ? null : { deed: "remove", basic: "X" };
  if (vr === "UR") return CODE_TEXTS.has(tag) ? null : { deed: "remove", basic: "X" };
  if (vr === "DA" || vr === "TM" || vr === "DT") {
    if (options.dates === "full") return null;
    return options.dates === "modified" ? { deed: "shift", basic: "D" } : { deed: "replace", basic: "D" };
  }
  if (FREE_TEXT.has(vr) && !CODE_TEXTS.has(tag)) {
    return { deed: options.descriptors ? "clean" : "replace", basic: "D" };
  }
  return null;
}
