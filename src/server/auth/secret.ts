import { createHash, randomBytes } from "node:crypto";

/** A secret of 256 random bits, as text for a cookie, a link or a header. It is shown once and kept as a hash only. */
export function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** What is kept of a secret. A plain hash is enough: 256 random bits cannot be guessed, unlike a password. */
export function hashSecret(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}
