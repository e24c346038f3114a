import { randomBytes } from "node:crypto";
import { open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { WillisError } from "../core/errors.ts";
import type { Subject } from "../dicom/deidentify/deidentify.ts";
import { UsageError } from "./verb.ts";

/** A vault of the command line: one file with the secret and what it was used for. Who has it can undo everything. */
interface VaultFile {
  readonly willisVault: 1;
  readonly secret: string;
  /** Fixed with the first run: the same patient, treated in two ways, tells too much. */
  readonly options: readonly string[];
  readonly patients: Record<string, Omit<Subject, "pseudonym" | "uids">>;
  readonly uids: Record<string, readonly [level: string, original: string, pseudonym: string]>;
}

export interface Vault {
  readonly secret: Buffer;
  remember(subject: Subject): void;
  /** Who stands behind a pseudonym or a new UID; null when neither is known. */
  find(word: string): object | null;
  save(): Promise<void>;
}

/** Opens a vault; `options` null only reads one that is there. Durable with its secret when this returns. */
export async function openVault(path: string, options: readonly string[] | null): Promise<Vault> {
  const there = await readFile(path, "utf8").catch((error: { code?: string }) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (there === null && options === null) throw new UsageError(`there is no vault ${path}`);
  const asked = [...new Set(options ?? [])].sort();
  const file: VaultFile =
    there === null
      ? { willisVault: 1, secret: randomBytes(32).toString("base64url"), options: asked, patients: {}, uids: {} }
      : read(path, there);
  if (options !== null && JSON.stringify(file.options) !== JSON.stringify(asked)) {
    const first = file.options.join(",") || "none";
    throw new UsageError(`the vault ${path} was begun with other options (${first}): use those, or another vault`);
  }
  const vault: Vault = {
    secret: Buffer.from(file.secret, "base64url"),
    remember({ pseudonym, uids, ...who }) {
      file.patients[pseudonym] ??= who;
      for (const [level, [made, original]] of Object.entries(uids)) file.uids[made] ??= [level, original, pseudonym];
    },
    find(word) {
      const [level, original, owner] = file.uids[word] ?? [];
      const pseudonym = owner ?? word.toUpperCase();
      const who = file.patients[pseudonym];
      if (!who) return null;
      return { pseudonym, ...who, ...(level ? { uid: { level, made: word, original } } : {}) };
    },
    save: () => write(path, `${JSON.stringify(file, null, 1)}\n`),
  };
  if (there === null) await vault.save();
  return vault;
}

function read(path: string, text: string): VaultFile {
  try {
    const file = JSON.parse(text) as VaultFile;
    if (file.willisVault === 1 && Buffer.from(file.secret, "base64url").length === 32) return file;
  } catch {
    // said below
  }
  throw new WillisError("bad-request", `${path} is no vault of this command: give another file with --vault.`);
}

/** The old file, or the new one whole: never a half. */
async function write(path: string, text: string): Promise<void> {
  const beside = `${path}.new`;
  const file = await open(beside, "w", 0o600);
  await file.writeFile(text);
  await file.sync();
  await file.close();
  await rename(beside, path);
  const folder = await open(dirname(path) || ".", "r");
  await folder.sync();
  await folder.close();
}
