import { TS, transferSyntaxOf } from "../../dicom/transfer-syntax.ts";
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

/** In which form pixels are sent: as they are stored, or as little-endian samples; alone or in parts. */
export interface PixelOffer {
  readonly as: "stored" | "samples";
  readonly parts: boolean;
  readonly mediaType: string;
  readonly transferSyntax: string;
}

const SAMPLES = "application/octet-stream";

/**
 * The form that the client likes best (PS3.18 8.7.3.3 to 8.7.5). Without a transfer syntax `application/octet-stream` is
 * little-endian samples; `transfer-syntax=*` takes the pixels as they are stored. Errors: `not-acceptable`.
 */
export function pixelOffer(asked: readonly MediaType[], transferSyntax: string, bigEndianStored: boolean): PixelOffer {
  const encapsulated = transferSyntaxOf(transferSyntax).encapsulated;
  const storedType = mediaTypeOf(transferSyntax);
  const storedSyntax = encapsulated ? transferSyntax : bigEndianStored ? TS.ExplicitBig : TS.ExplicitLittle;
  const stored = (parts: boolean): PixelOffer =>
    ({ as: "stored", parts, mediaType: storedType, transferSyntax: storedSyntax }) as const;
  const samples = (parts: boolean): PixelOffer =>
    ({ as: "samples", parts, mediaType: SAMPLES, transferSyntax: TS.ExplicitLittle }) as const;
  for (const { type, params } of asked) {
    const parts = type === "multipart/related" || type === "multipart/*" || type === "*/*";
    const inner = parts ? (params.type ?? "*/*").toLowerCase() : type;
    const syntax = params["transfer-syntax"];
    const any = syntax === "*" || (syntax !== undefined && syntax === storedSyntax);
    if (inner === "*/*" || inner === SAMPLES || inner === "application/*") {
      if (any) return stored(parts);
      if (syntax === undefined || syntax === TS.ExplicitLittle || syntax === TS.ImplicitLittle) return samples(parts);
    } else if ((inner === "image/*" && storedType.startsWith("image/")) || inner === storedType) {
      if (syntax === undefined || any) return stored(parts);
    }
  }
  throw notAcceptable(asked, [storedType, SAMPLES]);
}
