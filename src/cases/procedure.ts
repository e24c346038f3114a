import type { Urgency } from "./views.ts";

/** What is done in an angio suite, by the words that an option has for it. */
const IN_THE_SUITE =
  /thrombectom|emboli[sz]|coil|stent|angioplast|flow.?divert|endovascular|angiogra|venogra|intra-?arterial|catheter|sinus sampling|vertebral augmentation|vertebroplast|kyphoplast|occlusion test|recanali[sz]|vasodilator|preventive repair|securing the ruptured|treatment of the avm/i;

/** Longest text of a DICOM LO (PS3.5 table 6.2-1). */
const LONGEST = 64;

/**
 * What goes on the worklist when a case is accepted with this option: a description of the procedure, at most 64
 * characters, or null when the option is nothing that is done in the angio suite (or no option was named): then a person
 * schedules by hand.
 */
export function procedureOf(option: string): string | null {
  const words = option.replace(/[\\\s]+/g, " ").trim();
  return IN_THE_SUITE.test(words) ? words.slice(0, LONGEST) : null;
}

const HOURS: Readonly<Record<Urgency, number>> = { critical: 0, urgent: 2, elective: 24 };

/**
 * When an accepted procedure is scheduled to begin until a person says otherwise: at once when critical, two hours later
 * when urgent, else a day later. `at` and the result are ISO times.
 */
export function firstStart(urgency: Urgency, at: string): string {
  return new Date(Date.parse(at) + HOURS[urgency] * 3_600_000).toISOString();
}

/** Requested Procedure Priority (0040,1003) of an urgency. */
export function priorityOf(urgency: Urgency): "STAT" | "HIGH" | "ROUTINE" {
  return urgency === "critical" ? "STAT" : urgency === "urgent" ? "HIGH" : "ROUTINE";
}

/**
 * A name as people write it ("Meyer, Anna") as DICOM does (`Meyer^Anna`). Without a comma the whole is the family name; what
 * is DICOM already stays. Backslashes and controls, which a person name cannot hold, are left out; at most 64 characters.
 */
export function dicomName(name: string): string {
  const clean = name.replace(/[\\\p{Cc}]/gu, " ").trim();
  if (/[\^=]/.test(clean)) return clean.slice(0, LONGEST);
  const [family = "", ...given] = clean.split(",").map((part) => part.trim());
  return [family, given.filter(Boolean).join(" ")].filter(Boolean).join("^").slice(0, LONGEST);
}
