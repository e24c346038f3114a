import { createRequire } from "node:module";
import { decodeJpeg } from "../../dicom/codec-jpeg.ts";
import { interleave } from "../../dicom/colour.ts";
import type { Codec, CodecImage, Codecs, PixelFormat } from "../../dicom/decode.ts";

/** What the Emscripten decoders of the codec packages have in common. */
interface WasmDecoder {
  getEncodedBuffer(length: number): Uint8Array;
  decode(): void;
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): { width: number; height: number; bitsPerSample: number; componentCount: number; isSigned?: boolean };
  getInterleaveMode?(): number;
  delete(): void;
}
type Factory = (options: object) => Promise<Record<string, new () => WasmDecoder>>;

let loaded: Promise<Codecs> | null = null;

/**
 * The codecs of a Node process: CharLS, OpenJPEG and OpenJPH as WebAssembly, every JPEG process in our own code.
 * Loaded once; a decoder keeps no state between frames, so one set serves all requests of a thread.
 */
export function nodeCodecs(): Promise<Codecs> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Codecs> {
  const require = createRequire(import.meta.url);
  const open = async (name: string, decoder: string): Promise<() => WasmDecoder> => {
    const factory = require(name) as Factory;
    // The packages print to the console by default: standard output belongs to the command line's JSON.
    const module = await factory({ print: () => {}, printErr: () => {} });
    const Decoder = module[decoder]!;
    return () => new Decoder();
  };
  const charls = await open("@cornerstonejs/codec-charls/decodewasmjs", "JpegLSDecoder");
  const openjpeg = await open("@cornerstonejs/codec-openjpeg/decodewasmjs", "J2KDecoder");
  const openjph = await open("@cornerstonejs/codec-openjph/wasmjs", "HTJ2KDecoder");
  const wasm =
    (make: () => WasmDecoder): Codec =>
    (stream, format) =>
      decodeWasm(make(), stream, format);
  return {
    "jpeg-ls": wasm(charls),
    "jpeg-2000": wasm(openjpeg),
    htj2k: wasm(openjph),
    "jpeg-lossless": decodeJpeg,
    "jpeg-baseline": decodeJpeg,
    "jpeg-extended": decodeJpeg,
  };
}

/** Run one decoder; its memory is copied out and freed whatever happens. */
function decodeWasm(decoder: WasmDecoder, stream: Uint8Array, format: PixelFormat): CodecImage {
  try {
    decoder.getEncodedBuffer(stream.length).set(stream);
    decoder.decode();
    const { width, height, bitsPerSample, componentCount } = decoder.getFrameInfo();
    const bytes = decoder.getDecodedBuffer().slice();
    const samples = bitsPerSample > 8 ? new Uint16Array(bytes.buffer, 0, bytes.length >> 1) : bytes;
    const planar = decoder.getInterleaveMode?.() === 0 && componentCount > 1;
    const rgb = /^YBR_(RCT|ICT)$/.test(format.photometric);
    return {
      samples: planar ? interleave(samples, componentCount) : samples,
      width,
      height,
      components: componentCount,
      rgb,
    };
  } catch (error) {
    throw new Error(typeof error === "number" ? "the code stream is damaged" : String(error));
  } finally {
    decoder.delete();
  }
}
