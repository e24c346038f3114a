import { transferSyntaxOf } from "../transfer-syntax.ts";
import type { DeidentifyOptions } from "./profile.ts";

const CLASS = "1.2.840.10008.5.1.4.1.1.";

/**
 * Why an object is not given out, or null. Encapsulated documents and models, recorded speech and raw data hold what no
 * table can look into: only when `documents` asks for them. Objects of private classes and directories never.
 */
export function withheldReason(sopClass: string, options: DeidentifyOptions): string | null {
  if (!sopClass) return "it does not say its SOP class";
  if (!sopClass.startsWith("1.2.840.10008.")) return "its class is private: what it holds cannot be told";
  if (sopClass === "1.2.840.10008.1.3.10") return "a DICOMDIR lists names of patients; make a new one";
  if (options.documents) return null;
  if (sopClass.startsWith(`${CLASS}104.`)) return "an encapsulated document may name the patient anywhere";
  if (sopClass.startsWith(`${CLASS}9.4.`)) return "recorded speech may name the patient";
  if (sopClass === `${CLASS}66`) return "raw data have no known content";
  return null;
}

/** Whether the pixels are a video stream, which nobody here looks into. */
export function isVideo(transferSyntax: string): boolean {
  return transferSyntaxOf(transferSyntax).coding === "video";
}
