import type { DecisionBasis } from "../../cases/decision-basis.ts";
import type { DecisionView, OrganisationView } from "../../cases/views.ts";
import type { PackHeader, PackReference } from "../../knowledge/pack.ts";

/** Shapes of answers that are not of a case; the server's routes are their source. */

export interface PersonView {
  readonly id: string;
  readonly login: string;
  readonly name: string;
  readonly role: string;
  readonly hasPassword?: boolean;
  readonly organisation: OrganisationView;
}

/** A person of the own organisation, as administrators see them. */
export interface ColleagueView {
  readonly id: string;
  readonly login: string;
  readonly name: string;
  readonly role: string;
  readonly active?: boolean;
  readonly demo?: boolean;
}

export interface DecisionAnswer {
  readonly decision: DecisionView;
  readonly basis: DecisionBasis;
  /** Whether the frozen basis still has the digest it was stored with. */
  readonly intact: boolean;
}

export interface StudyView {
  readonly id?: number;
  readonly studyUid: string;
  readonly patient: {
    readonly name: string;
    readonly identifier: string;
    readonly birthDate: string | null;
    readonly sex: string;
  };
  readonly at: string | null;
  readonly description: string;
  readonly accession?: string;
  readonly modalities: readonly string[];
  readonly series: number;
  readonly instances: number;
  readonly toCheck?: boolean;
}

export interface StoredAnswer {
  readonly stored: readonly { readonly sopUid: string; readonly seriesUid: string; readonly studyUid: string }[];
  readonly duplicates: number;
  readonly quarantined: readonly { readonly id: string; readonly name: string; readonly reason: string }[];
  readonly ignored?: readonly { readonly name: string; readonly reason: string }[];
  readonly warnings?: readonly string[];
}

export interface QuarantineView {
  readonly id: string;
  readonly receivedAt: string;
  readonly via: string;
  readonly who: string;
  readonly name: string;
  readonly size: number;
  readonly code: string;
  readonly reason: string;
  readonly state: string;
  readonly decidedBy: string | null;
  readonly decidedReason: string;
  readonly discardUntil: string | null;
  readonly fixed: Readonly<Record<string, string>> | null;
}

export interface AuditView {
  readonly id: number;
  readonly at: string;
  readonly by: { readonly name: string; readonly login: string; readonly organisation: string } | null;
  readonly action: string;
  readonly remote?: string;
  readonly detail?: { readonly reason?: string };
  readonly objectKind: string;
  readonly objectId: string;
  readonly outcome: "allowed" | "refused";
  readonly status: number;
}

/** A pack as the Know page lists it: header, state, and its items by name. */
export interface PackLine extends Omit<PackHeader, "caseKinds">, PackReference {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  readonly version: string;
  readonly released: string;
  readonly expires: string;
  readonly disclosures: string;
  readonly caseKinds: readonly string[];
  readonly counts: {
    readonly recommendations: number;
    readonly trials: number;
    readonly scales: number;
    readonly indications: number;
    readonly metrics: number;
    readonly vignettes: number;
  };
  readonly scales: readonly { readonly id: string; readonly name: string }[];
  readonly indications: readonly { readonly id: string; readonly name: string }[];
  readonly metrics: readonly { readonly id: string; readonly name: string }[];
  readonly recommendations: readonly {
    readonly id: string;
    readonly subject: string;
    readonly action: string;
    readonly topic: string;
    readonly strength: string;
    readonly certainty: string;
    readonly status: string;
    readonly expires: string;
  }[];
  readonly trials: readonly {
    readonly id: string;
    readonly acronym: string;
    readonly year: number;
    readonly conclusion: string;
  }[];
}
