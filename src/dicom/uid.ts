const K = new Uint32Array(64);
const H = new Uint32Array(8);
{
  // Fractional parts of the cube and square roots of the first primes (FIPS 180-4, 4.2.2 and 5.3.3).
  let n = 0;
  for (let p = 2; n < 64; p++) {
    let prime = true;
    for (let d = 2; d * d <= p; d++) if (p % d === 0) prime = false;
    if (!prime) continue;
    if (n < 8) H[n] = Math.floor((Math.sqrt(p) % 1) * 4294967296);
    K[n++] = Math.floor((Math.cbrt(p) % 1) * 4294967296);
  }
}

function rotate(x: number, by: number): number {
  return (x >>> by) | (x << (32 - by));
}

/** SHA-256 of bytes (FIPS 180-4), 32 bytes out. For names, not for secrets; no state is kept. */
export function sha256(message: Uint8Array): Uint8Array {
  const blocks = new Uint8Array(((message.length + 8) >> 6) * 64 + 64);
  blocks.set(message);
  blocks[message.length] = 0x80;
  const view = new DataView(blocks.buffer);
  view.setUint32(blocks.length - 8, Math.floor(message.length / 0x20000000));
  view.setUint32(blocks.length - 4, message.length << 3);
  const h = H.slice();
  const w = new Uint32Array(64);
  for (let at = 0; at < blocks.length; at += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getUint32(at + 4 * i);
    for (let i = 16; i < 64; i++) {
      const a = w[i - 15]!;
      const b = w[i - 2]!;
      const s0 = rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3);
      const s1 = rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10);
      w[i] = w[i - 16]! + s0 + w[i - 7]! + s1;
    }
    const v = h.slice();
    for (let i = 0; i < 64; i++) {
      const e = v[4]!;
      const a = v[0]!;
      const t1 = v[7]! + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & v[5]!) ^ (~e & v[6]!)) + K[i]! + w[i]!;
      const majority = (a & v[1]!) ^ (a & v[2]!) ^ (v[1]! & v[2]!);
      const t2 = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + majority;
      v.copyWithin(1, 0, 7);
      v[4] = v[4]! + t1;
      v[0] = t1 + t2;
    }
    for (let i = 0; i < 8; i++) h[i] = h[i]! + v[i]!;
  }
  const out = new Uint8Array(32);
  const outView = new DataView(out.buffer);
  for (let i = 0; i < 8; i++) outView.setUint32(4 * i, h[i]!);
  return out;
}

/**
 * A UID that is the same for the same text and for no other: `2.25.` and the decimal of a 128-bit UUID (version 8,
 * from SHA-256 of the UTF-8 text), at most 44 characters. Source: PS3.5 B.2, RFC 9562 5.8.
 */
export function uidOf(seedText: string): string {
  return uidOfHash(sha256(new TextEncoder().encode(seedText)));
}

/** The UID of a hash: its first 16 bytes as a UUID of version 8. Source: PS3.5 B.2, RFC 9562 5.8. */
export function uidOfHash(hash: Uint8Array): string {
  const bytes = hash.slice(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return `2.25.${value}`;
}

/** The UID of a UUID as text, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`. Source: PS3.5 B.2. */
export function uidOfUuid(uuid: string): string {
  return `2.25.${BigInt(`0x${uuid.replaceAll("-", "")}`)}`;
}

/** Whether text is a UID: digits and dots, no empty part, no leading zero of a part, at most 64 characters. */
export function isUid(text: string): boolean {
  return text.length <= 64 && /^(0|[1-9]\d*)(\.(0|[1-9]\d*))+$/.test(text);
}
