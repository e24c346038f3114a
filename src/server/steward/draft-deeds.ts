import type { DraftContent, DraftEvent, DraftState } from "../../cases/steward-views.ts";
import { WillisError } from "../../core/index.ts";
import type { Pack } from "../../knowledge/index.ts";
import { type Sql, transaction } from "../db/pool.ts";
import type { Person } from "../http/route.ts";
import type { Services } from "../http/services.ts";
import { installPack } from "../knowledge/install-pack.ts";
import { packOf } from "../packs.ts";
import { contentOf, nextVersion, problemsOf, textsOf } from "./draft-content.ts";
import {
  type DraftRow,
  draftEvents,
  insertDraft,
  note,
  readDraft,
  replacedContent,
  updateDraft,
} from "./draft-rows.ts";

/** Persons who must have approved the version that is published, none of whom wrote in the draft. */
export const REVIEWERS = 2;

const PUBLISHING = 77_105_116; // one draft is published at a time, over all processes

/** Begins a draft from the version of a pack that is in force. */
export async function beginDraft({ pool, packs, packShelf }: Services, pack: string, person: Person): Promise<string> {
  const base = packs.find((one) => one.id === pack);
  if (!base) throw new WillisError("not-found", `No pack "${pack}" is in force: choose one of the list.`);
  const texts = await packShelf.texts(base.hash);
  if (!texts) throw new WillisError("conflict", `The files of ${pack} ${base.version} are not kept here.`);
  const content = contentOf(texts);
  return transaction(pool, async (sql) => {
    const { rows } = await sql.query<{ version: string }>("select version from pack_version where pack = $1", [pack]);
    let version = nextVersion(base.version);
    while (rows.some((row) => row.version === version)) version = nextVersion(version);
    const header = { ...content.pack, version };
    const given = { organisationId: person.organisationId, pack, baseHash: base.hash, author: person.id };
    const id = await insertDraft(sql, { ...given, content: { ...content, pack: header } });
    await note(sql, id, { kind: "begun", version: 1, person: person.id, words: `from ${base.version}` });
    return id;
  });
}

function mustBe(draft: DraftRow, states: readonly DraftState[], what: string): void {
  if (!states.includes(draft.state))
    throw new WillisError("conflict", `The draft is ${draft.state}: it cannot be ${what}. Look at it again.`);
}

function mustRestOn(draft: DraftRow, version: number): void {
  if (draft.version !== version)
    throw new WillisError(
      "conflict",
      `The draft was changed meanwhile (version ${draft.version}, yours rests on ${version}). Load it again.`,
    );
}

/** A draft that nobody else changes until `act` ends: in one of these states, and at this version where one is given. */
function onDraft<T>(
  { pool }: Services,
  id: string,
  given: { readonly states: readonly DraftState[]; readonly what: string; readonly version?: number },
  act: (sql: Sql, draft: DraftRow) => Promise<T>,
): Promise<T> {
  return transaction(pool, async (sql) => {
    const draft = await readDraft(sql, id, true);
    mustBe(draft, given.states, given.what);
    if (given.version !== undefined) mustRestOn(draft, given.version);
    return act(sql, draft);
  });
}

const OPEN = ["draft", "in review"] as const;

/** Puts other content in the place of what is there, which is kept with the deed; the draft is its authors' again. */
async function replace(
  sql: Sql,
  draft: DraftRow,
  content: DraftContent,
  deed: { readonly kind: "saved" | "taken back"; readonly person: string; readonly words?: string },
): Promise<number> {
  const version = draft.version + 1;
  await updateDraft(sql, draft.id, { content, state: "draft" });
  await note(sql, draft.id, { ...deed, version, content: draft.content });
  return version;
}

/** Keeps what was written, on top of `version`; a draft in review goes back to its authors. Returns the new version. */
export function saveDraft(
  services: Services,
  id: string,
  given: { readonly version: number; readonly content: DraftContent; readonly words: string },
  person: Person,
): Promise<number> {
  const { version, content, words } = given;
  return onDraft(services, id, { states: OPEN, what: "changed", version }, (sql, draft) =>
    replace(sql, draft, content, { kind: "saved", person: person.id, words }),
  );
}

/** Puts back what the last saving replaced; that can be taken back in the same way. */
export function takeBack(services: Services, id: string, version: number, person: Person): Promise<number> {
  return onDraft(services, id, { states: OPEN, what: "changed", version }, async (sql, draft) => {
    const before = await replacedContent(sql, id, draft.version);
    if (!before)
      throw new WillisError("conflict", "Nothing was saved in this draft yet: there is nothing to take back.");
    return replace(sql, draft, before, { kind: "taken back", person: person.id });
  });
}

/** Asks for review; refused while anything stands between the draft and its publication. */
export function submitDraft(services: Services, id: string, version: number, person: Person): Promise<void> {
  return onDraft(services, id, { states: ["draft"], what: "submitted", version }, async (sql, draft) => {
    mustBeWell(draft);
    const asked = (await draftEvents(sql, id)).find((one) => one.kind === "changes asked" && one.version === version);
    if (asked)
      throw new WillisError("conflict", `${asked.by} asked for changes of this version: change it, then ask again.`);
    await updateDraft(sql, id, { state: "in review" });
    await note(sql, id, { kind: "submitted", version, person: person.id });
  });
}

function mustBeWell(draft: DraftRow): void {
  const problems = problemsOf(draft.content);
  if (problems.length === 0) return;
  const said = problems.slice(0, 20).map(({ item, message }) => (item ? `${item}: ${message}` : message));
  throw new WillisError("cannot-compute", `${problems.length} things stand in the way: ${said.join("; ")}.`);
}

/** Who wrote in a draft: nobody reviews his own words. */
export function writersOf(draft: DraftRow, events: readonly DraftEvent[]): ReadonlySet<string> {
  const wrote = events.filter(({ kind }) => kind === "saved" || kind === "taken back" || kind === "begun");
  return new Set([draft.authorId, ...wrote.map((event) => event.personId)]);
}

export interface Review {
  readonly version: number;
  readonly verdict: "approved" | "changes asked";
  readonly words: string;
  readonly disclosure: string;
}

/** A review by a person who did not write, with the disclosure of that person; one that asks for changes sends it back. */
export function reviewDraft(services: Services, id: string, given: Review, person: Person): Promise<void> {
  const { version, verdict, words, disclosure } = given;
  return onDraft(services, id, { states: ["in review"], what: "reviewed", version }, async (sql, draft) => {
    if (writersOf(draft, await draftEvents(sql, id)).has(person.id))
      throw new WillisError("forbidden", "You wrote in this draft: two others review it.");
    if (verdict === "changes asked") await updateDraft(sql, id, { state: "draft" });
    await note(sql, id, { kind: verdict, version, person: person.id, words, disclosure });
  });
}

export function withdrawDraft(services: Services, id: string, words: string, person: Person): Promise<void> {
  return onDraft(services, id, { states: OPEN, what: "withdrawn" }, async (sql, draft) => {
    await updateDraft(sql, id, { state: "withdrawn" });
    await note(sql, id, { kind: "withdrawn", version: draft.version, person: person.id, words });
  });
}

/** The reviews that count: of this version, one for each person who did not write. */
function approvalsOf(draft: DraftRow, events: readonly DraftEvent[]): readonly DraftEvent[] {
  const writers = writersOf(draft, events);
  const good = events.filter(
    ({ kind, version, personId }) => kind === "approved" && version === draft.version && !writers.has(personId),
  );
  return [...new Map(good.map((event) => [event.personId, event])).values()];
}

/** The files that a draft is published as: its words with who wrote and who reviewed it. */
function publication(draft: DraftRow, approvals: readonly DraftEvent[], day: string): Readonly<Record<string, string>> {
  const reviews = approvals.map(({ by, disclosure, words, at }) => {
    return { by, disclosure, words, on: new Date(at).toISOString().slice(0, 10) };
  });
  const authors = [...new Set([...((draft.content.pack.authors as string[]) ?? []), draft.author])];
  const pack = { ...draft.content.pack, released: day, lastReviewed: day, authors, reviews };
  return textsOf({ ...draft.content, pack });
}

/** What is in force where a draft would stand; refused when that is not what the draft began from. */
async function standingOf({ packsInForce, packShelf }: Services, draft: DraftRow, same: (pack: Pack) => boolean) {
  await packsInForce.refresh(); // another process may have installed a version just now
  const standing = packsInForce.current().find((pack) => pack.id === draft.pack);
  if (standing && (standing.hash === draft.baseHash || same(standing))) return standing;
  if (standing)
    throw new WillisError(
      "conflict",
      `${standing.id} ${standing.version} came into force since this draft was begun. Begin again from it.`,
    );
  const base = draft.baseHash === null ? undefined : await packShelf.byHash(draft.baseHash);
  if (base?.id === draft.pack)
    throw new WillisError(
      "conflict",
      `${draft.pack} was taken out of force since this draft was begun. Put it back first, or give the draft up.`,
    );
  return undefined;
}

/**
 * Makes a reviewed draft an immutable version and puts it in force, in all processes. Refused without two approvals of
 * exactly this version, with anything in the way, or when another version came into force since the draft was begun. Nobody
 * changes the draft meanwhile; when the process dies after it came into force, publishing again only notes that it did.
 */
export async function publishDraft(services: Services, id: string, version: number, person: Person): Promise<string> {
  return transaction(services.pool, async (sql) => {
    // Tried, not waited for: those who wait would hold the connections that installing needs.
    const { rows } = await sql.query<{ got: boolean }>("select pg_try_advisory_xact_lock($1) as got", [PUBLISHING]);
    if (!rows[0]!.got)
      throw new WillisError("conflict", "Another draft is being published. Look again in a moment, then publish.");
    const draft = await readDraft(sql, id, true);
    mustBe(draft, ["in review"], "published");
    mustRestOn(draft, version);
    mustBeWell(draft);
    const approvals = approvalsOf(draft, await draftEvents(sql, id));
    if (approvals.length < REVIEWERS)
      throw new WillisError(
        "conflict",
        `${approvals.length} of ${REVIEWERS} reviews are there: two persons who did not write in it approve it first.`,
      );
    const same = (pack: Pack) => packOf(publication(draft, approvals, pack.released), "the draft").hash === pack.hash;
    const standing = await standingOf(services, draft, same);
    const day = services.now().toISOString().slice(0, 10);
    const by = approvals.map((one) => one.by).join(" and ");
    const hash =
      standing && same(standing)
        ? standing.hash
        : (
            await installPack(services, {
              ...{ texts: publication(draft, approvals, day), signature: null, person: person.id },
              why: `Published by ${person.name}, reviewed by ${by}`,
              unsignedBecause: `written and reviewed here by ${draft.author}, ${by}`,
            })
          ).pack.hash;
    await updateDraft(sql, id, { state: "published" });
    await sql.query("update pack_draft set published_hash = $2 where id = $1", [id, hash]);
    await note(sql, id, { kind: "published", version, person: person.id, words: hash });
    return hash;
  });
}

/** Whether this person may review the draft now: null, or why not. */
export function whyNotReview(draft: DraftRow, events: readonly DraftEvent[], person: Person): string | null {
  if (draft.state !== "in review") return `it is ${draft.state}, not in review`;
  if (writersOf(draft, events).has(person.id)) return "you wrote in it: two others review it";
  return approvalsOf(draft, events).some(({ personId }) => personId === person.id) ? "you approved this version" : null;
}

/** Whether the draft may be published now: null, or why not. */
export function whyNotPublish(draft: DraftRow, events: readonly DraftEvent[]): string | null {
  if (draft.state !== "in review") return `it is ${draft.state}, not in review`;
  const there = approvalsOf(draft, events).length;
  return there < REVIEWERS ? `${there} of ${REVIEWERS} reviews are there` : null;
}
