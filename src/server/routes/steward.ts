import { type Static, type TSchema, Type } from "typebox";
import type { DraftView } from "../../cases/steward-views.ts";
import { diffPacks, reviewQueue } from "../../knowledge/index.ts";
import { REVIEWING_ROLES } from "../http/authorise.ts";
import type { Context, Route } from "../http/route.ts";
import { beginEmpty } from "../steward/begin-empty.ts";
import { asContent, packOfDraft, problemsOf } from "../steward/draft-content.ts";
import {
  beginDraft,
  publishDraft,
  reviewDraft,
  saveDraft,
  submitDraft,
  takeBack,
  whyNotPublish,
  whyNotReview,
  withdrawDraft,
} from "../steward/draft-deeds.ts";
import { draftQuestion } from "../steward/draft-question.ts";
import { draftEvents, listDrafts, readDraft } from "../steward/draft-rows.ts";
import { queued } from "./impact.ts";

const Version = Type.Integer({ minimum: 1, description: "The version that it rests on; another one is refused" });
const Words = Type.String({ maxLength: 4000 });
const Said = Type.String({ minLength: 1, maxLength: 4000 });
const SaveBody = Type.Object({ version: Version, content: Type.Unknown(), words: Type.Optional(Words) });
const Name = Type.String({ minLength: 1, maxLength: 200, pattern: "^[^\\u0000]*$" });
const CaseKinds = Type.Array(Type.String({ maxLength: 40, pattern: "^[a-z-]+$" }), { minItems: 1, maxItems: 20 });
const Empty = Type.Object({ id: Name, title: Name, body: Name, caseKinds: CaseKinds });
const OnBody = Type.Object({ version: Version });
const ReviewBody = Type.Object({
  version: Version,
  verdict: Type.Union([Type.Literal("approved"), Type.Literal("changes asked")]),
  words: Said,
  disclosure: Said,
});

async function view({ services, scope, person }: Context): Promise<DraftView> {
  const draft = await readDraft(services.pool, scope.draftId!);
  const events = await draftEvents(services.pool, draft.id);
  const base = draft.baseHash === null ? undefined : await services.packShelf.byHash(draft.baseHash);
  const problems = problemsOf(draft.content);
  const readable = !problems.some(({ item }) => item === null); // else its form itself may be wrong
  const open = draft.state === "draft" || draft.state === "in review";
  return {
    ...draft,
    problems,
    changes: base && readable ? diffPacks(base, packOfDraft(draft.content)) : [],
    events,
    may: {
      write: person.role === "steward" && open,
      review: whyNotReview(draft, events, person),
      publish: person.role === "steward" ? whyNotPublish(draft, events) : "a steward publishes",
    },
  };
}

/** Something done to a draft, answered with the draft as it is then. */
function deed<T extends TSchema>(
  rest: string,
  act: "write" | "review",
  body: T,
  done: (context: Context, given: Static<T>) => Promise<unknown>,
): Omit<Route, "summary"> {
  return {
    method: "POST",
    url: `/api/steward/drafts/:draft${rest}`,
    access: { on: "draft", act },
    schema: { body },
    handle: async (context) => {
      await done(context, context.request.body as Static<T>);
      return view(context);
    },
  };
}

export const stewardRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/api/steward",
    access: { on: "list", of: "drafts" },
    summary: "What expires and what is due for review, the nearest day first, and the drafts of the own organisation",
    handle: async ({ services, person }) => ({
      queue: reviewQueue(services.packs, services.now().toISOString()),
      drafts: REVIEWING_ROLES.includes(person.role) ? await listDrafts(services.pool, person.organisationId) : [],
    }),
  },
  {
    method: "POST",
    url: "/api/steward/drafts",
    access: { on: "role", roles: ["steward"], patientData: false },
    summary: "Begins a draft from the version of a pack that is in force, or an empty one of a pack that is new",
    schema: { body: Type.Union([Type.Object({ pack: Name }), Type.Object({ empty: Empty })]) },
    handle: async ({ services, person, request, reply }) => {
      const given = request.body as { pack: string } | { empty: Static<typeof Empty> };
      const id = await ("pack" in given
        ? beginDraft(services, given.pack, person)
        : beginEmpty(services, given.empty, person));
      return reply.code(201).send({ id });
    },
  },
  {
    method: "GET",
    url: "/api/steward/drafts/:draft",
    access: { on: "draft", act: "read" },
    summary:
      "A draft with its content, what stands in the way, what changed, what was done with it, and what you may do",
    handle: view,
  },
  {
    ...deed("", "write", SaveBody, ({ services, scope, person }, { version, content, words = "" }) =>
      saveDraft(services, scope.draftId!, { version, content: asContent(content), words }, person),
    ),
    method: "PUT",
    summary: "Keeps what was written; refused when the draft was changed meanwhile",
    bodyLimit: 16 * 1024 * 1024,
  },
  {
    ...deed("/take-back", "write", OnBody, ({ services, scope, person }, { version }) =>
      takeBack(services, scope.draftId!, version, person),
    ),
    summary: "Puts back what the last saving replaced",
  },
  {
    method: "POST",
    url: "/api/steward/drafts/:draft/impact",
    access: { on: "draft", act: "read" },
    summary:
      "Queues a count of the open cases, and the decisions of the last year, that the draft as saved judges otherwise",
    handle: async (context) => {
      const asked = await draftQuestion(context.services.pool, context.scope.draftId!);
      return context.reply.code(202).send(await queued(context, asked));
    },
  },
  {
    ...deed("/submit", "write", OnBody, ({ services, scope, person }, { version }) =>
      submitDraft(services, scope.draftId!, version, person),
    ),
    summary: "Asks two others for review; refused while anything stands in the way of publishing",
  },
  {
    ...deed("/review", "review", ReviewBody, ({ services, scope, person }, given) =>
      reviewDraft(services, scope.draftId!, given, person),
    ),
    summary: "Approves this version, or asks for changes, with words and the disclosure of the reviewer",
  },
  {
    ...deed("/withdraw", "write", Type.Object({ words: Said }), ({ services, scope, person }, { words }) =>
      withdrawDraft(services, scope.draftId!, words, person),
    ),
    summary: "Gives a draft up, with a reason; it stays to be read",
  },
  {
    ...deed("/publish", "write", OnBody, ({ services, scope, person }, { version }) =>
      publishDraft(services, scope.draftId!, version, person),
    ),
    summary: "Makes a draft that two others approved an immutable version and puts it in force",
  },
];
