/** A value of the facts dictionary. Absence is not a value: a fact that is not known is not there. */
export type FactValue = number | string | boolean;

/** Where a fact came from: typed by a person, scored with a scale, measured by a method, read from an object that arrived. */
export type FactSource =
  | { readonly kind: "typed"; readonly by: string; readonly name: string }
  | {
      readonly kind: "measured";
      readonly method: string;
      readonly version: string;
      readonly from: readonly string[];
      /** The measurement's uncertainty, when it has one. */
      readonly range?: { readonly low: number; readonly high: number; readonly basis: string };
      /** Who gave it to the case, when a person did. */
      readonly given?: { readonly by: string; readonly name: string };
      /** The image it was measured on, when it was one; `frame` counts from 1. */
      readonly image?: {
        readonly studyUid: string;
        readonly seriesUid: string;
        readonly sopUid?: string;
        readonly frame?: number;
      };
    }
  | {
      readonly kind: "scale";
      /** Id and title of the scale, and the id of the score in the case. */
      readonly scale: string;
      readonly title: string;
      readonly entry: string;
      readonly by: string;
      readonly name: string;
    }
  | { readonly kind: "imported"; readonly from: string }
  | { readonly kind: "derived"; readonly rule: string; readonly from: readonly string[] };

/** The one definition of something known about a patient. Never overwritten: a later one stands beside it. */
export interface Fact {
  readonly id: string;
  /** A field of the facts dictionary, e.g. `nihss`. */
  readonly name: string;
  readonly value: FactValue;
  readonly unit: string;
  readonly source: FactSource;
  /** When it was true of the patient, UTC ISO 8601. */
  readonly observedAt: string;
  /** When it was written down, UTC ISO 8601. */
  readonly recordedAt: string;
  /** Set when a person took it back; it stays readable. */
  readonly retracted?: { readonly by: string; readonly at: string; readonly reason: string };
}
