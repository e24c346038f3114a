import { importJWK, type JSONWebKeySet } from "jose";
import { WillisError } from "../../core/index.ts";

const TIMEOUT_MS = 5000;
const MOST_BYTES = 256 * 1024;
const FRESH_MS = 10 * 60_000;
/** A key that is not in the set is looked for again, but not more often than this: tokens of strangers cause no calls. */
const AGAIN_MS = 60_000;
const AFTER_FAILURE_MS = 10_000;

/** Why an address of keys cannot be used, in words; null when it can: https, or http on this machine. */
export function wrongKeysUrl(text: string): string | null {
  if (!URL.canParse(text)) return `"${text}" is no address`;
  const { protocol, hostname, username, password } = new URL(text);
  if (username || password) return "an address of keys holds no name and no password";
  const here = hostname === "localhost" || hostname === "127.0.0.1" || hostname === "[::1]";
  if (protocol === "https:" || (protocol === "http:" && here)) return null;
  return `"${text}" is not https (http is taken for localhost alone)`;
}

/** Why something is no set of public keys, in words; null when it is one. Private keys are refused: they are not to be here. */
export function wrongKeySet(value: unknown): string | null {
  const keys = (value as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(keys) || keys.length === 0) return 'it has no list "keys"';
  if (keys.length > 100) return `it has ${keys.length} keys, more than 100`;
  for (const key of keys as readonly Record<string, unknown>[]) {
    if (typeof key !== "object" || key === null || typeof key.kty !== "string") return "one of its keys has no kty";
    if (key.d !== undefined || key.k !== undefined) return "one of its keys is private or a shared secret";
  }
  return null;
}

/** The first key of a set that cannot be read as a key, by its kid, in words; null when all can. */
export async function unreadableKey({ keys }: JSONWebKeySet): Promise<string | null> {
  for (const key of keys) {
    try {
      await importJWK(key, key.alg ?? (key.kty === "RSA" ? "RS384" : key.crv === "P-256" ? "ES256" : "ES384"));
    } catch (error) {
      return `the key ${key.kid ?? "without kid"} cannot be read: ${(error as Error).message || (error as Error).name}`;
    }
  }
  return null;
}

interface Kept {
  readonly at: number;
  readonly set: Promise<JSONWebKeySet>;
  failed: boolean;
}

const kept = new Map<string, Kept>();

/**
 * The keys at the address that an administrator stored: kept ten minutes, read again at most once a minute when `anew`. No
 * other address is ever called: redirects are refused. Throws WillisError "unavailable" that says what went wrong.
 */
export function keySetAt(url: string, anew = false): Promise<JSONWebKeySet> {
  const known = kept.get(url);
  const age = performance.now() - (known?.at ?? Number.NEGATIVE_INFINITY);
  if (known && age < (known.failed ? AFTER_FAILURE_MS : anew ? AGAIN_MS : FRESH_MS)) return known.set;
  const entry: Kept = { at: performance.now(), set: fetchKeys(url), failed: false };
  kept.set(url, entry);
  entry.set.catch(() => {
    entry.failed = true;
  });
  return entry.set;
}

async function fetchKeys(url: string): Promise<JSONWebKeySet> {
  const wrong = wrongKeysUrl(url);
  if (wrong) throw failed(wrong);
  let text: string;
  try {
    const answer = await fetch(url, {
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: { accept: "application/json" },
    });
    if (!answer.ok) throw failed(`it answers ${answer.status}`);
    text = await limited(answer);
  } catch (error) {
    if (error instanceof WillisError) throw error;
    const { name, cause } = error as Error & { cause?: { code?: string } };
    const code = cause?.code ? ` (${cause.code})` : "";
    const why = name === "TimeoutError" ? `it did not answer in ${TIMEOUT_MS / 1000} s` : `no connection${code}`;
    throw failed(why);
  }
  let set: unknown;
  try {
    set = JSON.parse(text);
  } catch {
    throw failed("it is no JSON");
  }
  const bad = wrongKeySet(set);
  if (bad) throw failed(bad);
  return set as JSONWebKeySet;
}

async function limited(answer: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of answer.body ?? []) {
    size += part.byteLength;
    if (size > MOST_BYTES) throw failed(`it is longer than ${MOST_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function failed(why: string): WillisError {
  return new WillisError(
    "unavailable",
    `The keys of this client cannot be read at the address that is stored: ${why}.`,
  );
}
