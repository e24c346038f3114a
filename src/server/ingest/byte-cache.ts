/** The last used values, as many as fit into `most` bytes. One that alone would take a quarter of it is not kept. */
export interface ByteCache<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value, bytes: number): void;
}

export function byteCache<Key, Value>(most: number): ByteCache<Key, Value> {
  const entries = new Map<Key, { readonly value: Value; readonly bytes: number }>();
  let held = 0;
  const drop = (key: Key): void => {
    held -= entries.get(key)?.bytes ?? 0;
    entries.delete(key);
  };
  return {
    get(key) {
      const entry = entries.get(key);
      if (!entry) return undefined;
      entries.delete(key);
      entries.set(key, entry); // last used, last dropped
      return entry.value;
    },
    set(key, value, bytes) {
      drop(key);
      if (bytes > most / 4) return;
      entries.set(key, { value, bytes });
      held += bytes;
      for (const oldest of entries.keys()) {
        if (held <= most) break;
        drop(oldest);
      }
    },
  };
}
