const KEY = "willis.library.seen";

/** When the feed of changes was last looked at in this browser (UTC ISO time), or null when never. */
export function lastVisit(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** Remembers that the feed was looked at now. */
export function rememberVisit(): void {
  try {
    localStorage.setItem(KEY, new Date().toISOString());
  } catch {
    // A browser that keeps nothing marks nothing as new; the feed itself is whole.
  }
}
