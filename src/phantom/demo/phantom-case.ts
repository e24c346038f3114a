import type { Pass } from "../after-pass.ts";
import type { Modality, PhantomSpec } from "../spec.ts";

/** Kind of case, as the worklist sorts and hangs it. */
export type CaseKind = "stroke" | "aneurysm" | "avm" | "subdural" | "carotid" | "haemorrhage";

/** One message of the referral thread, minutes after the referral; `from` says which end wrote it. */
export interface StoryMessage {
  readonly from: "spoke" | "hub";
  readonly afterMinutes: number;
  readonly text: string;
}

/** A named demo patient: who, why referred, what is known, and the phantom that its images are rendered from. */
export interface PhantomCase {
  readonly name: string;
  readonly title: string;
  readonly patient: {
    /** `Family^Given` */
    readonly name: string;
    readonly sex: "M" | "F";
    /** YYYYMMDD */
    readonly birthDate: string;
    readonly patientId: string;
  };
  readonly kind: CaseKind;
  readonly urgency: "critical" | "urgent" | "elective";
  readonly question: string;
  /** Fields of the facts dictionary; what the referrer does not know is not there. */
  readonly facts: Readonly<Record<string, number | string | boolean>>;
  readonly lastKnownWellHoursAgo?: number;
  readonly story: readonly StoryMessage[];
  readonly modalities: readonly Modality[];
  readonly phantom: PhantomSpec;
  /** What the runs show after each pass of a thrombectomy, from the same projections as the first ones. */
  readonly passes?: readonly Pass[];
  readonly views?: readonly ("ap" | "lateral")[];
  /** Drift of the head during a run, mm. */
  readonly runMotionMm?: number;
  /** What the angiographer injects, for runs and rotational angiography. */
  readonly injection: "ICA-L" | "ICA-R" | "CCA-L" | "CCA-R" | "VA-L" | "ECA-L" | "ECA-R";
}
