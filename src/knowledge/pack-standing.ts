import type { Pack } from "./pack.ts";

/**
 * The packs as they stand beside each other: one that another pack of the list names in its `supersedes` is superseded by
 * it, though its own content, which never changes, could not know. Contents and hashes stay.
 */
export function withSuccessors(packs: readonly Pack[]): readonly Pack[] {
  const successor = new Map(packs.flatMap((pack) => pack.supersedes.map((id) => [id, pack.id] as const)));
  return packs.map((pack) => {
    const by = successor.get(pack.id);
    return by === undefined || pack.supersededBy !== null || by === pack.id ? pack : { ...pack, supersededBy: by };
  });
}
