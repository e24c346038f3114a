const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * Bytes of base64 text (RFC 4648, padding allowed, no line breaks). Pure: `atob` is not in every platform we run on.
 * Characters outside the alphabet count as zero bits.
 */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const value = new Uint8Array(256);
  for (let i = 0; i < 64; i++) value[ALPHABET.charCodeAt(i)] = i;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const out = new Uint8Array((text.length / 4) * 3 - padding);
  for (let i = 0, o = 0; i < text.length; i += 4, o += 3) {
    const bits =
      (value[text.charCodeAt(i)] << 18) |
      (value[text.charCodeAt(i + 1)] << 12) |
      (value[text.charCodeAt(i + 2)] << 6) |
      value[text.charCodeAt(i + 3)];
    out[o] = bits >> 16;
    if (o + 1 < out.length) out[o + 1] = bits >> 8;
    if (o + 2 < out.length) out[o + 2] = bits;
  }
  return out;
}
