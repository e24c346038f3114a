/** Longest time that an answer stays in memory, and so that access taken away on another server may still be used here. */
const FRESH_MS = 1000;
const MOST = 10_000;

interface Entry {
  readonly at: number;
  readonly generation: number;
  readonly value: unknown;
}

const byOwner = new WeakMap<object, Map<string, Entry>>();
let generation = 0;

/**
 * What `ask` answers to this key, from memory when it was asked within the last second: a page of images asks who is
 * signed in hundreds of times a second. Only what is `lasting` is remembered, and never a no, so that what was just given
 * works at once. The second is counted from before the question, and an answer that `forgetAccess` overtook is not kept.
 * `owner` is the database that is asked.
 */
export async function remembered<T>(
  owner: object,
  key: string,
  ask: () => Promise<T | null>,
  lasting: (value: T) => boolean = () => true,
): Promise<T | null> {
  const entries = byOwner.get(owner) ?? new Map<string, Entry>();
  byOwner.set(owner, entries);
  const at = performance.now();
  const known = entries.get(key);
  if (known && known.generation === generation && at - known.at < FRESH_MS) return known.value as T;
  const asked = generation;
  const value = await ask();
  if (value !== null && asked === generation && lasting(value)) {
    if (entries.size >= MOST) entries.clear();
    entries.set(key, { at, generation, value });
  } else entries.delete(key);
  return value;
}

/**
 * Nothing that this process remembers counts any more. To be called after whatever takes access away (sign-out, revoked
 * token, disabled person, changed role), so that it bites here at once; other servers follow within a second.
 */
export function forgetAccess(): void {
  generation++;
}
