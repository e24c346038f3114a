import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { WillisError } from "../../core/errors.ts";

const keys = new Map<string, Promise<Buffer>>();
const LENGTH = 32;

/**
 * The key under which this installation seals its vault: WILLIS_VAULT_KEY_FILE (32 bytes; several servers on one database
 * need the same), else `vault.key` of the home folder, made when it is first needed and readable by its owner alone.
 */
export function vaultKey(home: string): Promise<Buffer> {
  const path = process.env.WILLIS_VAULT_KEY_FILE || join(home, "vault.key");
  const known = keys.get(path);
  if (known) return known;
  const key = readOrMake(path).catch((error: unknown) => {
    keys.delete(path);
    throw error;
  });
  keys.set(path, key);
  return key;
}

async function readOrMake(path: string): Promise<Buffer> {
  const made = await make(path);
  const key = made ?? (await readFile(path));
  if (key.length !== LENGTH)
    throw new WillisError(
      "unavailable",
      `The vault key ${path} has ${key.length} bytes, not ${LENGTH}: put the right one back.`,
    );
  return key;
}

/** Durable before anything is sealed with it: a vault without its key is lost. Null when the file is there. */
async function make(path: string): Promise<Buffer | null> {
  const key = randomBytes(LENGTH);
  try {
    const file = await open(path, "wx", 0o600);
    await file.write(key);
    await file.sync();
    await file.close();
    return key;
  } catch (error) {
    if ((error as { code?: string }).code === "EEXIST") return null;
    throw error;
  }
}

/** AES-256-GCM: 12 bytes of nonce, 16 of tag, then the text. `about` is bound in: a row moved elsewhere does not open. */
export function seal(key: Uint8Array, plain: Uint8Array | string, about: string): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(about));
  const body = Buffer.concat([cipher.update(typeof plain === "string" ? Buffer.from(plain) : plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

/** Errors: `unavailable` when the key is another one than it was sealed with, or the row was changed. */
export function unseal(key: Uint8Array, sealed: Uint8Array, about: string): Buffer {
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, 12)).setAAD(Buffer.from(about));
    decipher.setAuthTag(sealed.subarray(12, 28));
    return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]);
  } catch {
    throw new WillisError(
      "unavailable",
      "The vault does not open with the key of this installation: put back the key file that it was sealed with.",
    );
  }
}
