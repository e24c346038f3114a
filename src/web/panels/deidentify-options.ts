/** What may stay beyond the Basic Profile, in ordinary words. Dates are a choice of their own. */
export const KEEPS: readonly { readonly id: string; readonly label: string; readonly note: string }[] = [
  {
    id: "descriptors",
    label: "Cleaned descriptions",
    note: "Only words known to be safe stay: anatomy, technique, side. Everything else goes.",
  },
  {
    id: "structured",
    label: "Reports as trees",
    note: "Measurements and codes stay, text in them is cleaned, names go.",
  },
  { id: "graphics", label: "Drawn shapes", note: "Annotations and regions stay, their text is cleaned. Look at them." },
  { id: "patient", label: "Age, sex, height, weight", note: "Ages over 89 become 90." },
  { id: "device", label: "The device", note: "Serial number, station name: tells which hospital, to those who know." },
  { id: "institution", label: "The institution", note: "Its name and address." },
  {
    id: "safe-private",
    label: "Technique in private elements",
    note: "Diffusion and scaling of known makers, nothing else.",
  },
  {
    id: "documents",
    label: "Documents and speech",
    note: "PDF, CDA, recordings: given out unread. They may name the patient.",
  },
  { id: "uids", label: "The original UIDs", note: "Anyone with access to the archive finds the patient by them." },
];

export type Dates = "remove" | "dates-modified" | "dates-full";

export const DATES: readonly { readonly id: Dates; readonly label: string }[] = [
  { id: "remove", label: "No dates" },
  { id: "dates-modified", label: "Moved" },
  { id: "dates-full", label: "As they are" },
];

export const DATES_MEAN: Readonly<Record<Dates, string>> = {
  remove: "Dates and times go. Perfusion and the course over days can no longer be computed.",
  "dates-modified": "All dates of a patient move by the same secret number of days; times and intervals stay.",
  "dates-full": "Dates and times stay. With them a patient may be found again.",
};

/** "dates moved · age, sex, height, weight": the options of a project in a few words. */
export function keptWords(options: readonly string[]): string {
  const words = KEEPS.filter(({ id }) => options.includes(id)).map(({ label }) => label.toLowerCase());
  if (options.includes("dates-modified")) words.unshift("dates moved");
  if (options.includes("dates-full")) words.unshift("dates as they are");
  return words.length === 0 ? "nothing beyond the Basic Profile stays" : words.join(" · ");
}
