/** What a code stream says of its image before any memory is taken for it. */
export interface CodestreamSize {
  readonly width: number;
  readonly height: number;
  /** Not said by the head of a JPEG XL stream. */
  readonly components?: number;
  /** A component of a JPEG 2000 stream has fewer samples than the image has pixels. */
  readonly subsampled?: boolean;
}

/** Bytes that are looked at for the start of a JPEG 2000 code stream inside a JP2 file. */
const BOXES = 4096;

/**
 * Width, height and components that the head of a JPEG 2000 or HTJ2K (SIZ, also inside JP2 boxes), JPEG-LS (SOF55) or
 * JPEG XL (bare or in a container) code stream states; null when no such head is found. Never throws.
 * Source: ISO 15444-1 A.5.1, ISO 14495-1 C.2.2, ISO 18181-1 annex A.
 */
export function codestreamSize(stream: Uint8Array): CodestreamSize | null {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  if (stream[0] === 0xff && stream[1] === 0x0a) return jpegXl(stream, 2);
  if (stream.length > 12 && view.getUint32(0) === 12 && view.getUint32(4) === 0x4a584c20) return boxedJpegXl(view);
  const start = jpeg2000Start(stream);
  if (start >= 0) return jpeg2000(view, start);
  if (stream[0] !== 0xff || stream[1] !== 0xd8) return null;
  for (let at = 2; at + 10 <= stream.length && stream[at] === 0xff; at += 2 + view.getUint16(at + 2)) {
    if (stream[at + 1] === 0xf7)
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7), components: stream[at + 9]! };
  }
  return null;
}

/** Where the SOC and SIZ markers of a JPEG 2000 code stream are, also inside JP2 boxes; -1 when they are not found. */
export function jpeg2000Start(stream: Uint8Array): number {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  for (let at = 0; at + 42 <= stream.length && at < BOXES; at++)
    if (stream[at] === 0xff && view.getUint32(at) === 0xff4fff51) return at;
  return -1;
}

function jpeg2000(view: DataView, at: number): CodestreamSize {
  const width = view.getUint32(at + 8) - view.getUint32(at + 16);
  const height = view.getUint32(at + 12) - view.getUint32(at + 20);
  const components = view.getUint16(at + 40);
  let subsampled = false;
  for (let i = at + 43; i + 1 < view.byteLength && i < at + 43 + 3 * components; i += 3)
    if (view.getUint16(i) !== 0x0101) subsampled = true;
  return { width, height, components, subsampled };
}

/** The size head of the `jxlc` box, or of the first `jxlp`, of a container. */
function boxedJpegXl(view: DataView): CodestreamSize | null {
  for (let at = 0; at + 16 <= view.byteLength; ) {
    const length = view.getUint32(at);
    const type = view.getUint32(at + 4);
    const from = at + (type === 0x6a786c70 ? 12 : 8);
    if (type === 0x6a786c63 || type === 0x6a786c70) {
      const stream = new Uint8Array(view.buffer, view.byteOffset + from, view.byteLength - from);
      return stream[0] === 0xff && stream[1] === 0x0a ? jpegXl(stream, 2) : null;
    }
    if (length < 8) return null;
    at += length;
  }
  return null;
}

const RATIOS = [
  [1, 1],
  [12, 10],
  [4, 3],
  [3, 2],
  [16, 9],
  [5, 4],
  [2, 1],
] as const;

function jpegXl(stream: Uint8Array, start: number): CodestreamSize {
  let bit = start * 8;
  const read = (n: number): number => {
    let value = 0;
    for (let i = 0; i < n; i++, bit++) value += (((stream[bit >> 3] ?? 0) >> (bit & 7)) & 1) * 2 ** i;
    return value;
  };
  const small = read(1) === 1;
  const side = (): number => (small ? (read(5) + 1) * 8 : read([9, 13, 18, 30][read(2)]!) + 1);
  const height = side();
  const ratio = RATIOS[read(3) - 1];
  return { height, width: ratio ? Math.floor((height * ratio[0]) / ratio[1]) : side() };
}

/**
 * Whether the components of a JPEG 2000 code stream went through a multiple component transform (COD, ISO 15444-1
 * A.6.1): then three of them are YBR_RCT or YBR_ICT in the words of PS3.3. False for anything else.
 */
export function usesColourTransform(stream: Uint8Array): boolean {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  for (let at = 2; at + 9 <= stream.length && stream[at] === 0xff; at += 2 + view.getUint16(at + 2)) {
    if (stream[at + 1] === 0x52) return stream[at + 8] === 1;
    if (stream[at + 1] === 0x90) return false;
  }
  return false;
}
