/** Standard classes of a patient whose UIDs lie outside the main branch; those of PS3.4 annex GG are of no study. */
const OTHERS = /^1\.2\.840\.10008\.5\.1\.4\.34\.(7|10)$/;

/** What a sender may send: every storage class of the standard (also those yet to come), and private ones. */
export function isStorageClass(uid: string): boolean {
  if (uid.startsWith("1.2.840.10008.5.1.4.1.1.") || OTHERS.test(uid)) return true;
  return !uid.startsWith("1.2.840.10008.") && /^[0-9.]{4,64}$/.test(uid);
}
