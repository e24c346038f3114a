import { type DataSet, items } from "./data-set.ts";

/**
 * The item of a functional group macro for a frame (0-based) of an enhanced object: per-frame first, then shared;
 * undefined when the object has no such group (classic objects have none). Source: PS3.3 C.7.6.16.
 */
export function functionalGroup(ds: DataSet, frame: number, sequence: string): DataSet | undefined {
  const perFrame = items(ds, "PerFrameFunctionalGroupsSequence")[frame];
  const shared = items(ds, "SharedFunctionalGroupsSequence")[0];
  return (perFrame && items(perFrame, sequence)[0]) ?? (shared && items(shared, sequence)[0]);
}
