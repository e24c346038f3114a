import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { WillisError } from "../../core/index.ts";

const derive = promisify(argon2);
const MEMORY_KIB = 19_456; // OWASP's first choice for argon2id: 19 MiB, two passes, one lane
const PASSES = 2;
const SHORTEST = 12;
const LONGEST = 256;

/** The PHC string of a password: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  if (password.length < SHORTEST || password.length > LONGEST) {
    throw new WillisError(
      "bad-request",
      `the password has ${password.length} characters; it needs ${SHORTEST} to ${LONGEST}. A few words in a row are fine.`,
    );
  }
  const nonce = randomBytes(16);
  const tag = await derive("argon2id", {
    message: password,
    nonce,
    parallelism: 1,
    tagLength: 32,
    memory: MEMORY_KIB,
    passes: PASSES,
  });
  return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=1$${base64(nonce)}$${base64(tag)}`;
}

/** Whether the password is the one of this PHC string; takes as long for a login that has none (`null`). */
export async function verifyPassword(password: string, phc: string | null): Promise<boolean> {
  const [, kind, , params, nonce, tag] = (phc ?? DUMMY).split("$");
  const numbers = /^m=(\d+),t=(\d+),p=(\d+)$/.exec(params ?? "");
  if (kind !== "argon2id" || !numbers || !nonce || !tag || password.length > LONGEST) return false;
  const expected = Buffer.from(tag, "base64");
  const found = await derive("argon2id", {
    message: password,
    nonce: Buffer.from(nonce, "base64"),
    memory: Number(numbers[1]),
    passes: Number(numbers[2]),
    parallelism: Number(numbers[3]),
    tagLength: expected.length,
  });
  return timingSafeEqual(found, expected) && phc !== null;
}

function base64(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}

const DUMMY = `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=1$${base64(Buffer.alloc(16))}$${base64(Buffer.alloc(32))}`;
