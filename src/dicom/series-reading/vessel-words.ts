import type { SeriesQualifiers, VesselName } from "../../core/series-reading.ts";

/** Words of one vessel in English, German, French, Italian, Spanish, Portuguese and Dutch; the particular before the general. */
const VESSELS: readonly (readonly [VesselName, RegExp])[] = [
  ["MMA", /\b(MMA|MENING\w* MED\w*|MIDDLE MENING\w*|MENINGEE MOYENNE)\b/],
  ["IMAX", /\b(IMAX|MAXILLAR\w*)\b/],
  ["STA", /\b(STA|TEMPORALIS SUP\w*|SUPERFICIAL TEMP\w*|TEMPORALE SUP\w*)\b/],
  ["OA", /\b(OCCIPITAL ART\w*|ART\w* OCCIPITAL\w*|OCCIPITALIS)\b/],
  ["ICA", /\b[RL]?(ICA|ACI)\b|\bCI[DGSI]\b|\b(CAROTI\w*|CARO|ACC?) (INT\w*)\b|\bINT\w* CAROTI\w*\b/],
  ["ECA", /\b[RL]?(ECA|ACE)\b|\bCE[DGS]\b|\b(CAROTI\w*|CARO) (EXT\w*)\b|\bEXT\w* CAROTI\w*\b/],
  ["CCA", /\b[RL]?(CCA|ACC)\b|\bCP[DG]\b|\bCAROTI\w* (COM\w*|PRIM\w*)\b|\bCOMMON CAROTI\w*\b/],
  ["VA", /\b[RL]?VA\b|\bAV(?! (FIST|MALF|SHUNT)\w*)\b|\bAV[DGSR]\b|\b(VERT|VERTEBR\w*)\b/],
  ["BA", /\b(BASILAR\w*|BASILAIRE|BA)\b/],
  ["MCA", /\b[RL]?(MCA|ACM)\b|\b(CEREBRI MEDIA|SYLVI\w*|CEREBRAL\w* (MED\w*|MOYENNE)|MIDDLE CEREBRAL)\b/],
  ["ACA", /\b[RL]?(ACA)\b|\b(CEREBRI ANT\w*|CEREBRAL\w* ANT\w*|ANTERIOR CEREBRAL)\b/],
  ["PCA", /\b[RL]?(PCA|ACP)\b|\b(CEREBRI POST\w*|CEREBRAL\w* POST\w*|POSTERIOR CEREBRAL)\b/],
  ["brachiocephalic", /\b(BRACHIOCEPH\w*|ANONYMA|INNOMINAT\w*|TRUNCUS|TBC|TABC)\b/],
  ["subclavian", /\b(SUBCLAV\w*|SOUS CLAV\w*|SOTTOCLAV\w*|SUCCLAV\w*|SUBKLAV\w*)\b/],
  ["arch", /\b(ARCH|AORTIC ARCH|AORTENBOGEN|BOGEN|CROSSE|ARCO|BOOG)\b/],
  ["sinus", /\b(SINUS|SINOGRAM\w*|JUGUL\w*|VENOGRAM\w*|PHLEBO\w*)\b/],
  ["femoral", /\b(FEMORAL\w*|LEISTE|GROIN|PUNKTION\w*|PUNCTURE|ACCESS|AFC|AIC)\b/],
  ["radial", /\bRADIAL\w*\b/],
  ["spinal", /\b(SPINAL\w*|RADICUL\w*|INTERCOST\w*|INTERKOST\w*|LUMBAR\w*|ADAMKIEWICZ|SEGMENTAL\w* ART\w*)\b/],
  ["carotid", /\b(CAROTI\w*|KAROTI\w*|CARO)\b/],
];

const RIGHT =
  /\b(RIGHT|RT|R|RE|RECHTS?|RECHTER?|RECHTE|DROITE?|DRT|DTE|DX|DESTR[AO]|DERECH[AO]|DCHA|DIREIT[AO]|DEXTR?[AE]?R?)\b/;
const LEFT =
  /\b(LEFT|LT|L|LI|LINKS?|LINKER?|LINKE|GAUCHE|GCHE|GHE|SX|SIN|SINISTR[AO]|SINISTER|IZQ|IZQUIERD[AO]|ESQ|ESQUERD[AO])\b/;
const BOTH = /\b(BILAT\w*|BOTH|BEIDSEITS|BDS|BDSTS|BEIDE|BILATERALE?|AMBAS|AMBOS)\b/;
/** Sides glued to the vessel: "RICA", "LVA", "ACI D", "CIG" (French), "CID" (right in French and Spanish). */
const GLUED: readonly (readonly ["right" | "left", RegExp])[] = [
  ["right", /\bR(ICA|ACI|ECA|CCA|VA|MCA|ACA|PCA)\b|\b(ACI|ACE|ACC|AV|CI|VERT) ?D\b|\bC[IEP]D\b|\bAVD\b|\bTSA D\b/],
  [
    "left",
    /\bL(ICA|ACI|ECA|CCA|VA|MCA|ACA|PCA)\b|\b(ACI|ACE|ACC|AV|CI|VERT) ?[GS]\b|\bC[IEP][GS]\b|\bAV[GS]\b|\bCII\b/,
  ],
];

/** What words say of vessel and side, and by which words. */
export interface VesselWords {
  readonly vessel?: VesselName;
  readonly side?: NonNullable<SeriesQualifiers["side"]>;
  /** The words it was read from, and doubts. */
  readonly why: readonly string[];
}

/**
 * Vessel and side by the words of a series (upper case, no accents), in seven languages. A side is given only when one is
 * named; when both are, it is left out and told. Abbreviations are those that angiographers use; words that are no vessel
 * give nothing.
 */
export function vesselByWords(words: string): VesselWords {
  const why: string[] = [];
  const found = VESSELS.find(([, pattern]) => pattern.test(words));
  if (found) why.push(`the word ${found[1].exec(words)![0].trim()}`);
  const glued = GLUED.filter(([, pattern]) => pattern.test(words));
  const isRight = RIGHT.test(words) || glued.some(([side]) => side === "right");
  const isLeft = LEFT.test(words) || glued.some(([side]) => side === "left");
  const side = BOTH.test(words) ? "both" : isRight === isLeft ? undefined : isRight ? "right" : "left";
  if (side) why.push(`the word ${sideWord(words, side, glued)}`);
  if (isRight && isLeft && !BOTH.test(words)) why.push("both sides are named: none is taken");
  return { ...(found ? { vessel: found[0] } : {}), ...(side ? { side } : {}), why };
}

function sideWord(
  words: string,
  side: "right" | "left" | "both",
  glued: readonly (readonly ["right" | "left", RegExp])[],
): string {
  const pattern = side === "both" ? BOTH : side === "right" ? RIGHT : LEFT;
  const own = pattern.exec(words)?.[0] ?? glued[0]?.[1].exec(words)?.[0] ?? "";
  return own.trim();
}
