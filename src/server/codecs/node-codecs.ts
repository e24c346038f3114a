import { decodeJpeg } from "../../dicom/codec-jpeg.ts";
import { codestreamSize } from "../../dicom/codestream-size.ts";
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
    return decoders.use((decoder) => decodeWasm(decoder, stream, format));
  };
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
