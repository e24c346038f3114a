/** A: records, communication, display. B: decision support over facts, basis reviewable. C: computed on pixels. */
export type Tier = "A" | "B" | "C";

export const NOT_A_DEVICE = "Not a medical device. For research and teaching; a qualified clinician decides.";
