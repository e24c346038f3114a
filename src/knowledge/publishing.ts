import { unguarded } from "./mutants.ts";
import type { Pack } from "./pack.ts";
import { packProblems } from "./pack-problems.ts";
import type { Recommendation } from "./recommendation.ts";
import { vignetteProblems } from "./vignette-problems.ts";

/** One thing that stands between a draft and its publication; `item` is the id of what it is about, null for the pack. */
export interface PublishingProblem {
  readonly item: string | null;
  readonly message: string;
}

const EXPECTED = { positive: "applies", negative: "doesNotApply", unknown: "cannotDetermine" } as const;
const MOST_SLIPS = 3;

/** What is wrong with the vignettes of a pack beyond their results: names used twice, kinds that they are not. */
function misnamed(pack: Pack): readonly PublishingProblem[] {
  const first = new Map(pack.vignettes.toReversed().map((vignette) => [vignette.id, vignette]));
  return pack.vignettes.flatMap((vignette): PublishingProblem[] => {
    const { id, recommendation, kind, expected } = vignette;
    return [
      ...(first.get(id) === vignette ? [] : [{ item: recommendation, message: `has two vignettes named ${id}` }]),
      ...(kind === "boundary" || EXPECTED[kind] === expected
        ? []
        : [{ item: recommendation, message: `has a ${kind} vignette that expects "${expected}": ${id}` }]),
    ];
  });
}

/** Thresholds and words of a criterion that could slip without a vignette failing, the first few in words. */
function unwatched({ id, criteria }: Recommendation, pack: Pack): readonly PublishingProblem[] {
  const own = pack.vignettes.filter(({ recommendation }) => recommendation === id);
  const slips = unguarded(criteria, own);
  if (slips.length === 0) return [];
  const more = slips.length > MOST_SLIPS ? `, and ${slips.length - MOST_SLIPS} more` : "";
  const first = slips.slice(0, MOST_SLIPS).map(({ words }) => words);
  return [{ item: id, message: `has no boundary vignette that would notice: ${first.join("; ")}${more}` }];
}

const OF_ITEM = /^(?:recommendation|trial|scale|indication|metric) (\S+): (.*)$/s;
const OF_VIGNETTE = /^(?:positive|negative|unknown|boundary) vignette of (\S+): /;

/**
 * Why a pack may not be published, one sentence each; empty when it may. Asked beyond what a pack needs to be read: its
 * vignettes give what is written beside them, are what their kind says and notice each slip in the criterion, and each current recommendation has a source, an owner, the owner's
 * disclosure, and an expiry (the last is asked of every pack).
 */
export function publishingProblems(pack: Pack): readonly PublishingProblem[] {
  const shape = packProblems(pack).map((message): PublishingProblem => {
    const [, item, rest] = OF_ITEM.exec(message) ?? [];
    return item && rest ? { item, message: rest } : { item: null, message };
  });
  if (shape.some(({ item }) => item === null)) return shape;
  const vignettes = vignetteProblems(pack).map(
    (message): PublishingProblem => ({
      item: OF_VIGNETTE.exec(message)?.[1] ?? null,
      message,
    }),
  );
  const signed = pack.recommendations
    .filter((item) => item.status === "current")
    .flatMap((item): PublishingProblem[] => [
      ...(vignettes.some((one) => one.item === item.id) ? [] : unwatched(item, pack)),
      ...(item.owner?.trim() ? [] : [{ item: item.id, message: "has no owner: say who keeps it right" }]),
      ...(item.disclosure?.trim() ? [] : [{ item: item.id, message: "has no disclosure of its owner; none is one" }]),
    ]);
  return [...shape, ...vignettes, ...misnamed(pack), ...signed];
}
