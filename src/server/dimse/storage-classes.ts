/** Standard classes that are stored though their UIDs lie outside the main branch (PS3.4 annexes B and GG). */
const OTHERS = /^1\.2\.840\.10008\.5\.1\.4\.(34\.(7|10)|38\.1|39\.1|43\.1|44\.1|45\.1)$/;

/** What a sender may send: every storage class of the standard (also those yet to come), and private ones. */
export function isStorageClass(uid: string): boolean {
  if (uid.startsWith("1.2.840.10008.5.1.4.1.1.") || OTHERS.test(uid)) return true;
  return !uid.startsWith("1.2.840.10008.") && /^[0-9.]{4,64}$/.test(uid);
}
