import { deflateSync } from "fflate";
import { WillisError } from "../core/errors.ts";
import { type DataSet, dataSet, type Element, put, text } from "./data-set.ts";
import { tagOf, tagText } from "./dictionary.ts";
import { TS, transferSyntaxOf } from "./transfer-syntax.ts";
import { VR_FACTS, type Vr } from "./vr.ts";

/** (0002,0012) of everything that Willis writes. */
export const IMPLEMENTATION_CLASS_UID = "2.25.212893406351720984216839305027391748112";
/** (0002,0013) of everything that Willis writes. */
export const IMPLEMENTATION_VERSION_NAME = "WILLIS_1";

const CHARACTER_SET = 0x00080005;
const PIXEL_DATA = 0x7fe00010;
const UNDEFINED = 0xffffffff;
const utf8 = new TextEncoder();

/** A growing buffer of little-endian bytes. */
class Sink {
  bytes = new Uint8Array(4096);
  view = new DataView(this.bytes.buffer);
  length = 0;
  room(more: number): number {
    const at = this.length;
    this.length += more;
    if (this.length > this.bytes.length) {
      const grown = new Uint8Array(Math.max(this.length, this.bytes.length * 2));
      grown.set(this.bytes.subarray(0, at));
      this.bytes = grown;
      this.view = new DataView(grown.buffer);
    }
    return at;
  }
  u16(value: number): void {
    const at = this.room(2);
    this.view.setUint16(at, value, true);
  }
  u32(value: number): void {
    const at = this.room(4);
    this.view.setUint32(at, value, true);
  }
  raw(value: Uint8Array): void {
    const at = this.room(value.length);
    this.bytes.set(value, at);
  }
}

/** Whether no character of its text is beyond `most`. */
function isWithin(ds: DataSet, most: number): boolean {
  for (const { vr, value } of ds.values()) {
    if (vr === "SQ") {
      for (const item of value as readonly DataSet[]) if (!isWithin(item, most)) return false;
    } else if (VR_FACTS[vr].charset) {
      for (const v of value as readonly string[]) {
        for (let i = 0; i < v.length; i++) if (v.charCodeAt(i) > most) return false;
      }
    }
  }
  return true;
}

function textBytes({ vr, value }: Element, latin1: boolean): Uint8Array {
  const joined = (value as readonly string[]).join("\\");
  if (latin1) return Uint8Array.from(joined, (char) => char.charCodeAt(0));
  return utf8.encode(joined.length % 2 === 1 && isAscii(joined) ? joined + (vr === "UI" ? "\0" : " ") : joined);
}

function isAscii(s: string): boolean {
  for (let i = 0; i < s.length; i++) if (s.charCodeAt(i) >= 0x80) return false;
  return true;
}

function numberBytes(vr: Vr, value: readonly number[]): Uint8Array {
  const size = vr === "AT" ? 4 : VR_FACTS[vr].size;
  const out = new Uint8Array(size * value.length);
  const view = new DataView(out.buffer);
  value.forEach((v, i) => {
    const at = i * size;
    if (vr === "US") view.setUint16(at, v, true);
    else if (vr === "SS") view.setInt16(at, v, true);
    else if (vr === "UL") view.setUint32(at, v, true);
    else if (vr === "SL") view.setInt32(at, v, true);
    else if (vr === "FL") view.setFloat32(at, v, true);
    else if (vr === "FD") view.setFloat64(at, v, true);
    else if (vr === "UV") view.setBigUint64(at, BigInt(v), true);
    else if (vr === "SV") view.setBigInt64(at, BigInt(v), true);
    else {
      view.setUint16(at, v >>> 16, true);
      view.setUint16(at + 2, v & 0xffff, true);
    }
  });
  return out;
}

interface Style {
  readonly explicit: boolean;
  readonly encapsulated: boolean;
  /** Text is not all ASCII: (0008,0005) at the root says ISO_IR 192 and no item says otherwise. */
  readonly unicode: boolean;
  /** Text is written in ISO 8859-1, one byte a character. */
  readonly latin1?: boolean;
}

/** What `writeDataSet` may be told. */
export interface WriteOptions {
  /** Text in ISO_IR 100 when all of it can be, for a reader that asked so; else UTF-8 as ever. */
  readonly latin1?: boolean;
}

function writeHeader(sink: Sink, tag: number, vr: Vr, length: number, explicit: boolean): void {
  sink.u16(tag >>> 16);
  sink.u16(tag & 0xffff);
  if (!explicit) {
    sink.u32(length);
    return;
  }
  // PS3.5 6.2.2: a value too long for a 16-bit length travels as UN.
  const code = length > 0xfffe && !VR_FACTS[vr].longLength ? "UN" : vr;
  const at = sink.room(2);
  sink.bytes[at] = code.charCodeAt(0);
  sink.bytes[at + 1] = code.charCodeAt(1);
  if (VR_FACTS[code].longLength) {
    sink.u16(0);
    sink.u32(length);
  } else sink.u16(length);
}

function writeElements(sink: Sink, ds: DataSet, style: Style, depth: number): void {
  if (depth > 64) throw new WillisError("too-deep", "Sequences are nested more than 64 deep; this cannot be written.");
  const root = depth === 0;
  const tags = [...ds.keys()].filter((t) => (t & 0xffff) !== 0 || t >>> 16 === 2).sort((a, b) => a - b);
  for (const tag of tags) {
    if (tag === CHARACTER_SET && style.unicode && !root) continue;
    const element = ds.get(tag)!;
    const { kind } = VR_FACTS[element.vr];
    if (kind === "items") {
      writeHeader(sink, tag, "SQ", UNDEFINED, style.explicit);
      const lengthAt = sink.length - 4;
      for (const item of element.value as readonly DataSet[]) {
        sink.u32(0xe000fffe);
        const itemAt = sink.room(4);
        writeElements(sink, item, style, depth + 1);
        sink.view.setUint32(itemAt, sink.length - itemAt - 4, true);
      }
      sink.view.setUint32(lengthAt, sink.length - lengthAt - 4, true);
    } else if (kind === "bytes") {
      const value = element.value as Uint8Array;
      const sealed = tag === PIXEL_DATA && root && style.encapsulated;
      writeHeader(
        sink,
        tag,
        sealed ? "OB" : element.vr,
        sealed ? UNDEFINED : value.length + (value.length & 1),
        style.explicit,
      );
      sink.raw(value);
      if (value.length & 1) sink.room(1);
    } else {
      const value =
        kind === "numbers"
          ? numberBytes(element.vr, element.value as readonly number[])
          : textBytes(element, style.latin1 ?? false);
      const odd = value.length & 1;
      writeHeader(sink, tag, element.vr, value.length + odd, style.explicit);
      sink.raw(value);
      if (odd) sink.bytes[sink.room(1)] = element.vr === "UI" ? 0 : 0x20;
    }
  }
}

/**
 * The bytes of a data set alone, without preamble and file meta (as DIMSE sends it). Elements are sorted, sequences
 * and items have defined lengths, group lengths are dropped. When any text is not ASCII, all text is written as UTF-8
 * and Specific Character Set says ISO_IR 192. Errors: `unsupported-media` for big endian.
 */
export function writeDataSet(
  ds: DataSet,
  transferSyntax: string = TS.ExplicitLittle,
  options: WriteOptions = {},
): Uint8Array {
  const ts = transferSyntaxOf(transferSyntax);
  if (ts.bigEndian)
    throw new WillisError("unsupported-media", "Big endian is retired: Willis reads it, never writes it.");
  const unicode = !isWithin(ds, 0x7f);
  const source: DataSet = unicode ? new Map(ds) : ds;
  const latin1 = unicode && (options.latin1 ?? false) && isWithin(ds, 0xff);
  if (unicode) put(source, CHARACTER_SET, "CS", latin1 ? "ISO_IR 100" : "ISO_IR 192");
  const sink = new Sink();
  writeElements(sink, source, { explicit: ts.explicit, encapsulated: ts.encapsulated, unicode, latin1 }, 0);
  const bytes = sink.bytes.subarray(0, sink.length);
  return ts.deflated ? padded(deflateSync(bytes)) : bytes;
}

function padded(bytes: Uint8Array): Uint8Array {
  if (bytes.length % 2 === 0) return bytes;
  const even = new Uint8Array(bytes.length + 1);
  even.set(bytes);
  return even;
}

/** Preamble, "DICM" and file meta group of an instance (PS3.10 7.1): what stands before the data set in a file. */
export function writeFileMeta(
  sopClass: string,
  sopInstance: string,
  transferSyntax: string,
  source?: string,
): Uint8Array {
  const meta = dataSet({
    FileMetaInformationVersion: Uint8Array.of(0, 1),
    MediaStorageSOPClassUID: sopClass,
    MediaStorageSOPInstanceUID: sopInstance,
    TransferSyntaxUID: transferSyntax,
    ImplementationClassUID: IMPLEMENTATION_CLASS_UID,
    ImplementationVersionName: IMPLEMENTATION_VERSION_NAME,
    SourceApplicationEntityTitle: source,
  });
  const sink = new Sink();
  sink.room(128);
  sink.raw(utf8.encode("DICM"));
  writeHeader(sink, tagOf("FileMetaInformationGroupLength"), "UL", 4, true);
  const lengthAt = sink.room(4);
  writeElements(sink, meta, { explicit: true, encapsulated: false, unicode: false }, 0);
  sink.view.setUint32(lengthAt, sink.length - lengthAt - 4, true);
  return sink.bytes.slice(0, sink.length);
}

/** The bytes of a DIMSE command set: implicit little endian with its group length (PS3.7 6.3.1). */
export function writeCommandSet(command: DataSet): Uint8Array {
  const sink = new Sink();
  writeHeader(sink, 0, "UL", 4, false);
  const lengthAt = sink.room(4);
  writeElements(sink, command, { explicit: false, encapsulated: false, unicode: false }, 0);
  sink.view.setUint32(lengthAt, sink.length - lengthAt - 4, true);
  return sink.bytes.slice(0, sink.length);
}

/**
 * A DICOM file (PS3.10) of a data set: file meta from its SOPClassUID and SOPInstanceUID, then `writeDataSet`. For a
 * native transfer syntax PixelData holds the samples, little endian; for an encapsulated one it holds what
 * `encapsulate` of `frames.ts` returns. Errors: `bad-request` when one of the two UIDs is missing.
 */
export function writePart10(ds: DataSet, transferSyntax: string = TS.ExplicitLittle): Uint8Array {
  const sopClass = text(ds, "SOPClassUID");
  const sopInstance = text(ds, "SOPInstanceUID");
  if (!sopClass || !sopInstance) {
    const missing = tagText(tagOf(sopClass ? "SOPInstanceUID" : "SOPClassUID"));
    throw new WillisError("bad-request", `${missing} is missing: a DICOM file needs it.`);
  }
  const head = writeFileMeta(sopClass, sopInstance, transferSyntax);
  const body = writeDataSet(ds, transferSyntax);
  const out = new Uint8Array(head.length + body.length);
  out.set(head);
  out.set(body, head.length);
  return out;
}
