import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { WillisError } from "../core/index.ts";

/** A signature over the content hash of a pack; it lies beside the files as `signature.json` and is no part of the hash. */
export interface PackSignature {
  readonly algorithm: "Ed25519";
  /** First 16 hexadecimal digits of the SHA-256 of the public key (SPKI, DER). */
  readonly keyId: string;
  readonly hash: string;
  /** Base64. */
  readonly signature: string;
}

const FILE = "signature.json";

function ed25519(read: () => KeyObject, what: string): KeyObject {
  try {
    const key = read();
    if (key.asymmetricKeyType === "ed25519") return key;
  } catch {
    // said below: not a key at all, or another kind
  }
  throw new WillisError(
    "bad-request",
    `${what} is not an Ed25519 key in PEM. Make one with: node run.mjs packs keygen FILE`,
  );
}

/** Writes a new pair: FILE (private, only its owner may read it) and FILE.pub. Refuses to overwrite. */
export function makeKeys(file: string): { keyId: string } {
  for (const path of [file, `${file}.pub`])
    if (existsSync(path)) throw new WillisError("conflict", `${path} is there already; choose another name.`);
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  writeFileSync(file, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600, flag: "wx" });
  writeFileSync(`${file}.pub`, publicKey.export({ type: "spki", format: "pem" }), { flag: "wx" });
  return { keyId: keyIdOf(publicKey) };
}

function keyIdOf(key: KeyObject): string {
  return createHash("sha256")
    .update(key.export({ type: "spki", format: "der" }))
    .digest("hex")
    .slice(0, 16);
}

/** Signs the content hash of a pack with a private key in PEM and keeps the signature beside its files. */
export function signPack(folder: string, hash: string, keyFile: string): PackSignature {
  const key = ed25519(() => createPrivateKey(readFileSync(keyFile)), keyFile);
  const signature = sign(null, Buffer.from(hash), key).toString("base64");
  const made: PackSignature = { algorithm: "Ed25519", keyId: keyIdOf(createPublicKey(key)), hash, signature };
  writeFileSync(join(folder, FILE), `${JSON.stringify(made, null, 1)}\n`);
  return made;
}

/** What a signature says of a pack: by which trusted key, or why it cannot be relied on. */
export type SignatureState =
  | { readonly state: "signed"; readonly keyId: string }
  | { readonly state: "unknown key"; readonly keyId: string; readonly why: string }
  | { readonly state: "unsigned" | "other content" | "wrong"; readonly why: string };

/** A public Ed25519 key in PEM with its id. Throws WillisError "bad-request" when it is another thing. */
export function publicKey(pem: string | Buffer, what: string): { readonly keyId: string; readonly pem: string } {
  if (String(pem).includes("PRIVATE KEY"))
    throw new WillisError(
      "bad-request",
      `${what} is a private key, which nobody but its owner should hold: give the file that ends in .pub.`,
    );
  const key = ed25519(() => createPublicKey(pem), what);
  return { keyId: keyIdOf(key), pem: String(key.export({ type: "spki", format: "pem" })) };
}

/** The text of the signature that lies in a pack folder, or in the file itself that is named; null when there is none. */
export function signatureText(place: string): string | null {
  const path = place.endsWith(FILE) ? place : join(place, FILE);
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}

const MOST_SIGNATURE = 4000;

/** The parts of a signature that are read; null when the text does not have its form. */
function partsOf(text: string): PackSignature | null {
  if (text.length > MOST_SIGNATURE) return null;
  try {
    const made = JSON.parse(text) as Partial<Record<keyof PackSignature, unknown>> | null;
    const [keyId, hash, signature] = [made?.keyId, made?.hash, made?.signature];
    return made?.algorithm === "Ed25519" && [keyId, hash, signature].every((part) => typeof part === "string")
      ? (made as unknown as PackSignature)
      : null;
  } catch {
    return null;
  }
}

/** Reads the text of a signature against a content hash and public keys in PEM. Never throws for bad content. */
export function signatureOf(text: string | null, hash: string, trusted: readonly string[]): SignatureState {
  if (text === null) return { state: "unsigned", why: "there is no signature.json beside its files" };
  const made = partsOf(text);
  if (!made) return { state: "wrong", why: "signature.json is not an Ed25519 signature as `packs sign` writes it" };
  if (made.hash !== hash) return { state: "other content", why: "it was signed with other content" };
  const { keyId } = made;
  const key = trusted.map((pem) => createPublicKey(pem)).find((one) => keyIdOf(one) === keyId);
  if (!key)
    return { state: "unknown key", keyId, why: `the key ${keyId.slice(0, 40)} is not among those that you trust` };
  const held = verify(null, Buffer.from(hash), key, Buffer.from(made.signature, "base64"));
  return held ? { state: "signed", keyId } : { state: "wrong", why: "the signature does not fit the content" };
}
