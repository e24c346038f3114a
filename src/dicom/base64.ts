import { WillisError } from "../core/errors.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const CODES = Uint8Array.from(ALPHABET, (c) => c.charCodeAt(0));
const VALUES = new Int16Array(128).fill(-1);
CODES.forEach((code, i) => {
  VALUES[code] = i;
});
const latin1 = new TextDecoder("latin1");

/** Base64 of bytes, with padding (RFC 4648 section 4). */
export function toBase64(bytes: Uint8Array): string {
  const out = new Uint8Array(Math.ceil(bytes.length / 3) * 4).fill(0x3d);
  let at = 0;
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const word = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    out[at] = CODES[word >>> 18]!;
    out[at + 1] = CODES[(word >>> 12) & 63]!;
    if (left > 1) out[at + 2] = CODES[(word >>> 6) & 63]!;
    if (left > 2) out[at + 3] = CODES[word & 63]!;
    at += 4;
  }
  return latin1.decode(out);
}

/** Bytes of a Base64 text; padding may be missing, white space may not. Errors: `bad-request` with the place. */
export function fromBase64(text: string): Uint8Array {
  let length = text.length;
  while (length > 0 && text[length - 1] === "=") length--;
  const out = new Uint8Array((length * 3) >> 2);
  let word = 0;
  let bits = 0;
  let at = 0;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    const value = code < 128 ? VALUES[code]! : -1;
    if (value < 0) throw new WillisError("bad-request", `Character ${i + 1} of an InlineBinary is not Base64.`);
    word = ((word << 6) | value) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out[at++] = (word >>> bits) & 0xff;
    }
  }
  return out;
}
