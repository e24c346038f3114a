import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

type Imports = Record<string, Record<string, unknown>>;
/** The two constructors that are used here; the Node types have no WebAssembly. */
interface WasmNamespace {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: Imports) => object;
}
type Factory = (options: Record<string, unknown>) => Promise<unknown>;

/** What the Emscripten decoders of the codec packages have in common. */
export interface WasmDecoder {
  getEncodedBuffer(length: number): Uint8Array;
  decode(): void;
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): WasmFrame;
  getInterleaveMode?(): number;
  delete(): void;
}

/** What the encoders have in common, and the settings of single ones. */
export interface WasmEncoder {
  getDecodedBuffer(frame: WasmFrame): Uint8Array;
  encode(): void;
  getEncodedBuffer(): Uint8Array;
  setNearLossless?(near: number): void;
  setInterleaveMode?(mode: number): void;
  setQuality?(lossless: boolean, step: number): void;
  setDecompositions?(levels: number): void;
  setProgressionOrder?(order: number): void;
  setTLMMarker?(set: boolean): void;
  setLossless?(lossless: boolean): void;
  setEffort?(effort: number): void;
  delete(): void;
}

export interface WasmFrame {
  readonly width: number;
  readonly height: number;
  readonly bitsPerSample: number;
  readonly componentCount: number;
  readonly isSigned: boolean;
}

/** A codec package: the names of its script and its binary, and of the class in it. */
export interface WasmSource {
  readonly script: string;
  readonly wasm: string;
  readonly name: string;
}

const require = createRequire(import.meta.url);
const { Module, Instance } = (globalThis as unknown as { WebAssembly: WasmNamespace }).WebAssembly;

/** Memory above which an instance is not kept for the next frame: what a big one took is given back. */
const KEPT_BYTES = 96 * 2 ** 20;

/**
 * One class of a WebAssembly package, compiled at its first use and then kept. `use` hands out an object of it, always
 * deleted afterwards; after any error, or when its memory has grown, the instance is thrown away, so that a damaged code
 * stream cannot harm the next one.
 */
export class WasmClass<T extends { delete(): void }> {
  readonly #source: WasmSource;
  #compiled: object | null = null;
  #module: Record<string, unknown> | null = null;

  constructor(source: WasmSource) {
    this.#source = source;
  }

  use<R>(run: (made: T) => R): R {
    this.#module ??= this.#instantiate();
    const module = this.#module;
    try {
      const made = new (module[this.#source.name] as new () => T)();
      const result = run(made);
      made.delete();
      if (((module.HEAPU8 as Uint8Array | undefined)?.length ?? 0) > KEPT_BYTES) this.#module = null;
      return result;
    } catch (error) {
      this.#module = null;
      // Emscripten throws C++ exceptions as a bare pointer.
      throw typeof error === "number"
        ? new Error("the codec gave up: the code stream is damaged, or the image is none that it takes")
        : error;
    }
  }

  /** A fresh instance, at once: Emscripten fills the options object in when the WebAssembly is handed to it ready. */
  #instantiate(): Record<string, unknown> {
    const { script, wasm, name } = this.#source;
    const loaded = require(script) as Factory | { readonly default: Factory };
    const factory = typeof loaded === "function" ? loaded : loaded.default;
    this.#compiled ??= new Module(readFileSync(require.resolve(wasm)));
    const compiled = this.#compiled;
    const module: Record<string, unknown> = {
      // The packages print to the console by default: standard output belongs to the command line's JSON.
      print: () => {},
      printErr: () => {},
      instantiateWasm: (imports: Imports, done: (instance: object) => unknown) => done(new Instance(compiled, imports)),
    };
    factory(module).catch(() => {});
    if (typeof module[name] !== "function") throw new Error(`the codec ${name} did not start`);
    return module;
  }
}
