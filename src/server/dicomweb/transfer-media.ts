import { canBeMade, TS, transferSyntaxOf } from "../../dicom/transfer-syntax.ts";
import { type MediaType, notAcceptable } from "./media-type.ts";

/** The media type of stored pixels (PS3.18 tables 8.7.3-4 and -5). */
export function mediaTypeOf(transferSyntax: string): string {
  switch (transferSyntaxOf(transferSyntax).coding) {
    case "jpeg-baseline":
    case "jpeg-extended":
    case "jpeg-lossless":
      return "image/jpeg";
    case "jpeg-ls":
      return "image/jls";
    case "jpeg-2000":
      return transferSyntax.endsWith(".92") || transferSyntax.endsWith(".93") ? "image/jpx" : "image/jp2";
    case "htj2k":
      return "image/jphc";
    case "jpeg-xl":
      return "image/jxl";
    case "rle":
      return "image/dicom-rle";
    case "video":
      return transferSyntax < "1.2.840.10008.1.2.4.102" ? "video/mpeg" : "video/mp4";
    default:
      return "application/octet-stream";
  }
}

/** In which form pixels are sent: as they are stored, as little-endian samples, or coded anew; alone or in parts. */
export interface PixelOffer {
  readonly as: "stored" | "samples" | "made";
  readonly parts: boolean;
  readonly mediaType: string;
  readonly transferSyntax: string;
}

const SAMPLES = "application/octet-stream";

/** What an image media type means when no transfer syntax is named (PS3.18 tables 8.7.3-4 and -5). */
const MADE_AS: Readonly<Record<string, string>> = {
  "image/jpeg": TS.JpegLosslessSv1,
  "image/jls": TS.JpegLsLossless,
  "image/jp2": TS.Jpeg2000Lossless,
  "image/jphc": TS.Htj2kLossless,
  "image/jxl": TS.JpegXlLossless,
  "image/dicom-rle": TS.RleLossless,
};

/** Names of before their registration, as clients still write them. */
const FORMER_NAMES: Readonly<Record<string, string>> = {
  "image/x-dicom-rle": "image/dicom-rle",
  "image/x-jls": "image/jls",
  "image/jhc": "image/jphc",
  "image/x-jp2": "image/jp2",
};

/**
 * The form that the client likes best (PS3.18 8.7.3.3 to 8.7.5). Without a transfer syntax `application/octet-stream` is
 * little-endian samples; `transfer-syntax=*` takes the pixels as they are stored; an image type, or a transfer syntax that
 * can be made without loss, has them coded anew. Of forms that are liked the same, the stored one is sent. Errors:
 * `not-acceptable`.
 */
export function pixelOffer(asked: readonly MediaType[], transferSyntax: string, bigEndianStored: boolean): PixelOffer {
  const { encapsulated } = transferSyntaxOf(transferSyntax);
  const storedSyntax = encapsulated ? transferSyntax : bigEndianStored ? TS.ExplicitBig : TS.ExplicitLittle;
  const storedType = mediaTypeOf(transferSyntax);
  let best: { readonly offer: PixelOffer; readonly quality: string } | undefined;
  for (const one of asked) {
    const quality = one.params.q ?? "1";
    if (best && (best.quality !== quality || best.offer.as === "stored")) break;
    const offer = offerFor(one, transferSyntax, storedSyntax, storedType);
    if (offer && (!best || offer.as === "stored")) best = { offer, quality };
  }
  if (best) return best.offer;
  const made = Object.entries(MADE_AS).flatMap(([type, syntax]) => (canBeMade(transferSyntax, syntax) ? [type] : []));
  throw notAcceptable(asked, [...new Set([storedType, ...(made.length > 0 ? [SAMPLES] : []), ...made])]);
}

/** What can be sent for one accepted type. */
function offerFor(
  { type, params }: MediaType,
  transferSyntax: string,
  storedSyntax: string,
  storedType: string,
): PixelOffer | undefined {
  const parts = type === "multipart/related" || type === "multipart/*" || type === "*/*";
  const named = parts ? (params.type ?? "*/*").toLowerCase() : type;
  const inner = FORMER_NAMES[named] ?? named;
  const syntax = params["transfer-syntax"];
  const plain = inner === "*/*" || inner === SAMPLES || inner === "application/*";
  const fits = plain || inner === storedType || (inner === "image/*" && storedType.startsWith("image/"));
  if (fits && (syntax === "*" || syntax === storedSyntax || (!plain && syntax === undefined)))
    return { as: "stored", parts, mediaType: storedType, transferSyntax: storedSyntax };
  const wanted = syntax ?? (plain ? TS.ExplicitLittle : MADE_AS[inner]);
  if (wanted === undefined || !(plain || mediaTypeOf(wanted) === inner)) return undefined;
  const { encapsulated: coded, bigEndian } = transferSyntaxOf(wanted);
  if (!coded && !bigEndian && canBeMade(transferSyntax, TS.ExplicitLittle))
    return { as: "samples", parts, mediaType: SAMPLES, transferSyntax: TS.ExplicitLittle };
  if (coded && canBeMade(transferSyntax, wanted))
    return { as: "made", parts, mediaType: mediaTypeOf(wanted), transferSyntax: wanted };
  return undefined;
}
