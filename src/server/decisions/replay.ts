import type { DecisionBasis } from "../../cases/decision-basis.ts";
import { judgedAnew, type Replay } from "../../cases/judged-anew.ts";
import { optionsFor, type Pack } from "../../knowledge/index.ts";
import type { PackShelf } from "../knowledge/pack-shelf.ts";

/** Judges what a decision rested on anew: with its own pack versions at its own time, and with the packs of `now`. */
export async function replay(
  basis: DecisionBasis,
  shelf: PackShelf,
  packs: readonly Pack[],
  now: string,
): Promise<Replay> {
  const { options } = basis;
  const then = await Promise.all(options.packs.map(({ hash }) => shelf.byHash(hash)));
  const kept = then.filter((pack) => pack !== undefined);
  const whole = kept.length === then.length;
  const differences = whole ? judgedAnew(options, optionsFor(kept, options.caseKind, options.facts, options.now)) : [];
  return {
    at: basis.at,
    packs: options.packs.map(({ id, version, hash }, k) => ({ id, version, hash, kept: then[k] !== undefined })),
    same: whole ? differences.length === 0 : null,
    differences,
    today: { at: now, differences: judgedAnew(options, optionsFor(packs, options.caseKind, options.facts, now)) },
  };
}
