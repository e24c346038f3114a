import type { DecisionBasis } from "../../cases/decision-basis.ts";
import { judgedAnew, type Replay } from "../../cases/judged-anew.ts";
import { optionsFor, type Pack } from "../../knowledge/index.ts";
import { withSuccessors } from "../../knowledge/pack-standing.ts";
import type { PackShelf } from "../knowledge/pack-shelf.ts";

/** Judges what a decision rested on anew: with its own pack versions at its own time, and with the packs of `now`. */
export async function replay(
  basis: DecisionBasis,
  shelf: PackShelf,
  packs: readonly Pack[],
  now: string,
): Promise<Replay> {
  const { options } = basis;
  const then = await Promise.all(options.packs.map(({ hash }) => shelf.find(hash)));
  const kept = withSuccessors(then.flatMap((found) => ("pack" in found ? [found.pack] : [])));
  const whole = kept.length === then.length;
  const differences = whole
    ? judgedAnew(options, optionsFor(kept, options.caseKind, options.facts, options.now, options.doubts))
    : [];
  return {
    at: basis.at,
    packs: options.packs.map(({ id, version, hash }, k) => {
      const found = then[k]!;
      return { id, version, hash, kept: "pack" in found, why: "why" in found ? found.why : null };
    }),
    same: whole ? differences.length === 0 : null,
    differences,
    today: {
      at: now,
      differences: judgedAnew(options, optionsFor(packs, options.caseKind, options.facts, now, options.doubts)),
    },
  };
}
