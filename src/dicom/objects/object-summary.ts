import { type DataSet, number, text } from "../data-set.ts";
import { transferSyntaxOf } from "../transfer-syntax.ts";
import { codeOf } from "./content-tree.ts";
import { type ObjectKind, objectKind } from "./object-kind.ts";
import { doseSummary } from "./summary-dose.ts";
import {
  allReferences,
  imageSummary,
  mapSummary,
  pixelFacts,
  presentationSummary,
  segmentsSummary,
  valueMappingSummary,
  videoSummary,
} from "./summary-images.ts";
import {
  documentSummary,
  doseGridSummary,
  fiducialsSummary,
  keysSummary,
  planSummary,
  registrationSummary,
  reportSummary,
  structuresSummary,
  waveformSummary,
} from "./summary-others.ts";
import { factsOf, makingFacts, type ObjectSummary } from "./summary-shape.ts";

const BY_CODE: Readonly<Record<string, (ds: DataSet, title: string) => ObjectSummary>> = {
  SEG: segmentsSummary,
  SR: reportSummary,
  RDSR: (ds, title) => doseSummary(ds, title),
  KOS: keysSummary,
  PR: presentationSummary,
  RWVM: valueMappingSummary,
  PMAP: mapSummary,
  DOC: documentSummary,
  WAVE: waveformSummary,
  AUDIO: waveformSummary,
  RTSTRUCT: structuresSummary,
  RTPLAN: planSummary,
  RTDOSE: doseGridSummary,
  REG: registrationSummary,
  FID: fiducialsSummary,
};

/**
 * What an object says for a reader, made of its header (as from WADO-RS metadata) and its transfer syntax: facts, tables,
 * references, and what is left out or cannot be shown. Never fails for lack of an attribute: what is not there is not listed.
 */
export function objectSummary(
  ds: DataSet,
  syntax = text(ds, "AvailableTransferSyntaxUID") ?? "",
): { readonly kind: ObjectKind; readonly summary: ObjectSummary } {
  const frames = number(ds, "Rows") ? (number(ds, "NumberOfFrames") ?? 1) : 0;
  const found = objectKind(text(ds, "SOPClassUID") ?? "", syntax, text(ds, "Modality") ?? "", frames);
  // Older scanners wrote dose reports as general reports: the title says what they are.
  const dose = found.code === "SR" && codeOf(ds, "ConceptNameCodeSequence")?.value === "113701";
  const kind: ObjectKind = dose ? { ...found, code: "RDSR", short: "Dose report", shownAs: "dose" } : found;
  if (kind.shownAs === "video") return { kind, summary: videoSummary(ds, kind.short, codecName(syntax)) };
  if (kind.shownAs === "image") return { kind, summary: imageSummary(ds, kind.name) };
  const known = BY_CODE[kind.code];
  return { kind, summary: known ? known(ds, kind.short) : plainSummary(ds, kind.name) };
}

function codecName(syntax: string): string {
  return syntax === "" ? "" : transferSyntaxOf(syntax).name;
}

/** What can be said of any object: description, pixels, maker. */
function plainSummary(ds: DataSet, title: string): ObjectSummary {
  const facts = factsOf([
    ["Series", text(ds, "SeriesDescription")],
    ["What", text(ds, "ContentDescription") ?? text(ds, "ImageComments")],
    ["Modality", text(ds, "Modality")],
  ]);
  return {
    title,
    facts: [...facts, ...pixelFacts(ds), ...makingFacts(ds)],
    tables: [],
    references: allReferences(ds),
    notes: [],
  };
}
