import type { CodecImage, PixelFormat } from "./decode.ts";
import { decodeDctScan, ZIGZAG } from "./jpeg-dct.ts";
import { type BitReader, type HuffmanTable, huffmanTable } from "./jpeg-huffman.ts";
import { decodeLosslessScan } from "./jpeg-lossless.ts";
import { fullResolution, yccToRgb } from "./jpeg-upsample.ts";

/** One component of a JPEG frame, with what decoding it needs. */
export interface JpegComponent {
  readonly index: number;
  readonly id: number;
  readonly h: number;
  readonly v: number;
  readonly table: number;
  readonly blocksAcross: number;
  readonly blocksDown: number;
  readonly coefficients: Int16Array;
  quantisation: Uint16Array | null;
  dc: HuffmanTable | null;
  ac: HuffmanTable | null;
  prediction: number;
}

/** A JPEG frame header. */
export interface JpegFrame {
  readonly lossless: boolean;
  readonly progressive: boolean;
  readonly precision: number;
  readonly width: number;
  readonly height: number;
  readonly hMax: number;
  readonly vMax: number;
  readonly mcusAcross: number;
  readonly mcusDown: number;
  readonly components: readonly JpegComponent[];
}

/** A JPEG scan header; `selection` and `end` are the spectral band or the predictor, `high`/`low` the bit position. */
export interface JpegScan {
  readonly components: readonly JpegComponent[];
  readonly selection: number;
  readonly end: number;
  readonly high: number;
  readonly low: number;
  readonly restartInterval: number;
  run: number;
}

const PIXEL_LIMIT = 2 ** 26;
/** Progressive images have about ten scans; each goes through the whole image, so their number is bounded. */
const SCAN_LIMIT = 200;
/** More pixels a byte than any scan can code: a block of 64 pixels takes a bit, chroma may be a sixteenth. */
const PIXELS_PER_BYTE = 8192;

/**
 * Decode a JPEG code stream: baseline, extended (8 and 12 bits), progressive and lossless Huffman processes. YCbCr of
 * the lossy processes comes back as RGB, or as it is coded when the format says so. Whether three components are YCbCr: an Adobe marker, the component names
 * "RGB", a JFIF marker, then the photometric interpretation say so, in this order. Errors: a plain `Error` with what
 * is wrong (arithmetic coding, hierarchical, damage). Source: ITU-T T.81, T.871.
 */
export function decodeJpeg(stream: Uint8Array, format: PixelFormat): CodecImage {
  const quantisation: (Uint16Array | undefined)[] = [];
  const huffman = new Map<number, HuffmanTable>();
  let frame: JpegFrame | null = null;
  let lossless: Uint16Array | null = null;
  let restartInterval = 0;
  let adobe = -1;
  let jfif = false;
  let scans = 0;
  let at = 2;
  if (stream[0] !== 0xff || stream[1] !== 0xd8) throw new Error("no JPEG start marker");
  while (at + 4 <= stream.length) {
    if (stream[at] !== 0xff) {
      at++;
      continue;
    }
    const marker = stream[at + 1]!;
    if (marker === 0xd9) break;
    if (marker === 0xff || marker === 0 || (marker >= 0xd0 && marker <= 0xd8) || marker === 0x01) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    const length = (stream[at + 2]! << 8) | stream[at + 3]!;
    const body = stream.subarray(at + 4, at + 2 + length);
    if (length < 2 || at + 2 + length > stream.length) throw new Error(`marker ${marker.toString(16)} is cut off`);
    at += 2 + length;
    if (marker === 0xdb) readQuantisation(body, quantisation);
    else if (marker === 0xc4) readHuffman(body, huffman);
    else if (marker === 0xdd) restartInterval = (body[0]! << 8) | body[1]!;
    else if (marker === 0xee && isText(body, "Adobe") && body.length >= 12) adobe = body[11]!;
    else if (marker === 0xe0 && isText(body, "JFIF")) jfif = true;
    else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc8 && marker !== 0xcc) {
      if (frame) throw new Error("hierarchical JPEG is not supported");
      frame = readFrame(marker, body, stream.length);
      if (frame.width !== format.columns || frame.height !== format.rows) {
        const outside = `${format.columns} x ${format.rows}`;
        throw new Error(`the JPEG frame is ${frame.width} x ${frame.height}, the data set says ${outside}`);
      }
      if (frame.lossless) lossless = new Uint16Array(frame.width * frame.height * frame.components.length);
    } else if (marker === 0xda) {
      if (!frame) throw new Error("a scan comes before its frame");
      if (scans === SCAN_LIMIT) throw new Error(`more than ${SCAN_LIMIT} scans`);
      const scan = readScan(body, frame, quantisation, huffman, restartInterval);
      const bits: BitReader = lossless
        ? decodeLosslessScan(stream, at, frame, scan, lossless)
        : decodeDctScan(stream, at, frame, scan);
      at = bits.pos;
      scans++;
    }
  }
  if (!frame || scans === 0) throw new Error("the JPEG stream has no image");
  const { width, height, precision } = frame;
  const components = frame.components.length;
  if (lossless) {
    const samples = precision <= 8 && format.bitsAllocated <= 8 ? Uint8Array.from(lossless) : lossless;
    return { samples, width, height, components, rgb: false };
  }
  const ycc = components === 3 && isYcc(frame, adobe, jfif, format);
  const kept = ycc && format.keepColour === true && /^YBR_FULL/.test(format.photometric);
  // Native YBR_FULL_422 shares the chroma of two pixels: what is coded is kept, not interpolated.
  const samples = fullResolution(frame, !(kept && format.photometric === "YBR_FULL_422"));
  if (ycc && !kept) yccToRgb(samples, precision);
  return { samples, width, height, components, rgb: components === 3 && !kept };
}

function isText(body: Uint8Array, word: string): boolean {
  for (let i = 0; i < word.length; i++) if (body[i] !== word.charCodeAt(i)) return false;
  return true;
}

function isYcc(frame: JpegFrame, adobe: number, jfif: boolean, format: PixelFormat): boolean {
  if (adobe >= 0) return adobe !== 0;
  if (String.fromCharCode(...frame.components.map((c) => c.id)) === "RGB") return false;
  return jfif || format.photometric !== "RGB";
}

function readQuantisation(body: Uint8Array, tables: (Uint16Array | undefined)[]): void {
  for (let at = 0; at < body.length; ) {
    const wide = body[at]! >> 4 !== 0;
    const table = new Uint16Array(64);
    const id = body[at++]! & 15;
    for (let k = 0; k < 64; k++) {
      table[ZIGZAG[k]!] = wide ? (body[at]! << 8) | body[at + 1]! : body[at]!;
      at += wide ? 2 : 1;
    }
    if (at > body.length) throw new Error("a quantisation table is cut off");
    tables[id] = table;
  }
}

function readHuffman(body: Uint8Array, tables: Map<number, HuffmanTable>): void {
  for (let at = 0; at + 17 <= body.length; ) {
    const counts = body.subarray(at + 1, at + 17);
    const n = counts.reduce((sum, c) => sum + c, 0);
    tables.set(body[at]!, huffmanTable(counts, body.subarray(at + 17, at + 17 + n)));
    at += 17 + n;
  }
}

function readFrame(marker: number, body: Uint8Array, streamLength: number): JpegFrame {
  if (marker > 0xc3) throw new Error(`JPEG process SOF${marker - 0xc0} (arithmetic or hierarchical) is not supported`);
  const lossless = marker === 0xc3;
  const [precision, height, width, count] = [
    body[0]!,
    (body[1]! << 8) | body[2]!,
    (body[3]! << 8) | body[4]!,
    body[5]!,
  ];
  const bad = !lossless && precision !== 8 && precision !== 12;
  if (
    bad ||
    precision < 2 ||
    precision > 16 ||
    width * height === 0 ||
    width * height > PIXEL_LIMIT ||
    count < 1 ||
    count > 4
  ) {
    throw new Error(`a frame of ${width} x ${height} x ${count} with ${precision} bits is not supported`);
  }
  if (width * height > streamLength * PIXELS_PER_BYTE)
    throw new Error(`${streamLength} bytes cannot hold ${width} x ${height} pixels`);
  if (body.length < 6 + 3 * count) throw new Error("the frame header is cut off");
  const facts = Array.from({ length: count }, (_, i) => body.subarray(6 + 3 * i, 9 + 3 * i));
  const hMax = Math.max(...facts.map((f) => f[1]! >> 4));
  const vMax = Math.max(...facts.map((f) => f[1]! & 15));
  if (facts.some((f) => f[1]! >> 4 < 1 || f[1]! >> 4 > 4 || (f[1]! & 15) < 1 || (f[1]! & 15) > 4)) {
    throw new Error("a component has impossible sampling factors");
  }
  if (lossless && (hMax > 1 || vMax > 1) && count > 1) throw new Error("subsampled lossless JPEG is not supported");
  const mcusAcross = Math.ceil(width / (8 * hMax));
  const mcusDown = Math.ceil(height / (8 * vMax));
  const components = facts.map((f, index): JpegComponent => {
    const [h, v] = [f[1]! >> 4, f[1]! & 15];
    const [blocksAcross, blocksDown] = [mcusAcross * h, mcusDown * v];
    const coefficients = new Int16Array(lossless ? 0 : blocksAcross * blocksDown * 64);
    const empty = { quantisation: null, dc: null, ac: null, prediction: 0 };
    return { index, id: f[0]!, h, v, table: f[2]!, blocksAcross, blocksDown, coefficients, ...empty };
  });
  return {
    lossless,
    progressive: marker === 0xc2,
    precision,
    width,
    height,
    hMax,
    vMax,
    mcusAcross,
    mcusDown,
    components,
  };
}

function readScan(
  body: Uint8Array,
  frame: JpegFrame,
  quantisation: readonly (Uint16Array | undefined)[],
  huffman: ReadonlyMap<number, HuffmanTable>,
  restartInterval: number,
): JpegScan {
  const n = body[0]!;
  if (n < 1 || body.length < 4 + 2 * n) throw new Error("a scan header is cut off");
  const [selection, end, bits] = [body[1 + 2 * n]!, body[2 + 2 * n]!, body[3 + 2 * n]!];
  const high = bits >> 4;
  const components = Array.from({ length: n }, (_, i) => {
    const c = frame.components.find((one) => one.id === body[1 + 2 * i]);
    if (!c) throw new Error(`a scan names component ${body[1 + 2 * i]}, which the frame does not have`);
    const tables = body[2 + 2 * i]!;
    c.dc = huffman.get(tables >> 4) ?? null;
    c.ac = huffman.get(0x10 | (tables & 15)) ?? null;
    c.quantisation ??= quantisation[c.table] ?? null;
    const needsDc = frame.lossless || (selection === 0 && high === 0);
    const needsAc = !frame.lossless && (frame.progressive ? selection > 0 : true);
    if ((needsDc && !c.dc) || (needsAc && !c.ac)) throw new Error("a scan names a Huffman table that is not there");
    if (!frame.lossless && !c.quantisation) throw new Error("a quantisation table is missing");
    return c;
  });
  if (!frame.lossless && end > 63) throw new Error(`a scan names coefficient ${end}`);
  return { components, selection, end, high, low: bits & 15, restartInterval, run: 0 };
}
