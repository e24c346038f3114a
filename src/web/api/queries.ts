import { queryOptions } from "@tanstack/react-query";
import type { AnalysisView, CaseSummary, CaseView, OrganisationView } from "../../cases/views.ts";
import { ask } from "./client.ts";
import type { PersonView, StudyView } from "./views.ts";

/** What pages ask for, one entry a question; the key's first word is what the live channel names. */

const id = encodeURIComponent;

export const session = queryOptions({
  queryKey: ["session"],
  queryFn: ({ signal }) => ask<{ person: PersonView }>("/api/session", { signal }).then((answer) => answer.person),
  staleTime: 5 * 60_000,
  retry: false,
});

export const cases = queryOptions({
  queryKey: ["cases"],
  queryFn: ({ signal }) => ask<{ cases: CaseSummary[] }>("/api/cases", { signal }).then((answer) => answer.cases),
  refetchInterval: 60_000,
});

export const oneCase = (caseId: string) =>
  queryOptions({
    queryKey: ["case", caseId],
    queryFn: ({ signal }) => ask<CaseView>(`/api/cases/${id(caseId)}`, { signal }),
    refetchInterval: 60_000,
  });

export const organisations = queryOptions({
  queryKey: ["organisations"],
  queryFn: ({ signal }) =>
    ask<{ organisations: OrganisationView[] }>("/api/organisations", { signal }).then((answer) => answer.organisations),
  staleTime: 10 * 60_000,
});

export const studies = queryOptions({
  queryKey: ["studies"],
  queryFn: ({ signal }) => ask<{ studies: StudyView[] }>("/api/studies", { signal }).then((answer) => answer.studies),
});

export const studyAnalyses = (studyUid: string) =>
  queryOptions({
    queryKey: ["studies", studyUid, "analyses"],
    queryFn: ({ signal }) =>
      ask<{ analyses: AnalysisView[] }>(`/api/studies/${id(studyUid)}/analyses`, { signal }).then(
        (answer) => answer.analyses,
      ),
  });
