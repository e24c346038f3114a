import type { Pack } from "./pack.ts";
import { packProblems } from "./pack-problems.ts";
import { vignetteProblems } from "./pack-standing.ts";

/** One thing that stands between a draft and its publication; `item` is the id of what it is about, null for the pack. */
export interface PublishingProblem {
  readonly item: string | null;
  readonly message: string;
}

const OF_ITEM = /^(?:recommendation|trial|scale|indication|metric) (\S+): (.*)$/s;
const OF_VIGNETTE = /^(?:positive|negative|unknown|boundary) vignette of (\S+): /;

/**
 * Why a pack may not be published, one sentence each; empty when it may. Asked beyond what a pack needs to be read: its
 * vignettes give what is written beside them, and each current recommendation has a source, an owner, the owner's
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
      ...(item.owner?.trim() ? [] : [{ item: item.id, message: "has no owner: say who keeps it right" }]),
      ...(item.disclosure?.trim() ? [] : [{ item: item.id, message: "has no disclosure of its owner; none is one" }]),
    ]);
  return [...shape, ...vignettes, ...signed];
}
