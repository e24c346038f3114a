import type { Certainty, Fact, FactValue, SeriesQualifiers } from "../core/index.ts";
import type { AnalysisView } from "./analysis-view.ts";

export type { AnalysisKindName, AnalysisOf, AnalysisView, CurveView, PerfusionView } from "./analysis-view.ts";

/**
 * The shapes in which a case travels: what the server answers and the web app shows. All times are UTC ISO 8601.
 */
export type CaseKind = "stroke" | "aneurysm" | "haemorrhage" | "avm" | "subdural" | "carotid" | "other";
export type Urgency = "critical" | "urgent" | "elective";
export type CaseStatus = "draft" | "waiting" | "need-data" | "accepted" | "declined" | "closed";

/** An organisation, as people see it. */
export interface OrganisationView {
  readonly id: string;
  readonly name: string;
  readonly kind: "spoke" | "hub";
}

/** Who the case is about, as the referral or the images say. */
export interface PatientView {
  readonly name: string;
  readonly identifier: string;
  readonly birthDate: string | null;
  readonly sex: string;
  /** Whole years at `now`; null when the birth date is not known. */
  readonly age: number | null;
}

/** How many images there are, how many were announced, and whether something is still arriving. */
export interface ImagesView {
  readonly received: number;
  readonly expected: number | null;
  readonly arriving: boolean;
  readonly studies: readonly string[];
}

/** One number or word for the case header: a fact or a measurement, whole, with where it came from. */
export interface HeadlineView {
  readonly name: string;
  readonly label: string;
  /** Null: not known. Shown as "not known", never as a zero or a dash. */
  readonly value: FactValue | null;
  readonly unit: string;
  /** E.g. "17-25" from neighbouring thresholds. */
  readonly range: string | null;
  readonly source: string;
  readonly at: string | null;
  readonly contradicted: boolean;
}

/** A case as one row of the worklist. */
export interface CaseSummary {
  readonly id: string;
  readonly kind: CaseKind;
  readonly urgency: Urgency;
  readonly status: CaseStatus;
  readonly question: string;
  readonly patient: PatientView;
  readonly from: OrganisationView;
  readonly to: OrganisationView;
  /** The clock of an acute case: last known well and who said so. */
  readonly lastKnownWell: { readonly at: string; readonly by: string } | null;
  readonly referredAt: string | null;
  readonly answerDueAt: string | null;
  readonly answeredAt: string | null;
  readonly updatedAt: string;
  readonly headline: readonly HeadlineView[];
  readonly images: ImagesView;
  /** What happens next and who is waited for, in a few words. */
  readonly next: string;
}

/** Facts of one name: the one in use, the others beside it, and whether they disagree. */
export interface FactGroup {
  readonly name: string;
  readonly label: string;
  readonly unit: string;
  readonly current: Fact | null;
  readonly others: readonly Fact[];
  readonly contradicted: boolean;
  /** Why the value in use counts as not known now (too old); only where it does. */
  readonly stale?: string;
  /** The value as it is now, where it grows by itself and has grown since it was observed. */
  readonly grown?: number;
}

/** One message of the thread; `by` null is Willis itself. */
export interface MessageView {
  readonly id: number;
  readonly at: string;
  readonly by: { readonly id: string; readonly name: string; readonly organisation: string } | null;
  readonly body: string;
}

/** What the objects of a series are, whatever role it plays. */
export interface SeriesKindView {
  /** E.g. "CT", "RDSR", "SEG". */
  readonly code: string;
  /** What a reader calls it, e.g. "Dose report". */
  readonly short: string;
  /** The SOP class by name. */
  readonly name: string;
  /** "image", "map", or the page for what is no image: "report", "dose", "document", "listed" ... */
  readonly shownAs: string;
  readonly objects: number;
}

/** A series with the role it plays, what it is in words, and who said so (`tags`, `learned`, or the name of a person). */
export interface SeriesView {
  readonly seriesUid: string;
  readonly studyUid: string;
  readonly modality: string;
  readonly role: string;
  readonly roleBy: string;
  /** "CTA head and neck, arterial", "ICA right, AP". */
  readonly label: string;
  readonly qualifiers: SeriesQualifiers;
  readonly sure: Certainty;
  /** On what role and qualifiers rest, in words. */
  readonly why: string;
  /** What was learned from a correction of this series (`here`), or of an earlier one like it. */
  readonly learned: { readonly id: string; readonly by: string; readonly at: string; readonly here: boolean } | null;
  readonly number: number | null;
  readonly description: string;
  readonly instances: number;
  readonly frames: number;
  readonly at: string | null;
  /** What its objects are; the first is that of most of them. Empty before the first object is here. */
  readonly kinds: readonly SeriesKindView[];
}

/** An answer to a referral; the basis it froze is asked for by its id. */
export interface DecisionView {
  readonly id: string;
  readonly caseId: string;
  readonly kind: "accept" | "need-data" | "decline";
  readonly option: string;
  readonly reason: string;
  readonly at: string;
  readonly by: { readonly id: string; readonly name: string; readonly organisation: string };
  readonly basisDigest: string;
  readonly hasPdf: boolean;
}

/** A case, whole, as the asking person may see it. */
export interface CaseView extends CaseSummary {
  readonly facts: readonly FactGroup[];
  readonly messages: readonly MessageView[];
  readonly series: readonly SeriesView[];
  readonly analyses: readonly AnalysisView[];
  readonly decisions: readonly DecisionView[];
  readonly timeline: readonly {
    readonly at: string;
    readonly by: string;
    readonly kind: string;
    readonly text: string;
  }[];
  /** What the asking person may do here. */
  readonly may: { readonly write: boolean; readonly answer: boolean; readonly refer: boolean };
  readonly revision: number;
}
