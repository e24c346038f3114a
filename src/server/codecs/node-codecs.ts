import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { decodeJpeg } from "../../dicom/codec-jpeg.ts";
import { interleave } from "../../dicom/colour.ts";
import type { Codec, CodecImage, Codecs, PixelFormat } from "../../dicom/decode.ts";

/** What the Emscripten decoders of the codec packages have in common. */
interface WasmDecoder {
  getEncodedBuffer(length: number): Uint8Array;
  decode(): void;
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): { width: number; height: number; bitsPerSample: number; componentCount: number };
  getInterleaveMode?(): number;
  delete(): void;
}
type Imports = Record<string, Record<string, unknown>>;
/** The two constructors that are used here; the Node types have no WebAssembly. */
interface WasmNamespace {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: Imports) => object;
}
type Factory = (options: Record<string, unknown>) => Promise<unknown>;

const require = createRequire(import.meta.url);
const { Module, Instance } = (globalThis as unknown as { WebAssembly: WasmNamespace }).WebAssembly;
let loaded: Promise<Codecs> | null = null;

/**
 * The codecs of a Node process: CharLS, OpenJPEG and OpenJPH as WebAssembly, every JPEG process in our own code. Loaded
 * once and shared by all requests of a thread; decoding is synchronous. A damaged code stream cannot harm the next one:
 * after any error the WebAssembly memory is thrown away and a new instance made.
 */
export function nodeCodecs(): Promise<Codecs> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Codecs> {
  const [jpegLs, jpeg2000, htj2k] = await Promise.all([
    wasmCodec("@cornerstonejs/codec-charls/decodewasmjs", "@cornerstonejs/codec-charls/decodewasm", "JpegLSDecoder"),
    wasmCodec("@cornerstonejs/codec-openjpeg/decodewasmjs", "@cornerstonejs/codec-openjpeg/decodewasm", "J2KDecoder"),
    wasmCodec("@cornerstonejs/codec-openjph/wasmjs", "@cornerstonejs/codec-openjph/wasm", "HTJ2KDecoder"),
  ]);
  const jpeg = { "jpeg-lossless": decodeJpeg, "jpeg-baseline": decodeJpeg, "jpeg-extended": decodeJpeg };
  return { "jpeg-ls": jpegLs, "jpeg-2000": jpeg2000, htj2k, ...jpeg };
}

async function wasmCodec(script: string, wasm: string, name: string): Promise<Codec> {
  const factory = require(script) as Factory;
  const compiled = new Module(await readFile(require.resolve(wasm)));
  let Decoder: (new () => WasmDecoder) | null = null;
  return (stream, format) => {
    const size = codestreamSize(stream);
    if (size && (size.width !== format.columns || size.height !== format.rows)) {
      const outside = `${format.columns} x ${format.rows}`;
      throw new Error(`the code stream is ${size.width} x ${size.height}, the data set says ${outside}`);
    }
    Decoder ??= instantiate(factory, compiled, name);
    try {
      return decodeWasm(new Decoder(), stream, format);
    } catch (error) {
      Decoder = null;
      throw new Error(typeof error === "number" ? "the code stream is damaged" : String(error));
    }
  };
}

/** A fresh instance, at once: Emscripten fills the options object in when the WebAssembly is handed to it ready. */
function instantiate(factory: Factory, compiled: object, name: string): new () => WasmDecoder {
  const module: Record<string, unknown> = {
    // The packages print to the console by default: standard output belongs to the command line's JSON.
    print: () => {},
    printErr: () => {},
    instantiateWasm: (imports: Imports, done: (instance: object) => unknown) => done(new Instance(compiled, imports)),
  };
  factory(module).catch(() => {});
  const Decoder = module[name];
  if (typeof Decoder !== "function") throw new Error(`the decoder ${name} did not start`);
  return Decoder as new () => WasmDecoder;
}

/** Run one decoder; what it made is copied out of its memory. */
function decodeWasm(decoder: WasmDecoder, stream: Uint8Array, format: PixelFormat): CodecImage {
  decoder.getEncodedBuffer(stream.length).set(stream);
  decoder.decode();
  const { width, height, bitsPerSample, componentCount: components } = decoder.getFrameInfo();
  const bytes = new Uint8Array(decoder.getDecodedBuffer());
  const planar = decoder.getInterleaveMode?.() === 0 && components > 1;
  decoder.delete();
  const stored = bitsPerSample > 8 ? new Uint16Array(bytes.buffer, 0, bytes.length >> 1) : bytes;
  const rgb = /^YBR_(RCT|ICT)$/.test(format.photometric);
  return { samples: planar ? interleave(stored, components) : stored, width, height, components, rgb };
}

/**
 * Width and height that a JPEG 2000 (SIZ) or JPEG-LS (SOF55) code stream states, before any memory is taken for them;
 * null when no such header is found.
 */
function codestreamSize(stream: Uint8Array): { readonly width: number; readonly height: number } | null {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  if (stream.length >= 24 && view.getUint32(0) === 0xff4fff51) {
    return { width: view.getUint32(8) - view.getUint32(16), height: view.getUint32(12) - view.getUint32(20) };
  }
  for (let at = 2; at + 9 <= stream.length && stream[at] === 0xff; at += 2 + view.getUint16(at + 2)) {
    if (stream[at + 1] === 0xf7) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
  }
  return null;
}
