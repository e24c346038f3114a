import type { Certainty } from "../core/series-reading.ts";
import { type DataSet, has, items, number, text, texts } from "./data-set.ts";
import { functionalGroup } from "./functional-groups.ts";
import { objectKind } from "./objects/object-kind.ts";
import { wordsOf } from "./series-words.ts";

/** What a series is to a reader; the viewer hangs itself by it. A person can correct it. */
export type SeriesRole =
  | ("NCCT" | "CTA" | "CTP" | "PMAP" | "DSA" | "XA" | "3DRA" | "CBCT" | "RF" | "US" | "T1" | "T2" | "FLAIR" | "DWI")
  | ("ADC" | "TOF" | "SWI" | "DSC" | "SR" | "RDSR" | "PDF" | "SEG" | "OTHER");

/** What the first instance alone cannot tell. All optional: what is not known is not guessed. */
export interface SeriesFacts {
  readonly instances?: number;
  /** Distinct slice positions. */
  readonly positions?: number;
  /** Images per position. */
  readonly timePoints?: number;
  /** How far the positions lie apart in x, y and z (LPS), mm. */
  readonly extentMm?: readonly [number, number, number];
}

/** A role, how much it rests on, and on what, in words. */
export interface FoundRole {
  readonly role: SeriesRole;
  readonly sure: Certainty;
  readonly why: string;
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
  return findRole(ds, facts).role;
}

/** As `roleOf`, with how much the role rests on and on what. */
export function findRole(ds: DataSet, facts: SeriesFacts = {}): FoundRole {
  const words = wordsOf(ds);
  const known = BY_CLASS[text(ds, "SOPClassUID") ?? ""];
  if (known) {
    const cone = known === "3DRA" && CONE_BEAM.test(words) && !ROTATIONAL_RUN.test(words);
    return stated(cone ? "CBCT" : known, cone ? `its class and the word ${wordOf(words, CONE_BEAM)}` : "its class");
  }
  const modality = text(ds, "Modality") ?? "";
  if (modality !== "SR" && isNoImage(ds)) return stated("OTHER", "its class holds no image");
  const type = typeOf(ds);
  if (type.includes("LOCALIZER")) return stated("OTHER", "image type LOCALIZER");
  if (modality === "SR") return stated("SR", "modality SR");
  const rotational = ROTATIONAL.test(words) || (modality === "XA" && text(ds, "SOPClassUID") === CT_IMAGE);
  if (rotational && (modality === "CT" || modality === "XA")) return rotation(words, "slices of an angiography system");
  if (modality === "CT") return ctRole(ds, facts, type, words);
  if (modality === "MR") return mrRole(ds, facts, type, words);
  if (modality === "XA") return xaRole(ds, type, words);
  if (modality === "RF") return stated("RF", "modality RF");
  if (modality === "US" || modality === "IVUS") return stated("US", `modality ${modality}`);
  return uncertain("OTHER", `modality ${modality || "not stated"}`);
}

const stated = (role: SeriesRole, why: string): FoundRole => ({ role, sure: "stated", why });
const likely = (role: SeriesRole, why: string): FoundRole => ({ role, sure: "likely", why });
const uncertain = (role: SeriesRole, why: string): FoundRole => ({ role, sure: "uncertain", why });

/** The word that a pattern found, for the reader. */
function wordOf(words: string, pattern: RegExp): string {
  return pattern.exec(words)?.[0].trim() ?? "";
}
const byWord = (role: SeriesRole, words: string, pattern: RegExp) => likely(role, `the word ${wordOf(words, pattern)}`);

/** Raw data, registrations, plans ... carry the modality of the images they belong to: they are none of them. */
function isNoImage(ds: DataSet): boolean {
  const { code, shownAs } = objectKind(text(ds, "SOPClassUID") ?? "");
  if (code === "PRIVATE" || code === "UNKNOWN") return false;
  return !["image", "map", "video"].includes(shownAs);
}

const CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2";
const CONE_BEAM = /\b(DYNACT|DYNA CT|XPERCT|XPER CT|CBCT|CONE BEAM|VASO ?CT|DCT|INNOVA ?CT|FLAT PANEL CT)\b/;
const ROTATIONAL_RUN = /\b(3DRA|3D RA|ROTATION\w*|3D DSA|3DDSA|INNOVA ?3D)\b/;
const ROTATIONAL = new RegExp(`${CONE_BEAM.source}|${ROTATIONAL_RUN.source}`);

/** A rotation of the C-arm: of filled vessels, or of soft tissue. */
function rotation(words: string, otherwise: string): FoundRole {
  if (CONE_BEAM.test(words) && !ROTATIONAL_RUN.test(words)) return byWord("CBCT", words, CONE_BEAM);
  return ROTATIONAL_RUN.test(words) ? byWord("3DRA", words, ROTATIONAL_RUN) : likely("3DRA", otherwise);
}

function typeOf(ds: DataSet): string[] {
  const frame = functionalGroup(ds, 0, "MRImageFrameTypeSequence");
  return [...texts(ds, "ImageType"), ...(frame ? texts(frame, "FrameType") : [])].map((t) => t.toUpperCase());
}

const CTP = /\b(CTP|PERF\w*|VPCT|4D|DYN\w*)\b/;
const DERIVED_MAP = /\b(CBF|CBV|MTT|TTP|TMAX|TTD|PENUMBRA|MISMATCH|RAPID|SUMMARY|TMIP)\b/;
const VESSELS = /\b(CTA|ANGIO\w*|CAROTID\w*|WILLIS|COW|ARTERIAL|VENOUS|CTV|MCTA|SUPRAAORT\w*|TSA)\b/;
const NO_AGENT =
  /\b(NCCT|NCT|NATIVE?|NATIV|NATIF|PLAIN|NON CONTRAST|WITHOUT|W O|UNENHANCED|OHNE KM|SANS INJ\w*|SENZA MDC|BASALE|SIN CONTRASTE|SEM CONTRASTE|BLANCO)\b/;

function ctRole(ds: DataSet, facts: SeriesFacts, type: readonly string[], words: string): FoundRole {
  if ((number(ds, "SamplesPerPixel") ?? 1) > 1) return stated("OTHER", "pictures in colour");
  if (DERIVED_MAP.test(words) && type.includes("DERIVED")) return byWord("OTHER", words, DERIVED_MAP);
  if ((facts.timePoints ?? 1) >= 8) return stated("CTP", `${facts.timePoints} images at each position`);
  const agent = has(ds, "ContrastBolusAgent") && text(ds, "ContrastBolusAgent") !== undefined;
  if (CTP.test(words) && (facts.timePoints ?? 2) > 1) return byWord("CTP", words, CTP);
  if (VESSELS.test(words)) {
    const found = byWord("CTA", words, VESSELS);
    return agent ? { ...found, sure: "stated", why: `contrast agent, ${found.why}` } : found;
  }
  if (NO_AGENT.test(words)) return byWord("NCCT", words, NO_AGENT);
  return agent ? likely("CTA", "contrast agent stated") : uncertain("NCCT", "no contrast agent stated");
}

const [ADC, DWI] = [/\b(E?ADC|APPARENT DIFFUSION\w*|DAPP\w*)\b/, /\b(DWI|DIFF\w*|TRACEW?|EP2D DIFF|B1000|ISODWI)\b/];
const PERFUSION = /\b(DSC|PERF\w*|PWI|EP2D PERF)\b/;
const SUSCEPTIBILITY = /\b(SWI\w*|SWAN|T2STAR|T2 STAR|SWIP|VENOBOLD|HEMO|GRE T2|T2 GRE)\b/;
const FLAIR = /\b(FLAIR|TIRM|DARK FLUID)\b/;
const TOF = /\b(TOF|3D TOF|MRA|ANGIO\w*)\b/;
const T1 = /\b(T1\w*|MPRAGE|MEMPRAGE|BRAVO|SPGR|MP RAGE|TFL)\b/;

function mrRole(ds: DataSet, facts: SeriesFacts, type: readonly string[], words: string): FoundRole {
  if ((number(ds, "SamplesPerPixel") ?? 1) > 1) return stated("OTHER", "pictures in colour");
  if (type.includes("ADC")) return stated("ADC", "image type ADC");
  if (ADC.test(words)) return byWord("ADC", words, ADC);
  if (type.includes("FA") || type.includes("ASL") || /\b(ASL|PCASL|TENSOR|COLFA)\b/.test(words))
    return likely("OTHER", "a tensor or labelling series");
  const stating = ["DIFFUSION", "TRACEW"].find((one) => type.includes(one));
  if (stating) return stated("DWI", `image type ${stating}`);
  if (has(ds, "DiffusionBValue")) return stated("DWI", `b-value ${number(ds, "DiffusionBValue") ?? "stated"}`);
  if (DWI.test(words)) return byWord("DWI", words, DWI);
  if (PERFUSION.test(words)) return byWord("DSC", words, PERFUSION);
  if ((facts.timePoints ?? 1) >= 20) return likely("DSC", `${facts.timePoints} images at each position`);
  if (type.includes("FLUID_ATTENUATED")) return stated("FLAIR", "image type FLUID_ATTENUATED");
  if (FLAIR.test(words)) return byWord("FLAIR", words, FLAIR);
  if (TOF.test(words)) return byWord("TOF", words, TOF);
  if (SUSCEPTIBILITY.test(words)) return byWord("SWI", words, SUSCEPTIBILITY);
  if (/\b(LOC\w*|SCOUT|SURVEY)\b/.test(words)) return likely("OTHER", "a localizer");
  if (/\bT2\w*\b/.test(words) || type.includes("T2")) {
    return /\bGRE\b/.test(words) ? byWord("SWI", words, /\bGRE\b/) : likely("T2", "the word T2");
  }
  if (T1.test(words)) return byWord("T1", words, T1);
  if (type.includes("T1")) return stated("T1", "image type T1");
  return weightingOf(ds);
}

/** T1 or T2 by echo and repetition time (ms) of a spin or gradient echo; OTHER in between. */
function weightingOf(ds: DataSet): FoundRole {
  const echo = number(ds, "EchoTime") ?? number(ds, "EffectiveEchoTime");
  const repetition = number(ds, "RepetitionTime");
  const inversion = number(ds, "InversionTime");
  if (echo === undefined || repetition === undefined) return uncertain("OTHER", "no echo time");
  const why = `echo ${echo} ms, repetition ${repetition} ms`;
  if (inversion !== undefined && inversion > 1500 && echo > 60)
    return likely("FLAIR", `${why}, inversion ${inversion} ms`);
  if (echo > 70 && repetition > 2000) return likely("T2", why);
  if (echo < 30 && repetition < 1000) return likely("T1", why);
  return uncertain("OTHER", why);
}

function xaRole(ds: DataSet, type: readonly string[], words: string): FoundRole {
  if (items(ds, "PerFrameFunctionalGroupsSequence").length > 0 && type.includes("VOLUME"))
    return { ...rotation(words, "image type VOLUME"), sure: "stated" };
  const reconstructed = type.find((t) => /^(3DRA|VOLUME|RECON\w*)$/.test(t));
  if (reconstructed) return rotation(words, `image type ${reconstructed}`);
  if (ROTATIONAL.test(words)) return rotation(words, "");
  const operation = text(items(ds, "MaskSubtractionSequence")[0] ?? new Map(), "MaskOperation") ?? "";
  if (["AVG_SUB", "TID", "REV_TID"].includes(operation)) return stated("DSA", `mask operation ${operation}`);
  const named = /\b(DSA|SUBTRACT\w*|SUBTRAK\w*)\b/;
  if (named.test(words)) return byWord("DSA", words, named);
  if (text(ds, "RadiationSetting") === "SC") return stated("RF", "radiation setting SC (fluoroscopy)");
  const fluoroscopy = /\b(FLUORO\w*|DURCHLEUCHTUNG|SCOPIE|SCOPIA|ROADMAP\w*)\b/;
  if (fluoroscopy.test(words)) return byWord("RF", words, fluoroscopy);
  return uncertain("XA", "modality XA without a mask");
}
