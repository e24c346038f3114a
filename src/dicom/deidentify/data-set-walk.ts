import { WillisError } from "../../core/errors.ts";
import { type DataSet, text } from "../data-set.ts";
import { tagHex } from "../dictionary.ts";
import { emptyInside } from "./attribute-types.ts";
import { type Change, ChangeList } from "./changes.ts";
import { KEY_OBJECTS, type ObjectContext, treatElement } from "./element-treatment.ts";
import { type Decision, type DeidentifyOptions, decide } from "./profile.ts";
import { type Pseudonyms, patientKey } from "./pseudonyms.ts";
import { safePrivateTags } from "./safe-private.ts";

/** A data set treated by the profile, and what was done. */
export interface Treated {
  readonly dataSet: DataSet;
  readonly changes: readonly Change[];
  /** Words that were cleaned out of free text, each once. */
  readonly removedWords: readonly string[];
  /** Groups of overlay planes that were left for a person to look at. */
  readonly overlays: readonly number[];
}

const CONTENT = 0x0040a730;
const CONTENT_TEMPLATE = 0x0040a504;
const MOST_ITEMS = 2_000_000;

interface Place {
  readonly source: DataSet;
  readonly target: DataSet;
  readonly path: string;
  readonly parent: number;
}

/**
 * Treat a data set (without pixels) by the Basic Profile with these options; the given one is not changed. Sequences are
 * walked with a list, not by recursion. UIDs of the standard (1.2.840.10008) stay. Errors: `too-large` beyond two million
 * items. Source: PS3.15 Annex E.
 */
export function deidentifyDataSet(source: DataSet, options: DeidentifyOptions, names: Pseudonyms): Treated {
  const patient = patientKey(source);
  const words = new Set<string>();
  const context: ObjectContext = {
    ...{ sopClass: text(source, "SOPClassUID") ?? "", patient, names, words },
    days: options.dates === "modified" ? names.dayShift(patient) : 0,
  };
  const list = new ChangeList();
  const overlays = keptOverlays(source, options);
  const root: DataSet = new Map();
  const places: Place[] = [{ source, target: root, path: "", parent: 0 }];
  for (let at = 0; at < places.length; at++) {
    const { source: from, target, path, parent } = places[at]!;
    const safe = options.safePrivate ? safePrivateTags(from) : null;
    for (const [tag, element] of from) {
      const group = tag >>> 16;
      if (group <= 6 || (tag & 0xffff) === 0) continue; // command, meta and directory elements have no place here
      let decision = decide(tag, element.vr, options);
      if (safe?.has(tag)) decision = { deed: "keep", basic: "K", rule: "private" };
      else if ((group & 0xff01) === 0x6000) decision = overlayDecision(tag, overlays.has(group));
      const { did, to, items } = treatElement(tag, element, decision, emptyInside(parent, tag), context);
      const here = path + tagHex(tag);
      if (did) list.note(here, tag, did, decision.rule, element, to ?? undefined);
      if (!to) continue;
      if (!items) target.set(tag, to);
      else {
        const made = items.map((): DataSet => new Map());
        target.set(tag, { vr: "SQ", value: made });
        items.forEach((item, i) => {
          places.push({ source: item, target: made[i]!, path: `${here}.`, parent: tag });
        });
        if (places.length > MOST_ITEMS)
          throw new WillisError("too-large", `More than ${MOST_ITEMS} items in one object: it is not de-identified.`);
      }
    }
  }
  // A report whose tree was replaced no longer follows its template.
  if (!options.structured && source.has(CONTENT) && context.sopClass !== KEY_OBJECTS) root.delete(CONTENT_TEMPLATE);
  return { dataSet: root, changes: list.all(), removedWords: [...words].sort(), overlays: [...overlays] };
}

function keptOverlays(ds: DataSet, options: DeidentifyOptions): ReadonlySet<number> {
  const groups = new Set<number>();
  if (!options.graphics) return groups;
  for (const tag of ds.keys()) {
    const group = tag >>> 16;
    if ((group & 0xff01) !== 0x6000 || (tag & 0xffff) !== 0x3000) continue;
    if (ds.get(((group << 16) | 0x0040) >>> 0)?.value[0] === "R") groups.add(group);
  }
  return groups;
}

/** Overlay planes go with all that describes them; of a kept one only what is drawn and where stays. */
function overlayDecision(tag: number, kept: boolean): Decision {
  const words = [0x0022, 0x1500, 0x4000].includes(tag & 0xffff);
  return { deed: kept && !words ? "keep" : "remove", basic: "X", rule: "group" };
}
