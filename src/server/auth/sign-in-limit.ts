import { WillisError } from "../../core/index.ts";

const WINDOW_MS = 15 * 60_000;
const PER_LOGIN = 8;
const PER_ADDRESS = 40;
const KEYS_KEPT = 50_000;

/** Tries of the last quarter of an hour, by login and by address. Kept in memory: a restart forgives. */
export interface SignInLimit {
  /** Counts one try before it is judged (so that parallel tries count too); throws `too-many` when there were enough. */
  count(login: string | null, address: string, now: Date): void;
  /** A right password forgives its login's earlier wrong ones. */
  forgive(login: string, address: string): void;
}

export function signInLimit(): SignInLimit {
  const tries = new Map<string, number[]>();
  const recent = (key: string, now: number) => (tries.get(key) ?? []).filter((at) => at > now - WINDOW_MS);
  return {
    count(login, address, now) {
      const at = now.getTime();
      const keys: [string, number][] = [[`address ${address}`, PER_ADDRESS]];
      if (login !== null) keys.push([`login ${login}`, PER_LOGIN]);
      for (const [key, most] of keys) {
        const list = recent(key, at);
        if (list.length >= most) {
          const retryAfter = Math.max(1, Math.ceil(((list[0] ?? at) + WINDOW_MS - at) / 1000));
          throw new WillisError(
            "too-many",
            `${list.length} tries to sign in within 15 minutes; wait ${Math.ceil(retryAfter / 60)} min and try again`,
            { retryAfter },
          );
        }
      }
      for (const [key] of keys) {
        tries.set(key, [...recent(key, at), at]);
      }
      if (tries.size > KEYS_KEPT) for (const key of tries.keys()) if (recent(key, at).length === 0) tries.delete(key);
    },
    forgive(login, address) {
      tries.delete(`login ${login}`);
      const list = tries.get(`address ${address}`);
      if (list) tries.set(`address ${address}`, list.slice(0, -1));
    },
  };
}
