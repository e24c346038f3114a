import { type DataSet, has, items, number, text, texts } from "./data-set.ts";
import { functionalGroup } from "./functional-groups.ts";
import { objectKind } from "./objects/object-kind.ts";

/** What a series is to a reader; the viewer hangs itself by it. A person can correct it. */
export type SeriesRole =
  | ("NCCT" | "CTA" | "CTP" | "PMAP" | "DSA" | "XA" | "3DRA" | "RF" | "US" | "T1" | "T2" | "FLAIR" | "DWI" | "ADC")
  | ("TOF" | "DSC" | "SR" | "RDSR" | "PDF" | "SEG" | "OTHER");

/** What the first instance alone cannot tell. All optional: what is not known is not guessed. */
export interface SeriesFacts {
  readonly instances?: number;
  /** Distinct slice positions. */
  readonly positions?: number;
  /** Images per position. */
  readonly timePoints?: number;
}

const BY_CLASS: Readonly<Record<string, SeriesRole>> = {
  "1.2.840.10008.5.1.4.1.1.104.1": "PDF",
  "1.2.840.10008.5.1.4.1.1.66.4": "SEG",
  "1.2.840.10008.5.1.4.1.1.66.5": "SEG",
  "1.2.840.10008.5.1.4.1.1.66.7": "SEG",
  "1.2.840.10008.5.1.4.1.1.88.67": "RDSR",
  "1.2.840.10008.5.1.4.1.1.30": "PMAP",
  "1.2.840.10008.5.1.4.1.1.13.1.1": "3DRA",
};

/**
 * The role of a series by the tags of one of its instances: SOP class, modality, image type, sequence parameters, then
 * the words of its descriptions. `facts` sharpens it (many images per position make a perfusion series). OTHER when
 * nothing fits: localizers, derived reformats of colour, unknown modalities.
 */
export function roleOf(ds: DataSet, facts: SeriesFacts = {}): SeriesRole {
  const known = BY_CLASS[text(ds, "SOPClassUID") ?? ""];
  if (known) return known;
  const modality = text(ds, "Modality") ?? "";
  if (modality !== "SR" && isNoImage(ds)) return "OTHER";
  const type = typeOf(ds);
  if (type.includes("LOCALIZER")) return "OTHER";
  const words = wordsOf(ds);
  if (modality === "SR") return "SR";
  const rotational = ROTATIONAL.test(words) || (modality === "XA" && text(ds, "SOPClassUID") === CT_IMAGE);
  if (rotational && (modality === "CT" || modality === "XA")) return "3DRA";
  if (modality === "CT") return ctRole(ds, facts, type, words);
  if (modality === "MR") return mrRole(ds, facts, type, words);
  if (modality === "XA") return xaRole(ds, type, words);
  if (modality === "RF" || modality === "US") return modality;
  if (modality === "IVUS") return "US";
  return "OTHER";
}

/** Raw data, registrations, plans ... carry the modality of the images they belong to: they are none of them. */
function isNoImage(ds: DataSet): boolean {
  const { code, shownAs } = objectKind(text(ds, "SOPClassUID") ?? "");
  if (code === "PRIVATE" || code === "UNKNOWN") return false;
  return !["image", "map", "video"].includes(shownAs);
}

const CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2";
const ROTATIONAL = /\b(3DRA|3D RA|ROTATION\w*|DYNACT|XPERCT|CBCT)\b/;

function typeOf(ds: DataSet): string[] {
  const frame = functionalGroup(ds, 0, "MRImageFrameTypeSequence");
  return [...texts(ds, "ImageType"), ...(frame ? texts(frame, "FrameType") : [])].map((t) => t.toUpperCase());
}

function wordsOf(ds: DataSet): string {
  const keys = ["SeriesDescription", "ProtocolName", "AcquisitionProtocolName", "SequenceName", "ImageComments"];
  return ` ${keys.map((k) => text(ds, k) ?? "").join(" ")} `.toUpperCase().replace(/[_\-./\\+*]+/g, " ");
}

const CTP = /\b(CTP|PERF\w*|VPCT|4D|DYN\w*)\b/;
const DERIVED_MAP = /\b(CBF|CBV|MTT|TTP|TMAX|TTD|PENUMBRA|MISMATCH|RAPID|SUMMARY|TMIP)\b/;

function ctRole(ds: DataSet, facts: SeriesFacts, type: readonly string[], words: string): SeriesRole {
  if ((number(ds, "SamplesPerPixel") ?? 1) > 1) return "OTHER";
  if (DERIVED_MAP.test(words) && type.includes("DERIVED")) return "OTHER";
  if ((facts.timePoints ?? 1) >= 8) return "CTP";
  const agent = has(ds, "ContrastBolusAgent") && text(ds, "ContrastBolusAgent") !== undefined;
  if (CTP.test(words) && (facts.timePoints ?? 2) > 1) return "CTP";
  if (/\b(CTA|ANGIO\w*|CAROTID\w*|WILLIS|COW|ARTERIAL|VENOUS|CTV)\b/.test(words)) return "CTA";
  if (/\b(NCCT|NATIVE?|NATIV|PLAIN|NON CONTRAST|WITHOUT|W O|UNENHANCED|OHNE KM)\b/.test(words)) return "NCCT";
  return agent ? "CTA" : "NCCT";
}

function mrRole(ds: DataSet, facts: SeriesFacts, type: readonly string[], words: string): SeriesRole {
  if ((number(ds, "SamplesPerPixel") ?? 1) > 1) return "OTHER";
  if (type.includes("ADC") || /\b(E?ADC|APPARENT DIFFUSION\w*|DAPP\w*)\b/.test(words)) return "ADC";
  if (type.includes("FA") || type.includes("ASL") || /\b(ASL|PCASL|TENSOR|COLFA)\b/.test(words)) return "OTHER";
  const diffusion = type.includes("DIFFUSION") || type.includes("TRACEW") || has(ds, "DiffusionBValue");
  if (diffusion || /\b(DWI|DIFF\w*|TRACEW?|EP2D DIFF|B1000|ISODWI)\b/.test(words)) return "DWI";
  if (/\b(DSC|PERF\w*|PWI|EP2D PERF)\b/.test(words) || (facts.timePoints ?? 1) >= 20) return "DSC";
  if (type.includes("FLUID_ATTENUATED") || /\b(FLAIR|TIRM|DARK FLUID)\b/.test(words)) return "FLAIR";
  if (/\b(TOF|3D TOF|MRA|ANGIO\w*)\b/.test(words)) return "TOF";
  if (/\bT2\w*\b/.test(words) || type.includes("T2")) return /\b(T2 STAR|SWI|GRE|HEMO)\b/.test(words) ? "OTHER" : "T2";
  if (/\b(T1\w*|MPRAGE|MEMPRAGE|BRAVO|SPGR|MP RAGE|TFL)\b/.test(words) || type.includes("T1")) return "T1";
  if (/\b(SWI|SWAN|T2STAR|LOC\w*|SCOUT|SURVEY)\b/.test(words)) return "OTHER";
  return weightingOf(ds);
}

/** T1 or T2 by echo and repetition time (ms) of a spin or gradient echo; OTHER in between. */
function weightingOf(ds: DataSet): SeriesRole {
  const echo = number(ds, "EchoTime") ?? number(ds, "EffectiveEchoTime");
  const repetition = number(ds, "RepetitionTime");
  const inversion = number(ds, "InversionTime");
  if (echo === undefined || repetition === undefined) return "OTHER";
  if (inversion !== undefined && inversion > 1500 && echo > 60) return "FLAIR";
  if (echo > 70 && repetition > 2000) return "T2";
  if (echo < 30 && repetition < 1000) return "T1";
  return "OTHER";
}

function xaRole(ds: DataSet, type: readonly string[], words: string): SeriesRole {
  if (items(ds, "PerFrameFunctionalGroupsSequence").length > 0 && type.includes("VOLUME")) return "3DRA";
  if (
    type.some((t) => /^(3DRA|VOLUME|RECON\w*)$/.test(t)) ||
    /\b(3DRA|3D RA|ROTATION\w*|DYNACT|XPERCT|DCT|CBCT)\b/.test(words)
  ) {
    return "3DRA";
  }
  const mask = items(ds, "MaskSubtractionSequence")[0];
  const subtracts = mask && ["AVG_SUB", "TID", "REV_TID"].includes(text(mask, "MaskOperation") ?? "");
  if (subtracts || /\b(DSA|SUBTRACT\w*)\b/.test(words)) return "DSA";
  return "XA";
}
