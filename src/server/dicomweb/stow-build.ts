import { WillisError } from "../../core/errors.ts";
import { type DataSet, number, text } from "../../dicom/data-set.ts";
import { tagOf } from "../../dicom/dictionary.ts";
import { type DicomJson, fromDicomJson } from "../../dicom/json.ts";
import { TS, transferSyntaxOf } from "../../dicom/transfer-syntax.ts";
import { writePart10 } from "../../dicom/write.ts";
import { putPixels } from "./stow-pixels.ts";

/** One part of a request that carries bytes named by a BulkDataURI of the metadata. */
export interface BulkPart {
  readonly location: string;
  readonly mediaType: string;
  readonly transferSyntax?: string;
  readonly bytes: Uint8Array;
}

const PIXELS = "7FE00010";
/** Data elements of one object, in all its sequences. */
export const MOST_ELEMENTS = 1_000_000;
/** Attributes of answers and of the file header: no part of an object (PS3.18 10.6.3.3, PS3.10 7.1). */
const NOT_OF_THE_OBJECT = ["AvailableTransferSyntaxUID", "RetrieveURL", "RetrieveURI", "InstanceAvailability"];

/**
 * The Part 10 file of an object that came as metadata (DICOM JSON) with its bulk data in parts of their own (PS3.18
 * 10.5.2): Explicit VR Little Endian, or the transfer syntax of its code streams. Errors: `bad-request` and `too-large`
 * with the attribute, `unsupported-media` for pixels that cannot be taken.
 */
export function buildPart10(json: DicomJson, bulk: ReadonlyMap<string, readonly BulkPart[]>): Uint8Array {
  const { [PIXELS]: pixels, ...rest } = json;
  const bulkData = (uri: string): Uint8Array | undefined => {
    const parts = bulk.get(uri);
    if (!parts) return undefined;
    return parts.length === 1 ? parts[0]!.bytes : Buffer.concat(parts.map((part) => part.bytes));
  };
  const ds: DataSet = fromDicomJson(rest, { bulkData, elements: MOST_ELEMENTS });
  const said = text(ds, "AvailableTransferSyntaxUID") ?? text(ds, "TransferSyntaxUID");
  for (const tag of [...ds.keys()]) if (tag >>> 16 <= 2) ds.delete(tag);
  for (const keyword of NOT_OF_THE_OBJECT) ds.delete(tagOf(keyword));
  if (!pixels) return writePart10(ds, TS.ExplicitLittle);
  const wide = (number(ds, "BitsAllocated") ?? 8) > 8;
  const vr = pixels.vr === "OW" || (pixels.vr !== "OB" && wide) ? "OW" : "OB";
  if (pixels.InlineBinary !== undefined || pixels.BulkDataURI === undefined) {
    const [element] = fromDicomJson({ [PIXELS]: { ...pixels, vr } }).values();
    if (element) ds.set(tagOf("PixelData"), element);
    return writePart10(ds, TS.ExplicitLittle);
  }
  const parts = partsOfPixels(pixels.BulkDataURI, bulk);
  // A part of plain bytes whose object says that it is compressed is a code stream of that transfer syntax.
  const hinted = parts.map((part): BulkPart => {
    const isPlain = part.mediaType === "application/octet-stream" && part.transferSyntax === undefined;
    const known = said !== undefined && transferSyntaxOf(said).encapsulated && isCodeStream(part.bytes);
    return isPlain && known ? { ...part, transferSyntax: said } : part;
  });
  return writePart10(ds, putPixels(ds, hinted, vr));
}

/** The parts named by the URI itself, in their order, or by `URI/frames/N` in the order of the frames. */
function partsOfPixels(uri: string, bulk: ReadonlyMap<string, readonly BulkPart[]>): readonly BulkPart[] {
  const whole = bulk.get(uri);
  if (whole) return whole;
  const frames: BulkPart[] = [];
  for (let frame = 1; ; frame++) {
    const one = bulk.get(`${uri}/frames/${frame}`);
    if (!one) break;
    frames.push(...one);
  }
  if (frames.length > 0) return frames;
  throw new WillisError("bad-request", `DICOM JSON ${PIXELS}: BulkDataURI "${uri.slice(0, 100)}" does not come along.`);
}

/** JPEG, JPEG-LS and JPEG 2000 streams begin with one of two markers, those in boxes with a box. */
function isCodeStream([a, b, c, d]: Uint8Array): boolean {
  return (a === 0xff && (b === 0xd8 || b === 0x4f || b === 0x0a)) || (a === 0 && b === 0 && c === 0 && d === 12);
}
