import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { LIBRARY_KINDS, type LibraryKind } from "../knowledge/search-kinds.ts";
import { Problem } from "./api/client.ts";
import { session } from "./api/queries.ts";
import { queryClient, whenSignedOut } from "./api/query-client.ts";
import { Failed, NotThere } from "./pages/failed.tsx";
import { SignInPage } from "./pages/sign-in.tsx";
import { WorkPage } from "./pages/work.tsx";
import { Shell } from "./shell.tsx";

/** The worklist and sign-in come with the first load; every other page, and with it the viewer, when it is opened. */

const root = createRootRoute({ component: Outlet, notFoundComponent: NotThere });

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  component: SignInPage,
  validateSearch: (search: Record<string, unknown>): { next?: string } => {
    const next = text(search.next);
    return next?.startsWith("/") && !next.startsWith("//") ? { next } : {};
  },
});

/** Everything else needs a signed-in person; without the network the page still opens and says so. */
const inside = createRoute({
  getParentRoute: () => root,
  id: "inside",
  component: Shell,
  beforeLoad: async ({ location }) => {
    try {
      await queryClient.ensureQueryData(session);
    } catch (error) {
      if (error instanceof Problem && error.status === 401) {
        throw redirect({ to: "/sign-in", search: location.href === "/" ? {} : { next: location.href } });
      }
      throw error;
    }
  },
});

const work = createRoute({ getParentRoute: () => inside, path: "/", component: WorkPage });

const refer = createRoute({
  getParentRoute: () => inside,
  path: "/refer",
  component: lazyRouteComponent(() => import("./pages/refer.tsx"), "ReferPage"),
  validateSearch: (search: Record<string, unknown>): { case?: string } => {
    const id = text(search.case);
    return id ? { case: id } : {};
  },
});

const oneCase = createRoute({
  getParentRoute: () => inside,
  path: "/cases/$caseId",
  component: lazyRouteComponent(() => import("./pages/case.tsx"), "CasePage"),
});

const decision = createRoute({
  getParentRoute: () => inside,
  path: "/decisions/$decisionId",
  component: lazyRouteComponent(() => import("./pages/decision.tsx"), "DecisionPage"),
});

const read = createRoute({
  getParentRoute: () => inside,
  path: "/read",
  component: lazyRouteComponent(() => import("./pages/read.tsx"), "ReadPage"),
});

const readStudy = createRoute({
  getParentRoute: () => inside,
  path: "/read/$studyUid",
  component: lazyRouteComponent(() => import("./pages/read-study.tsx"), "ReadStudyPage"),
});

const wall = createRoute({
  getParentRoute: () => inside,
  path: "/wall",
  component: lazyRouteComponent(() => import("./pages/wall.tsx"), "WallPage"),
  validateSearch: (search: Record<string, unknown>): { case?: string; study?: string } => {
    const [shown, study] = [text(search.case), text(search.study)];
    return { ...(shown ? { case: shown } : {}), ...(study ? { study } : {}) };
  },
});

const deidentify = createRoute({
  getParentRoute: () => inside,
  path: "/deidentify",
  component: lazyRouteComponent(() => import("./pages/deidentify.tsx"), "DeidentifyPage"),
  validateSearch: (search: Record<string, unknown>): { study?: string } => {
    const study = text(search.study);
    return study ? { study } : {};
  },
});

const know = createRoute({
  getParentRoute: () => inside,
  path: "/know",
  component: lazyRouteComponent(() => import("./pages/know.tsx"), "KnowPage"),
  validateSearch: (search: Record<string, unknown>): { q?: string; kind?: LibraryKind } => {
    const [q, kind] = [text(search.q), LIBRARY_KINDS.find((each) => each === search.kind)];
    return { ...(q ? { q } : {}), ...(kind ? { kind } : {}) };
  },
});

const knowTrials = createRoute({
  getParentRoute: () => inside,
  path: "/know/trials",
  component: lazyRouteComponent(() => import("./pages/know-trials.tsx"), "KnowTrialsPage"),
  validateSearch: (search: Record<string, unknown>): { topic?: string } => {
    const topic = text(search.topic);
    return topic ? { topic } : {};
  },
});

const knowChanges = createRoute({
  getParentRoute: () => inside,
  path: "/know/changes",
  component: lazyRouteComponent(() => import("./pages/know-changes.tsx"), "KnowChangesPage"),
});

const knowItem = createRoute({
  getParentRoute: () => inside,
  path: "/know/$kind/$itemId",
  component: lazyRouteComponent(() => import("./pages/know-item.tsx"), "KnowItemPage"),
});

const quality = createRoute({
  getParentRoute: () => inside,
  path: "/quality",
  component: lazyRouteComponent(() => import("./pages/quality.tsx"), "QualityPage"),
  validateSearch: (search: Record<string, unknown>): { tab?: string } => {
    const tab = text(search.tab);
    return tab ? { tab } : {};
  },
});

const steward = createRoute({
  getParentRoute: () => inside,
  path: "/steward",
  component: lazyRouteComponent(() => import("./pages/steward.tsx"), "StewardPage"),
});

const stewardDraft = createRoute({
  getParentRoute: () => inside,
  path: "/steward/$draftId",
  component: lazyRouteComponent(() => import("./pages/steward-draft.tsx"), "StewardDraftPage"),
});

const admin = createRoute({
  getParentRoute: () => inside,
  path: "/admin",
  component: lazyRouteComponent(() => import("./pages/admin.tsx"), "AdminPage"),
  validateSearch: (search: Record<string, unknown>): { tab?: string; patient?: string } => {
    const [tab, patient] = [text(search.tab), text(search.patient)];
    return { ...(tab ? { tab } : {}), ...(patient ? { patient } : {}) };
  },
});

const routeTree = root.addChildren([
  signIn,
  inside.addChildren([
    work,
    refer,
    oneCase,
    decision,
    read,
    readStudy,
    wall,
    deidentify,
    know,
    knowTrials,
    knowChanges,
    knowItem,
    quality,
    steward,
    stewardDraft,
    admin,
  ]),
]);

export const router = createRouter({
  routeTree,
  defaultPreload: "intent",
  defaultErrorComponent: Failed,
  defaultPendingMinMs: 0,
  scrollRestoration: true,
});

whenSignedOut(() => {
  const { href, pathname } = router.state.location;
  if (pathname === "/sign-in") return;
  queryClient.removeQueries({ queryKey: session.queryKey });
  void router.navigate({ to: "/sign-in", search: href === "/" ? {} : { next: href } });
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
