import type { StudyValues } from "./patient-change.ts";
import type { PatientValues } from "./two-identifiers.ts";

/**
 * The shapes in which the administration of the archive travels: what the server answers and the web app shows. All times
 * are UTC ISO 8601, days `YYYY-MM-DD`.
 */

/** One line of the list of patients. */
export interface PatientLine extends PatientValues {
  readonly id: string;
  readonly studies: number;
  readonly objects: number;
  readonly lastStudy: string | null;
  /** A person corrected it or merged another into it. */
  readonly changed: boolean;
  /** Objects of its studies claim another patient, and nobody has looked yet. */
  readonly toCheck: boolean;
}

/** A study of a patient, with what its objects said when it came. */
export interface PatientStudy extends StudyValues {
  readonly studyUid: string;
  readonly modalities: readonly string[];
  readonly series: number;
  readonly objects: number;
  /** The patient that its objects claim, when people moved it to this one. */
  readonly claimed: PatientValues | null;
  readonly corrected: readonly (keyof StudyValues)[];
  readonly toCheck: boolean;
}

/** A patient, whole. */
export interface PatientDetail extends PatientValues {
  readonly id: string;
  /** The values as they came, when a person changed them. */
  readonly received: PatientValues | null;
  /** Other numbers and names under which its objects arrive: merged patients, earlier and corrected numbers. */
  readonly alsoKnownAs: readonly (PatientValues & { readonly id: string })[];
  readonly studies: readonly PatientStudy[];
}

/** What people may change of who a patient is. */
export type ChangeKind = "merge" | "move" | "correct-patient" | "correct-study" | "use-version";

/** One line of the history of such changes. */
export interface ChangeView {
  readonly id: string;
  readonly at: string;
  readonly by: string;
  readonly kind: ChangeKind;
  readonly patientId: string;
  readonly otherId: string | null;
  readonly summary: string;
  readonly reason: string;
  readonly confirmed: string;
  readonly undoneAt: string | null;
  readonly undoneBy: string | null;
}

/** A study in which objects claim another patient. */
export interface ClaimView {
  readonly studyUid: string;
  readonly date: string | null;
  readonly description: string;
  readonly patientId: string;
  readonly patient: PatientValues;
  readonly claimed: PatientValues;
  readonly objects: number;
  readonly firstAt: string;
}

/** What became of objects that arrived, and how many bytes they had. */
export interface ArrivalCounts {
  readonly stored: number;
  readonly duplicates: number;
  readonly versions: number;
  readonly quarantined: number;
  readonly ignored: number;
  readonly bytes: number;
}

/** What one sender brought to one study (or to none) in one sitting; the study as it is called now. */
export interface ArrivalView extends ArrivalCounts {
  readonly id: number;
  readonly via: string;
  /** Person id or calling AE title; `person` is the name where it is a person. */
  readonly who: string;
  readonly person: string | null;
  readonly studyId: number | null;
  readonly studyUid: string | null;
  readonly description: string | null;
  readonly patientId: string | null;
  readonly patientName: string | null;
  readonly firstAt: string;
  readonly lastAt: string;
}

/** A DICOM caller that is no peer, or was refused. */
export interface StrangerCall {
  readonly aeTitle: string;
  readonly address: string;
  readonly called: string;
  /** Why it was refused; empty when it was let in. */
  readonly refused: string;
  readonly calls: number;
  readonly firstAt: string;
  readonly lastAt: string;
}

/** A de-identified export and how far it is. */
export interface ExportView {
  readonly id: string;
  readonly project: string;
  readonly options: readonly string[];
  readonly studies: number;
  readonly by: string;
  readonly state: "ready" | "running" | "done" | "failed" | "cancelled";
  readonly total: number;
  readonly done: number;
  readonly withheld: number;
  readonly flagged: number;
  readonly failed: number;
  readonly error: string;
  readonly createdAt: string;
  readonly finishedAt: string | null;
}

/** What a pseudonym or a new UID stands for. */
export interface ReidentifiedView {
  readonly pseudonym: string;
  readonly patientId: string;
  readonly issuer: string;
  readonly name: string;
  readonly birthDate: string;
  /** Days by which the dates of this patient were moved, where the project moves dates. */
  readonly dayShift: number;
  /** When a UID was asked for. */
  readonly uid?: { readonly level: string; readonly made: string; readonly original: string };
}
