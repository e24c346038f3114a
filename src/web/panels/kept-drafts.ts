import { useState } from "react";

/** What is being filled in, kept while the page lives: changing the tab or the panel must not lose it. Never stored. */
const drafts = new Map<string, unknown>();

/** State that outlives its component under a key; `forgetDrafts` ends it. Without a key it ends with the component. */
export function useDraft<T>(key: string | null, first: () => T): readonly [T, (next: T) => void] {
  const [value, setValue] = useState<T>(() => (key !== null && drafts.has(key) ? (drafts.get(key) as T) : first()));
  const keep = (next: T) => {
    if (key !== null) drafts.set(key, next);
    setValue(next);
  };
  return [value, keep];
}

/** Puts a draft where a component that is mounted next finds it. */
export function putDraft<T>(key: string, value: T): void {
  drafts.set(key, value);
}

/** Ends every draft whose key begins so. */
export function forgetDrafts(prefix: string): void {
  for (const key of drafts.keys()) if (key.startsWith(prefix)) drafts.delete(key);
}
