/** What can be found; also the word in the address of its page. */
export type LibraryKind = "recommendation" | "trial" | "scale" | "indication" | "metric" | "pack";
/** All kinds, in the order in which a reader meets them. */
export const LIBRARY_KINDS: readonly LibraryKind[] = [
  "recommendation",
  "indication",
  "trial",
  "scale",
  "metric",
  "pack",
];
