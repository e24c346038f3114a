import type { Element } from "../data-set.ts";
import { entryOf, tagHex } from "../dictionary.ts";
import { VR_FACTS } from "../vr.ts";
import type { Decision } from "./profile.ts";

/** What happened to one attribute, over all places where it stood. */
export interface Change {
  /** Tags from the root, `0040A730.0040A123`: of items the number is left out. */
  readonly path: string;
  readonly name: string;
  readonly did: "removed" | "emptied" | "replaced" | "cleaned" | "moved" | "new UID" | "kept";
  readonly rule: Decision["rule"];
  count: number;
  /** Of the first place, shortened. `before` is what the profile protects: show it only to those who may see the object. */
  readonly before: string;
  readonly after: string;
}

const LONGEST = 64;

/** An element in a few words. */
export function shown(element: Element | undefined): string {
  if (!element) return "";
  const { vr, value } = element;
  const { kind } = VR_FACTS[vr];
  if (kind === "items") return `${value.length} ${value.length === 1 ? "item" : "items"}`;
  if (kind === "bytes") return `${value.length} bytes`;
  const text = (value as readonly (string | number)[]).slice(0, 8).join("\\");
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** Changes by path and deed, in the order of the data set. */
export class ChangeList {
  readonly #byKey = new Map<string, Change>();
  note(path: string, tag: number, did: Change["did"], rule: Decision["rule"], from: Element, to?: Element): void {
    const key = `${path} ${did}`;
    const known = this.#byKey.get(key);
    if (known) {
      known.count++;
      return;
    }
    const name = entryOf(tag)?.name ?? (rule === "private" ? "Private element" : tagHex(tag));
    this.#byKey.set(key, { path, name, did, rule, count: 1, before: shown(from), after: shown(to) });
  }
  all(): Change[] {
    return [...this.#byKey.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  }
}
