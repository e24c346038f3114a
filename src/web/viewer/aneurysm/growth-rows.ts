import type { KeptDraft, KeptValue } from "../../../cases/kept.ts";
import { type Change, changeOf, type ReadValue } from "../../../imaging/aneurysm/growth.ts";

/** A measurement of an aneurysm that is kept, with when it was. */
export interface EarlierAneurysm extends KeptDraft {
  /** ISO 8601, UTC; undefined while it is not saved yet. */
  readonly at: string | undefined;
}

/** One measure then and now, with the change that can be told. */
export interface GrowthRow {
  readonly code: string;
  readonly label: string;
  readonly unit: string;
  readonly before: number;
  readonly now: number;
  /** Undefined when an error is not known. */
  readonly change: Change | undefined;
}

const COMPARED: readonly string[] = [
  ...["aneurysm_size_mm", "aneurysm_neck_mm", "aneurysm.height", "aneurysm.width", "aneurysm.volume"],
];

/** Kept measurements of the aneurysm of this name (capitals and blanks do not count), the newest first. */
export function earlierOf(kept: readonly EarlierAneurysm[], name: string): readonly EarlierAneurysm[] {
  const same = (text: string) => text.trim().toLowerCase().replace(/\s+/g, " ");
  return kept
    .filter(({ values, label }) => values.some(({ code }) => code === "aneurysm_size_mm") && same(label) === same(name))
    .toSorted((a, b) => (b.at ?? "").localeCompare(a.at ?? ""));
}

/** What changed between two measurements of one aneurysm; rows without a value on either side are left out. */
export function growthRows(before: readonly KeptValue[], now: readonly KeptValue[]): readonly GrowthRow[] {
  return COMPARED.flatMap((code): GrowthRow[] => {
    const [a, b] = [before, now].map((list) => list.find((one) => one.code === code));
    if (!a || !b || a.value === null || b.value === null) return [];
    const [then, today] = [readOf(a), readOf(b)];
    const change = then && today ? changeOf(then, today) : undefined;
    return [{ code, label: b.label, unit: b.unit, before: a.value, now: b.value, change }];
  });
}

function readOf({ value, uncertainty }: KeptValue): ReadValue | undefined {
  return value === null || !uncertainty ? undefined : { value, sd: (uncertainty.high - uncertainty.low) / 2 };
}
