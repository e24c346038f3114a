import { OPTION_WORDS } from "../../dicom/deidentify/option-words.ts";
import type { ExportCounts } from "./export-rows.ts";

/** One line of the list of an export. Holds de-identified values alone: it leaves with the objects. */
export interface ManifestLine {
  readonly file: string;
  readonly patient: string;
  readonly study: string;
  readonly series: string;
  readonly object: string;
  readonly modality: string;
  readonly description: string;
  readonly state: "given" | "withheld" | "failed";
  readonly look: string;
}

const HEAD = ["file", "patient", "study", "series", "object", "modality", "description", "state", "look"] as const;

/** RFC 4180, with a header line. */
export function manifestCsv(lines: readonly ManifestLine[]): string {
  const row = (values: readonly string[]) => values.map(cell).join(",");
  return [row(HEAD), ...lines.map((line) => row(HEAD.map((key) => line[key])))].join("\r\n") + "\r\n";
}

/** A value that begins like a formula would be one in a spreadsheet: an apostrophe before it keeps it text. */
function cell(value: string): string {
  const plain = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/** The page that lies beside the objects: what was done, and what a person has to look at. */
export function readMe(options: readonly string[], counts: ExportCounts): string {
  const kept = OPTION_WORDS.filter(([word]) => options.includes(word)).map(([word, what]) => `  ${word}: kept ${what}`);
  return [
    "De-identified by the Basic Application Level Confidentiality Profile of DICOM PS3.15 Annex E.",
    "",
    ...(kept.length > 0
      ? ["Options:", ...kept]
      : ["No options: everything that the profile names was removed or replaced."]),
    "",
    `${counts.done} objects given, ${counts.withheld} withheld, ${counts.failed} failed; see manifest.csv.`,
    `${counts.flagged} objects need a person to look at them before they are passed on: the column "look" says why.`,
    "Pixels were not searched: text burned into them and faces that can be rebuilt from them are still there.",
    "",
  ].join("\r\n");
}
