import { queryOptions } from "@tanstack/react-query";
import type { Replay } from "../../cases/judged-anew.ts";
import type { AnalysisView, CaseSummary, CaseView, OrganisationView, SeriesView } from "../../cases/views.ts";
import { ask } from "./client.ts";
import type {
  AuditView,
  ColleagueView,
  DecisionAnswer,
  PackLine,
  PersonView,
  QuarantineView,
  StudyView,
} from "./views.ts";

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
  // That images have stopped arriving is not an event; it has to be looked for.
  refetchInterval: ({ state }) => (state.data?.some((row) => row.images.arriving) ? 8_000 : 60_000),
});

export const oneCase = (caseId: string) =>
  queryOptions({
    queryKey: ["case", caseId],
    queryFn: ({ signal }) => ask<CaseView>(`/api/cases/${id(caseId)}`, { signal }),
    refetchInterval: ({ state }) => (state.data?.images.arriving ? 5_000 : 60_000),
  });

export const organisations = queryOptions({
  queryKey: ["organisations"],
  queryFn: ({ signal }) =>
    ask<{ organisations: OrganisationView[] }>("/api/organisations", { signal }).then((answer) => answer.organisations),
  staleTime: 10 * 60_000,
});

export const studies = (search: string) =>
  queryOptions({
    queryKey: ["studies", "list", search],
    queryFn: ({ signal }) =>
      ask<{ studies: StudyView[]; more?: boolean }>(`/api/studies${search ? `?q=${id(search)}` : ""}`, { signal }),
    placeholderData: (before) => before,
  });

export const studySeries = (studyUid: string) =>
  queryOptions({
    queryKey: ["studies", studyUid, "series"],
    queryFn: ({ signal }) => ask<SeriesView[]>(`/api/studies/${id(studyUid)}/series`, { signal }),
  });

export const studyAnalyses = (studyUid: string) =>
  queryOptions({
    queryKey: ["studies", studyUid, "analyses"],
    queryFn: ({ signal }) =>
      ask<{ analyses: AnalysisView[] }>(`/api/studies/${id(studyUid)}/analyses`, { signal }).then(
        (answer) => answer.analyses,
      ),
  });

export const replay = (decisionId: string) =>
  queryOptions({
    queryKey: ["decision", decisionId, "replay"],
    queryFn: ({ signal }) => ask<Replay>(`/api/decisions/${id(decisionId)}/replay`, { signal }),
  });

export const decision = (decisionId: string) =>
  queryOptions({
    queryKey: ["decision", decisionId],
    queryFn: ({ signal }) => ask<DecisionAnswer>(`/api/decisions/${id(decisionId)}`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const packs = queryOptions({
  queryKey: ["packs"],
  queryFn: ({ signal }) =>
    ask<{ packs: PackLine[] }>("/api/knowledge/packs", { signal }).then((answer) => answer.packs),
  staleTime: 10 * 60_000,
});

export const people = queryOptions({
  queryKey: ["people"],
  queryFn: ({ signal }) => ask<{ people: ColleagueView[] }>("/api/people", { signal }).then((answer) => answer.people),
});

export const quarantine = queryOptions({
  queryKey: ["quarantine"],
  queryFn: ({ signal }) =>
    ask<{ quarantine: QuarantineView[] }>("/api/quarantine", { signal }).then((answer) => answer.quarantine),
});

export const audit = (before: number | null, object: string) =>
  queryOptions({
    queryKey: ["audit", before, object],
    queryFn: ({ signal }) =>
      ask<{ rows: AuditView[] }>(
        `/api/audit?limit=100${before === null ? "" : `&before=${before}`}${object ? `&object=${id(object)}` : ""}`,
        { signal },
      ).then((answer) => answer.rows),
  });

export const health = queryOptions({
  queryKey: ["health"],
  queryFn: ({ signal }) => ask<Readonly<Record<string, unknown>>>("/healthz", { signal }),
});
