import type { SeriesQualifiers } from "../../core/series-reading.ts";

type Phase = NonNullable<SeriesQualifiers["phase"]>;

const LATE = /\b(LATE|DELAYED?|SPAT\w*|TARDI\w*|3RD PHASE|PHASE 3|PH 3|P3)\b/;
const VENOUS = /\b(VENOUS|VENOS\w*|VEINEUX|VEN|CTV|VENA\w*|2ND PHASE|PHASE 2|PH 2|P2|PORTAL)\b/;
const ARTERIAL = /\b(ARTERI\w*|ART|1ST PHASE|PHASE 1|PH 1|P1|EARLY)\b/;
const MULTI = /\b(MULTI ?PHASE|MULTIPHAS\w*|MCTA|3 PHASES?|TRIPHAS\w*)\b/;

/** The contrast phase that words (upper case) name; undefined when they name none. A late venous phase is late. */
export function phaseByWords(words: string): { readonly phase: Phase; readonly why: string } | undefined {
  for (const [phase, pattern] of [
    ["late", LATE],
    ["venous", VENOUS],
    ["arterial", ARTERIAL],
    ["multiphase", MULTI],
  ] as const) {
    const found = pattern.exec(words);
    if (found) return { phase, why: `the word ${found[0].trim()}` };
  }
  return undefined;
}

/** A series with contrast medium, by when its acquiring began (seconds of the day) and how far it reaches. */
export interface TimedAcquisition {
  readonly id: string;
  readonly acquired: number | undefined;
  readonly phase?: Phase | undefined;
}

/**
 * Phases of acquisitions of one examination that follow each other within two minutes: the first arterial, the second
 * venous, further ones late. Series that began within 3 s of each other are the same acquisition made up several times.
 * Only for those whose words name no phase, and only where more than one acquisition is there: one alone may be any.
 */
export function phasesByOrder(
  all: readonly TimedAcquisition[],
): ReadonlyMap<string, { readonly phase: Phase; readonly why: string }> {
  const timed = all.filter(({ acquired }) => acquired !== undefined).sort((a, b) => a.acquired! - b.acquired!);
  const starts: number[] = [];
  for (const { acquired } of timed) if (starts.length === 0 || acquired! - starts.at(-1)! > 3) starts.push(acquired!);
  const found = new Map<string, { readonly phase: Phase; readonly why: string }>();
  if (starts.length < 2 || starts.at(-1)! - starts[0]! > 120) return found;
  for (const one of timed) {
    if (one.phase) continue;
    const order = starts.findLastIndex((start) => start <= one.acquired!);
    const phase = (["arterial", "venous"] as const)[order] ?? "late";
    const after = Math.round(starts[order]! - starts[0]!);
    const why = order === 0 ? `first of ${starts.length} acquisitions` : `${after} s after the first acquisition`;
    found.set(one.id, { phase, why });
  }
  return found;
}
