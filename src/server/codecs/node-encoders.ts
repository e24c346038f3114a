import { WillisError } from "../../core/errors.ts";
import type { Encoder, EncoderInput, Encoders } from "../../dicom/encode.ts";
import { TS, transferSyntaxOf } from "../../dicom/transfer-syntax.ts";
import { WasmClass, type WasmEncoder, type WasmSource } from "./wasm-module.ts";

/** How one package is set up for lossless coding; what it is told of the frame beside its size. */
interface Recipe {
  readonly source: WasmSource;
  readonly set: (encoder: WasmEncoder, input: EncoderInput) => void;
  /** The code stream has no sign: signed samples are coded with all their bits, as two's complement. */
  readonly unsigned: boolean;
  /** Images that the package does not code right, in words; null for the others. */
  readonly cannot?: (input: EncoderInput) => string | null;
}

function wideColour({ components, bits }: EncoderInput): string | null {
  return components > 1 && bits > 8 ? "colour of more than 8 bits" : null;
}

const CHARLS: Recipe = {
  source: {
    script: "@cornerstonejs/codec-charls/wasmjs",
    wasm: "@cornerstonejs/codec-charls/wasm",
    name: "JpegLSEncoder",
  },
  set(encoder, { components }) {
    encoder.setNearLossless!(0);
    encoder.setInterleaveMode!(components > 1 ? 2 : 0);
  },
  unsigned: true,
};

const OPENJPEG: Recipe = {
  source: {
    script: "@cornerstonejs/codec-openjpeg/wasmjs",
    wasm: "@cornerstonejs/codec-openjpeg/wasm",
    name: "J2KEncoder",
  },
  set(encoder, { width, height }) {
    encoder.setQuality!(true, 0);
    // A side that is halved to nothing is refused by OpenJPEG.
    encoder.setDecompositions!(Math.min(5, Math.floor(Math.log2(Math.min(width, height)))));
  },
  unsigned: false,
  cannot: (input) => wideColour(input) ?? (input.signed && input.bits <= 8 ? "signed 8-bit pixels" : null),
};

/** The lowest resolution of the RPCL form is no larger than this (PS3.5 8.2.17). */
const SMALLEST = 64;

const OPENJPH: Recipe = {
  source: {
    script: "@cornerstonejs/codec-openjph/wasmjs",
    wasm: "@cornerstonejs/codec-openjph/wasm",
    name: "HTJ2KEncoder",
  },
  set(encoder, { width, height, transferSyntax }) {
    encoder.setQuality!(true, 0);
    encoder.setProgressionOrder!(2); // RPCL
    const halvings = Math.max(0, Math.ceil(Math.log2(Math.max(width, height) / SMALLEST)));
    encoder.setDecompositions!(Math.min(32, Math.max(5, halvings)));
    encoder.setTLMMarker!(transferSyntax === TS.Htj2kLosslessRpcl);
  },
  unsigned: false,
  cannot: wideColour,
};

const LIBJXL: Recipe = {
  source: {
    script: "@cornerstonejs/codec-libjxl/encodewasmjs",
    wasm: "@cornerstonejs/codec-libjxl/encodewasm",
    name: "JpegXLEncoder",
  },
  set(encoder) {
    encoder.setLossless!(true);
    encoder.setEffort!(3);
  },
  unsigned: true,
};

/**
 * The lossless encoders of a Node thread, as WebAssembly: JPEG-LS, JPEG 2000, HTJ2K, JPEG XL. Each is compiled when it
 * is first needed; encoding is synchronous.
 */
export const nodeEncoders: Encoders = {
  "jpeg-ls": encoderOf(CHARLS),
  "jpeg-2000": encoderOf(OPENJPEG),
  htj2k: encoderOf(OPENJPH),
  "jpeg-xl": encoderOf(LIBJXL),
};

function encoderOf({ source, set, unsigned, cannot }: Recipe): Encoder {
  const encoders = new WasmClass<WasmEncoder>(source);
  return (input) => {
    const reason = cannot?.(input);
    if (reason) {
      const { name } = transferSyntaxOf(input.transferSyntax);
      throw new WillisError("not-acceptable", `${name} of ${reason} is not made here: ask for JPEG-LS or RLE.`);
    }
    return encoders.use((encoder) => {
      const { bytes, width, height, components, bits, signed, rgb } = input;
      const whole = signed && unsigned;
      const frame = {
        ...{ width, height, componentCount: components, isSigned: signed && !unsigned },
        bitsPerSample: whole ? (bits > 8 ? 16 : 8) : bits,
        isUsingColorTransform: rgb,
      };
      set(encoder, input);
      encoder.getDecodedBuffer(frame).set(bytes);
      encoder.encode();
      return new Uint8Array(encoder.getEncodedBuffer());
    });
  };
}
