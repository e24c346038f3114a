import { decodeJpeg } from "../../dicom/codec-jpeg.ts";
import { codestreamSize, jpeg2000Start } from "../../dicom/codestream-size.ts";
import { interleave } from "../../dicom/colour.ts";
import type { Codec, CodecImage, Codecs, PixelFormat } from "../../dicom/decode.ts";
import { WasmClass, type WasmDecoder, type WasmSource } from "./wasm-module.ts";

const PACKAGES: Readonly<Record<"jpeg-ls" | "jpeg-2000" | "htj2k" | "jpeg-xl", WasmSource>> = {
  "jpeg-ls": {
    script: "@cornerstonejs/codec-charls/decodewasmjs",
    wasm: "@cornerstonejs/codec-charls/decodewasm",
    name: "JpegLSDecoder",
  },
  "jpeg-2000": {
    script: "@cornerstonejs/codec-openjpeg/decodewasmjs",
    wasm: "@cornerstonejs/codec-openjpeg/decodewasm",
    name: "J2KDecoder",
  },
  htj2k: {
    script: "@cornerstonejs/codec-openjph/wasmjs",
    wasm: "@cornerstonejs/codec-openjph/wasm",
    name: "HTJ2KDecoder",
  },
  "jpeg-xl": {
    script: "@cornerstonejs/codec-libjxl/decodewasmjs",
    wasm: "@cornerstonejs/codec-libjxl/decodewasm",
    name: "JpegXLDecoder",
  },
};

/**
 * The codecs of a Node thread: CharLS, OpenJPEG, OpenJPH and libjxl as WebAssembly, every JPEG process in our own code.
 * Each is compiled when a frame first needs it and then shared by all requests of the thread; decoding is synchronous.
 */
export async function nodeCodecs(): Promise<Codecs> {
  return CODECS;
}

const CODECS: Codecs = {
  "jpeg-lossless": decodeJpeg,
  "jpeg-baseline": decodeJpeg,
  "jpeg-extended": decodeJpeg,
  ...Object.fromEntries(Object.entries(PACKAGES).map(([coding, source]) => [coding, wasmCodec(source)])),
};

function wasmCodec(source: WasmSource): Codec {
  const decoders = new WasmClass<WasmDecoder>(source);
  return (stream, format) => {
    fits(stream, format);
    const unsigned = source === PACKAGES["jpeg-2000"] ? withoutSign(stream) : null;
    const whole = source === PACKAGES["jpeg-ls"] ? ended(stream) : stream;
    if (!unsigned) return decoders.use((decoder) => decodeWasm(decoder, whole, format));
    const image = decoders.use((decoder) => decodeWasm(decoder, unsigned.stream, format));
    return { ...image, samples: Int8Array.from(image.samples, (v) => v - unsigned.shift) };
  };
}

/**
 * The package for JPEG 2000 cuts negative values of up to 8 bits off. Said to be unsigned, such a stream decodes to the
 * same values raised by half of their range (ISO 15444-1 G.1.2), which is undone afterwards. Null for all other streams.
 */
function withoutSign(stream: Uint8Array): { readonly stream: Uint8Array; readonly shift: number } | null {
  const start = jpeg2000Start(stream);
  const depth = stream[start + 42];
  if (start < 0 || depth === undefined || depth < 0x80 || (depth & 0x7f) > 7) return null;
  const copy = Uint8Array.from(stream);
  const components = (copy[start + 40]! << 8) | copy[start + 41]!;
  for (let i = 0; i < components && start + 42 + 3 * i < copy.length; i++) copy[start + 42 + 3 * i]! &= 0x7f;
  return { stream: copy, shift: 2 ** (depth & 0x7f) };
}

/**
 * A JPEG-LS stream with an end marker behind it. Without one CharLS does not see that a stream is cut off, and looks for
 * the rest of a code in all of its memory, for half a minute.
 */
function ended(stream: Uint8Array): Uint8Array {
  const out = new Uint8Array(stream.length + 2);
  out.set(stream);
  out.set([0xff, 0xd9], stream.length);
  return out;
}

/** Samples of one image: what a decoder needs of memory is a small multiple of this. */
const SAMPLE_LIMIT = 2 ** 27;
/** An image of up to 16 Mi samples may be all of one value; a larger one has at least a byte for so many samples. */
const FREE_SAMPLES = 2 ** 24;
const SAMPLES_PER_BYTE = 8192;

/** The image must be the one of the data set: nothing is decoded that would take more memory than was agreed to. */
function fits(stream: Uint8Array, format: PixelFormat): void {
  const size = codestreamSize(stream);
  if (!size) throw new Error("the code stream does not begin as one of this kind does");
  const { width, height, components = format.samplesPerPixel } = size;
  // OpenJPH never ends on components of different sizes.
  if (size.subsampled) throw new Error("its components are subsampled: not decoded");
  const samples = width * height * components;
  if (samples > SAMPLE_LIMIT || samples > Math.max(FREE_SAMPLES, stream.length * SAMPLES_PER_BYTE))
    throw new Error(`${stream.length} bytes for ${width} x ${height} x ${components} samples: not decoded`);
  if (width === format.columns && height === format.rows && components === format.samplesPerPixel) return;
  const outside = `${format.columns} x ${format.rows} x ${format.samplesPerPixel}`;
  throw new Error(`the code stream is ${width} x ${height} x ${components}, the data set says ${outside}`);
}

/** Run one decoder; what it made is copied out of its memory. */
function decodeWasm(decoder: WasmDecoder, stream: Uint8Array, format: PixelFormat): CodecImage {
  decoder.getEncodedBuffer(stream.length).set(stream);
  decoder.decode();
  const { width, height, bitsPerSample, componentCount: components } = decoder.getFrameInfo();
  const bytes = new Uint8Array(decoder.getDecodedBuffer());
  const planar = decoder.getInterleaveMode?.() === 0 && components > 1;
  const stored = bitsPerSample > 8 ? new Uint16Array(bytes.buffer, 0, bytes.length >> 1) : bytes;
  const rgb = /^(YBR_(RCT|ICT)|XYB)$/.test(format.photometric);
  return { samples: planar ? interleave(stored, components) : stored, width, height, components, rgb };
}
