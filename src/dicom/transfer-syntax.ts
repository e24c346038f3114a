/** How the pixels of a transfer syntax are compressed; `native` when they are not. */
export type PixelCoding =
  | "native"
  | "rle"
  | "jpeg-baseline"
  | "jpeg-extended"
  | "jpeg-lossless"
  | "jpeg-ls"
  | "jpeg-2000"
  | "htj2k"
  | "jpeg-xl"
  | "video"
  | "unknown";

/** One transfer syntax of PS3.5 chapter 10 / PS3.6 annex A. */
export interface TransferSyntax {
  readonly uid: string;
  readonly name: string;
  readonly explicit: boolean;
  readonly bigEndian: boolean;
  readonly deflated: boolean;
  readonly encapsulated: boolean;
  readonly coding: PixelCoding;
  /** The pixels always come back as they went in. */
  readonly lossless: boolean;
}

/** The transfer syntaxes that code refers to by name. */
export const TS = {
  ImplicitLittle: "1.2.840.10008.1.2",
  ExplicitLittle: "1.2.840.10008.1.2.1",
  DeflatedLittle: "1.2.840.10008.1.2.1.99",
  ExplicitBig: "1.2.840.10008.1.2.2",
  JpegBaseline: "1.2.840.10008.1.2.4.50",
  JpegExtended: "1.2.840.10008.1.2.4.51",
  JpegLossless: "1.2.840.10008.1.2.4.57",
  JpegLosslessSv1: "1.2.840.10008.1.2.4.70",
  JpegLsLossless: "1.2.840.10008.1.2.4.80",
  JpegLsNear: "1.2.840.10008.1.2.4.81",
  Jpeg2000Lossless: "1.2.840.10008.1.2.4.90",
  Jpeg2000: "1.2.840.10008.1.2.4.91",
  JpegXlLossless: "1.2.840.10008.1.2.4.110",
  Htj2kLossless: "1.2.840.10008.1.2.4.201",
  Htj2kLosslessRpcl: "1.2.840.10008.1.2.4.202",
  Htj2k: "1.2.840.10008.1.2.4.203",
  RleLossless: "1.2.840.10008.1.2.5",
} as const;

function native(uid: string, name: string, explicit: boolean, bigEndian = false, deflated = false): TransferSyntax {
  return { uid, name, explicit, bigEndian, deflated, encapsulated: false, coding: "native", lossless: true };
}
function coded(uid: string, name: string, coding: PixelCoding, lossless = false): TransferSyntax {
  return { uid, name, explicit: true, bigEndian: false, deflated: false, encapsulated: true, coding, lossless };
}

/** Every transfer syntax that Willis can at least store and hand out again. */
export const TRANSFER_SYNTAXES: readonly TransferSyntax[] = [
  native(TS.ImplicitLittle, "Implicit VR Little Endian", false),
  native(TS.ExplicitLittle, "Explicit VR Little Endian", true),
  native(TS.DeflatedLittle, "Deflated Explicit VR Little Endian", true, false, true),
  native(TS.ExplicitBig, "Explicit VR Big Endian (retired)", true, true),
  coded(TS.JpegBaseline, "JPEG Baseline (Process 1)", "jpeg-baseline"),
  coded(TS.JpegExtended, "JPEG Extended (Process 2 and 4)", "jpeg-extended"),
  coded("1.2.840.10008.1.2.4.53", "JPEG Spectral Selection (Process 6 and 8, retired)", "jpeg-extended"),
  coded("1.2.840.10008.1.2.4.55", "JPEG Full Progression (Process 10 and 12, retired)", "jpeg-extended"),
  coded(TS.JpegLossless, "JPEG Lossless (Process 14)", "jpeg-lossless", true),
  coded(TS.JpegLosslessSv1, "JPEG Lossless (Process 14, Selection Value 1)", "jpeg-lossless", true),
  coded(TS.JpegLsLossless, "JPEG-LS Lossless", "jpeg-ls", true),
  coded(TS.JpegLsNear, "JPEG-LS Near-lossless", "jpeg-ls"),
  coded(TS.Jpeg2000Lossless, "JPEG 2000 (Lossless Only)", "jpeg-2000", true),
  coded(TS.Jpeg2000, "JPEG 2000", "jpeg-2000"),
  coded("1.2.840.10008.1.2.4.92", "JPEG 2000 Part 2 Multi-component (Lossless Only)", "jpeg-2000", true),
  coded("1.2.840.10008.1.2.4.93", "JPEG 2000 Part 2 Multi-component", "jpeg-2000"),
  coded("1.2.840.10008.1.2.4.100", "MPEG2 Main Profile / Main Level", "video"),
  coded("1.2.840.10008.1.2.4.101", "MPEG2 Main Profile / High Level", "video"),
  coded("1.2.840.10008.1.2.4.102", "MPEG-4 AVC/H.264 High Profile / Level 4.1", "video"),
  coded("1.2.840.10008.1.2.4.103", "MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1", "video"),
  coded("1.2.840.10008.1.2.4.104", "MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video", "video"),
  coded("1.2.840.10008.1.2.4.105", "MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video", "video"),
  coded("1.2.840.10008.1.2.4.106", "MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2", "video"),
  coded("1.2.840.10008.1.2.4.107", "HEVC/H.265 Main Profile / Level 5.1", "video"),
  coded("1.2.840.10008.1.2.4.108", "HEVC/H.265 Main 10 Profile / Level 5.1", "video"),
  coded(TS.JpegXlLossless, "JPEG XL Lossless", "jpeg-xl", true),
  coded("1.2.840.10008.1.2.4.111", "JPEG XL JPEG Recompression", "jpeg-xl"),
  coded("1.2.840.10008.1.2.4.112", "JPEG XL", "jpeg-xl"),
  coded(TS.Htj2kLossless, "High-Throughput JPEG 2000 (Lossless Only)", "htj2k", true),
  coded(TS.Htj2kLosslessRpcl, "High-Throughput JPEG 2000 with RPCL (Lossless Only)", "htj2k", true),
  coded(TS.Htj2k, "High-Throughput JPEG 2000", "htj2k"),
  coded(TS.RleLossless, "RLE Lossless", "rle", true),
];

const BY_UID = new Map(TRANSFER_SYNTAXES.map((ts) => [ts.uid, ts]));

/**
 * The transfer syntax of a UID. One that is not in the table is taken as PS3.5 A.4 says of all that came later:
 * explicit little endian with encapsulated pixels; its coding is `unknown`.
 */
export function transferSyntaxOf(uid: string): TransferSyntax {
  return BY_UID.get(uid) ?? coded(uid, `Unknown (${uid})`, "unknown");
}

/**
 * The transfer syntaxes that objects and frames can be given out in on request, whatever lossless or lossy form they
 * are stored in, as long as it can be decoded: pixels are never made lossy.
 */
export const ENCODABLE: readonly string[] = [
  TS.ExplicitLittle,
  TS.ImplicitLittle,
  TS.DeflatedLittle,
  TS.RleLossless,
  TS.JpegLossless,
  TS.JpegLosslessSv1,
  TS.JpegLsLossless,
  TS.Jpeg2000Lossless,
  TS.JpegXlLossless,
  TS.Htj2kLossless,
  TS.Htj2kLosslessRpcl,
];

/** Whether what is stored in one transfer syntax can be given out in another: as it is, or decoded and coded again. */
export function canBeMade(stored: string, wanted: string): boolean {
  if (stored === wanted) return true;
  const { coding } = transferSyntaxOf(stored);
  return coding !== "video" && coding !== "unknown" && ENCODABLE.includes(wanted);
}
