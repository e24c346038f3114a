import { type DataSet, items, number, text } from "../data-set.ts";
import { codeOf } from "./content-tree.ts";

/** One channel of a waveform: how a stored value becomes a quantity. */
export interface WaveChannel {
  readonly label: string;
  readonly unit: string;
  /** Quantity = (stored + baseline) * sensitivity. */
  readonly sensitivity: number;
  readonly baseline: number;
}

/** One multiplex group: channels sampled together. */
export interface WaveGroup {
  readonly label: string;
  readonly rateHz: number;
  readonly samples: number;
  readonly channels: readonly WaveChannel[];
  /** Bits of a sample, and how it is read: SB, UB, SS, US (PS3.3 C.10.9.1.5); others are not drawn. */
  readonly bits: number;
  readonly interpretation: string;
}

const MOST_GROUPS = 64;
const MOST_CHANNELS = 256;

/** The groups of a waveform object without their samples. */
export function waveGroups(ds: DataSet): WaveGroup[] {
  return items(ds, "WaveformSequence")
    .slice(0, MOST_GROUPS)
    .map((group) => ({
      label: text(group, "MultiplexGroupLabel") ?? (text(group, "WaveformOriginality") ?? "").toLowerCase(),
      rateHz: number(group, "SamplingFrequency") ?? 0,
      samples: number(group, "NumberOfWaveformSamples") ?? 0,
      bits: number(group, "WaveformBitsAllocated") ?? 16,
      interpretation: text(group, "WaveformSampleInterpretation") ?? "SS",
      channels: items(group, "ChannelDefinitionSequence").slice(0, MOST_CHANNELS).map(channelOf),
    }));
}

function channelOf(item: DataSet, k: number): WaveChannel {
  const source = codeOf(item, "ChannelSourceSequence")?.meaning;
  return {
    label: text(item, "ChannelLabel") ?? source ?? `Channel ${k + 1}`,
    unit: codeOf(item, "ChannelSensitivityUnitsSequence")?.value ?? "",
    sensitivity: (number(item, "ChannelSensitivity") ?? 1) * (number(item, "ChannelSensitivityCorrectionFactor") ?? 1),
    baseline: number(item, "ChannelBaseline") ?? 0,
  };
}

/**
 * The curves of a group in the units of its channels: one array a channel. `data` is Waveform Data, little endian, channels
 * interleaved. Undefined when the samples are of a form that is not read here (companded sound, 32 bits and more).
 */
export function waveCurves(group: WaveGroup, data: Uint8Array): Float32Array[] | undefined {
  const bytes = group.bits / 8;
  if (!["SB", "UB", "SS", "US"].includes(group.interpretation) || (bytes !== 1 && bytes !== 2)) return undefined;
  const channels = group.channels.length;
  const samples = Math.min(group.samples, channels === 0 ? 0 : Math.floor(data.length / bytes / channels));
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const signed = group.interpretation.startsWith("S");
  return group.channels.map(({ sensitivity, baseline }, c) => {
    const curve = new Float32Array(samples);
    for (let k = 0; k < samples; k++) {
      const at = (k * channels + c) * bytes;
      const stored =
        bytes === 1
          ? signed
            ? view.getInt8(at)
            : data[at]!
          : signed
            ? view.getInt16(at, true)
            : view.getUint16(at, true);
      curve[k] = (stored + baseline) * sensitivity;
    }
    return curve;
  });
}
