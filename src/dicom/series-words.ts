import { type DataSet, items, text } from "./data-set.ts";

const KEYS = ["SeriesDescription", "ProtocolName", "AcquisitionProtocolName", "SequenceName", "ImageComments"];
const MORE = ["PerformedProcedureStepDescription", "DerivationDescription", "AcquisitionDeviceProcessingDescription"];

/** The words a series is described by, upper case, signs replaced by spaces, with a space at both ends. */
export function wordsOf(ds: DataSet): string {
  return plain(KEYS.map((key) => text(ds, key) ?? "").join(" "));
}

/**
 * Words of the anatomy: descriptions, the procedure step, coded anatomic regions and their modifiers. Accents are left
 * out. The study's own description is not among them: it names what was asked, not what this series shows.
 */
export function anatomyWords(ds: DataSet): string {
  const coded = ["AnatomicRegionSequence", "PrimaryAnatomicStructureSequence", "ViewCodeSequence"].flatMap((keyword) =>
    items(ds, keyword).flatMap((item) => [
      text(item, "CodeMeaning"),
      ...items(item, "AnatomicRegionModifierSequence").map((one) => text(one, "CodeMeaning")),
    ]),
  );
  const all = [...KEYS, ...MORE].map((key) => text(ds, key));
  return plain([...all, ...coded].filter(Boolean).join(" ; "));
}

function plain(words: string): string {
  return ` ${words} `
    .normalize("NFD")
    .replace(/\p{M}+/gu, "")
    .toUpperCase()
    .replace(/[_\-./\\+*,;:()[\]]+/g, " ")
    .replace(/ +/g, " ");
}
