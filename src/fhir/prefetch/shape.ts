import type { FactValue } from "../../core/index.ts";

/** A fact that was read from a record, with the resource that it came from. */
export interface ReadFact {
  readonly field: string;
  readonly value: FactValue;
  /** "Observation/1", or what it was computed from. */
  readonly from: string;
  /** When it was true of the patient, UTC ISO; null for what holds without a time. */
  readonly at: string | null;
}

/** Something that was sent, bears on a fact, and was not taken. Shown to the reader: it is never the same as "not so". */
export interface NotRead {
  readonly field: string;
  readonly from: string;
  readonly why: string;
}
