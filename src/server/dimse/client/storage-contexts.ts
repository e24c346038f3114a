import { TS } from "../../../dicom/transfer-syntax.ts";
import type { CallOptions } from "./connect.ts";

const ROOT = "1.2.840.10008.5.1.4.1.1.";
/** Storage classes that a C-GET offers to receive, images first: an association has room for 128 contexts. */
const IMAGES = ["2", "2.1", "4", "4.1", "12.1", "12.1.1", "12.2", "3.1", "6.1", "7", "1", "1.1"];
const OTHERS = [
  ...["2.2", "4.2", "4.3", "4.4", "6.2", "7.1", "7.2", "7.3", "7.4", "1.1.1", "1.2", "1.2.1", "1.3", "1.3.1", "12.2.1"],
  ...["13.1.1", "13.1.2", "13.1.3", "20", "30", "128", "128.1", "130", "66", "66.1", "66.2", "66.3", "66.4", "66.5"],
  ...[
    "66.6",
    "67",
    "11.1",
    "11.2",
    "11.3",
    "11.4",
    "11.5",
    "88.11",
    "88.22",
    "88.33",
    "88.34",
    "88.40",
    "88.50",
    "88.59",
  ],
  ...[
    "88.65",
    "88.67",
    "88.68",
    "88.69",
    "88.70",
    "88.71",
    "104.1",
    "104.2",
    "104.3",
    "9.1.1",
    "9.1.2",
    "9.1.3",
    "9.2.1",
  ],
  ...["9.3.1", "77.1.1", "77.1.1.1", "77.1.2", "77.1.4", "77.1.4.1", "77.1.5.1", "77.1.6", "481.1", "481.2", "481.3"],
  ...["481.5", "481.8", "131"],
];
const PLAIN = [TS.ExplicitLittle, TS.ImplicitLittle];
const COMPRESSED: readonly (readonly string[])[] = [
  [TS.JpegLosslessSv1, TS.JpegLsLossless, TS.Jpeg2000Lossless, TS.RleLossless],
  [TS.JpegBaseline, TS.JpegExtended, TS.Jpeg2000, TS.JpegLsNear],
];

/**
 * Contexts and roles for a C-GET: each class in little endian, the common images also compressed, as one that is stored
 * so may come in no other way.
 */
export function storageContexts(): Pick<CallOptions, "contexts"> & Required<Pick<CallOptions, "roles">> {
  const classes = [...IMAGES, ...OTHERS].map((tail) => ROOT + tail);
  const contexts = classes.map((abstractSyntax) => ({ abstractSyntax, transferSyntaxes: PLAIN as readonly string[] }));
  for (const transferSyntaxes of COMPRESSED)
    for (const tail of IMAGES) contexts.push({ abstractSyntax: ROOT + tail, transferSyntaxes });
  return { contexts, roles: classes.map((sopClass) => ({ sopClass, scu: false, scp: true })) };
}
