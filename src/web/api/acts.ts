import type { CaseKind, CaseView, DecisionView, Urgency } from "../../cases/views.ts";
import type { FactValue } from "../../core/index.ts";
import { ask } from "./client.ts";
import { queryClient } from "./query-client.ts";

/** What a person does to a case. Each asks the case again afterwards, so that the page shows what the server holds. */

const at = (caseId: string, rest = "") => `/api/cases/${encodeURIComponent(caseId)}${rest}`;

async function then<T>(caseId: string, act: Promise<T>): Promise<T> {
  const result = await act;
  void queryClient.invalidateQueries({ queryKey: ["case", caseId] });
  void queryClient.invalidateQueries({ queryKey: ["cases"] });
  return result;
}

export interface NewCase {
  readonly kind: CaseKind;
  readonly urgency?: Urgency;
  readonly toOrganisationId?: string;
}

export const beginCase = (given: NewCase) => ask<CaseView>("/api/cases", { method: "POST", json: given });

export interface CaseChange {
  readonly question?: string;
  readonly patient?: {
    readonly name?: string;
    readonly identifier?: string;
    readonly birthDate?: string | null;
    readonly sex?: string;
  };
  readonly lastKnownWell?: { readonly at: string; readonly by: string } | null;
  readonly urgency?: Urgency;
  readonly kind?: CaseKind;
  readonly expectedImages?: number;
}

export const refer = (caseId: string) =>
  then(caseId, ask<CaseView>(at(caseId, "/refer"), { method: "POST", json: {} }));

export interface NewFact {
  readonly name: string;
  readonly value: FactValue;
  readonly observedAt?: string;
}

export const addFact = (caseId: string, fact: NewFact) =>
  then(caseId, ask<unknown>(at(caseId, "/facts"), { method: "POST", json: fact }));

export interface MeasuredFact {
  readonly name: string;
  readonly value: number | string;
  readonly unit: string;
  readonly observedAt?: string;
  readonly range?: { readonly low: number; readonly high: number; readonly basis: string };
  readonly method: { readonly name: string; readonly version: string };
  readonly image: ImagePlace;
}

/** An image, or a series of them; `frame` counts from 1. */
export interface ImagePlace {
  readonly studyUid: string;
  readonly seriesUid: string;
  readonly sopUid?: string;
  readonly frame?: number;
}

export const giveMeasuredFact = (caseId: string, fact: MeasuredFact) =>
  then(caseId, ask<unknown>(at(caseId, "/facts/measured"), { method: "POST", json: fact }));

export const retractFact = (caseId: string, factId: string, reason: string) =>
  then(
    caseId,
    ask<unknown>(at(caseId, `/facts/${encodeURIComponent(factId)}/retract`), { method: "POST", json: { reason } }),
  );

export const sendMessage = (caseId: string, body: string) =>
  then(caseId, ask<unknown>(at(caseId, "/messages"), { method: "POST", json: { body } }));

export interface Answer {
  readonly kind: DecisionView["kind"];
  readonly option?: string;
  readonly reason?: string;
  readonly need?: readonly string[];
  readonly message?: string;
}

export const answer = (caseId: string, given: Answer) =>
  then(caseId, ask<DecisionView>(at(caseId, "/answer"), { method: "POST", json: given }));

const series = (studyUid: string, seriesUid: string) =>
  `/api/studies/${encodeURIComponent(studyUid)}/series/${encodeURIComponent(seriesUid)}`;

type Place = readonly [number, number, number];

/** Starts a perfusion run; places (LPS mm) given by a person take the place of the chosen ones. */
export const startPerfusion = (studyUid: string, seriesUid: string, given: { aif?: Place; vof?: Place } = {}) =>
  ask<{ analysisId: string }>(`${series(studyUid, seriesUid)}/perfusion`, { method: "POST", json: given });

export const cancelAnalysis = (analysisId: string) =>
  ask<unknown>(`/api/analyses/${encodeURIComponent(analysisId)}`, { method: "DELETE" });
