import { WillisError } from "../../core/errors.ts";
import { codestreamSize } from "../../dicom/codestream-size.ts";
import { type DataSet, dataSet, has, number, put } from "../../dicom/data-set.ts";
import { encapsulate } from "../../dicom/frames.ts";
import { TS, transferSyntaxOf } from "../../dicom/transfer-syntax.ts";
import type { BulkPart } from "./stow-build.ts";

const PIXEL_DATA = 0x7fe00010;

/** The transfer syntax of a media type when its part does not name one (PS3.18 tables 8.7.3-4 and -5). */
const DEFAULTS: Readonly<Record<string, string>> = {
  "application/octet-stream": TS.ExplicitLittle,
  "image/jpeg": TS.JpegLosslessSv1,
  "image/jls": TS.JpegLsLossless,
  "image/jp2": TS.Jpeg2000Lossless,
  "image/jpx": "1.2.840.10008.1.2.4.92",
  "image/jphc": TS.Htj2kLossless,
  "image/jxl": TS.JpegXlLossless,
  "image/dicom-rle": TS.RleLossless,
  "video/mpeg": "1.2.840.10008.1.2.4.100",
  "video/mpeg2": "1.2.840.10008.1.2.4.100",
  "video/mp4": "1.2.840.10008.1.2.4.102",
};

/** Transfer syntax of a part: as it says itself, else as its JPEG stream shows, else that of its media type. */
export function syntaxOfPart({ mediaType, transferSyntax, bytes }: BulkPart): string {
  if (transferSyntax !== undefined) return transferSyntax;
  const known = DEFAULTS[mediaType];
  if (known === undefined)
    throw new WillisError("unsupported-media", `Pixels of type ${mediaType.slice(0, 60)} are not taken.`);
  if (mediaType !== "image/jpeg") return known;
  const process = jpegHead(bytes)?.process;
  return process === 0xc0 ? TS.JpegBaseline : process === 0xc1 ? TS.JpegExtended : known;
}

/**
 * Puts the pixels of the parts into a data set and returns their transfer syntax: native samples in one part or one a
 * frame, or one code stream a frame, in the order of the frames. What the Image Pixel attributes leave out is read from
 * the first code stream (PS3.18 table 10.5.2-1). Errors: `bad-request` when parts and frames do not agree.
 */
export function putPixels(ds: DataSet, parts: readonly BulkPart[], vr: "OB" | "OW"): string {
  const syntaxes = new Set(parts.map(syntaxOfPart));
  const [syntax = TS.ExplicitLittle] = syntaxes;
  if (syntaxes.size > 1)
    throw new WillisError("bad-request", `The frames come in ${syntaxes.size} transfer syntaxes: send them in one.`);
  const { encapsulated, bigEndian, coding } = transferSyntaxOf(syntax);
  if (bigEndian || coding === "unknown")
    throw new WillisError("unsupported-media", `Pixels in transfer syntax ${syntax.slice(0, 70)} are not taken.`);
  const bytes = parts.map((part) => part.bytes);
  if (!encapsulated) {
    put(ds, PIXEL_DATA, vr, bytes.length === 1 ? bytes[0]! : Buffer.concat(bytes));
    return syntax;
  }
  describe(ds, bytes[0]!);
  const frames = number(ds, "NumberOfFrames") ?? 1;
  const whole = coding === "video" || syntax.endsWith(".92") || syntax.endsWith(".93");
  if (bytes.length !== frames && !(whole && bytes.length === 1))
    throw new WillisError("bad-request", `NumberOfFrames is ${frames}, and ${bytes.length} frame(s) came.`);
  put(ds, PIXEL_DATA, "OB", encapsulate(bytes));
  return syntax;
}

function describe(ds: DataSet, stream: Uint8Array): void {
  const jpeg = jpegHead(stream);
  const size = jpeg ?? codestreamSize(stream);
  const add = (keyword: string, value: number | string | undefined): void => {
    if (value === undefined || has(ds, keyword)) return;
    for (const [tag, element] of dataSet({ [keyword]: value })) ds.set(tag, element);
  };
  add("Rows", size?.height);
  add("Columns", size?.width);
  add("SamplesPerPixel", size?.components);
  const samples = number(ds, "SamplesPerPixel") ?? 1;
  add("PhotometricInterpretation", samples === 1 ? "MONOCHROME2" : jpeg?.process === 0xc0 ? "YBR_FULL_422" : "RGB");
  if (samples > 1) add("PlanarConfiguration", 0);
  if (!jpeg) return; // how many bits there are stands in no other head that is read here
  add("BitsStored", jpeg.bits);
  add("BitsAllocated", jpeg.bits > 8 ? 16 : 8);
  add("HighBit", (number(ds, "BitsStored") ?? jpeg.bits) - 1);
  add("PixelRepresentation", 0);
}

/** The frame header of a JPEG or JPEG-LS stream (ITU-T T.81 B.2.2). */
function jpegHead(stream: Uint8Array) {
  if (stream[0] !== 0xff || stream[1] !== 0xd8) return undefined;
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  for (let at = 2; at + 10 <= stream.length && stream[at] === 0xff; ) {
    const process = stream[at + 1]!;
    if (process === 0xff) {
      at++;
      continue;
    }
    const isFrame = (process >= 0xc0 && process <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(process)) || process === 0xf7;
    if (isFrame)
      return {
        process,
        ...{ bits: stream[at + 4]!, height: view.getUint16(at + 5), width: view.getUint16(at + 7) },
        components: stream[at + 9]!,
      };
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}
