import type { KeptChange, KeptDraft, KeptView } from "../../../cases/kept.ts";

/**
 * What is kept of a study as this page sees it: the server's last answer, and over it what the reader did that the server
 * has not acknowledged (null: deleted). Pure; the sending is in `kept-store.ts`.
 */
export interface KeptState {
  readonly server: ReadonlyMap<string, KeptView>;
  readonly mine: ReadonlyMap<string, KeptDraft | null>;
  /** The last version of each that was ever seen, so that bringing back a deleted one says what it rests on. */
  readonly versions: ReadonlyMap<string, number>;
}

export const NOTHING_KEPT: KeptState = { server: new Map(), mine: new Map(), versions: new Map() };

/** A measurement as the page shows it: who and when are missing until the server has it. */
export interface KeptItem extends KeptDraft {
  readonly kept: KeptView | undefined;
  readonly waiting: boolean;
}

/** The measurements in the order in which they were made; those that only this page has, last. */
export function itemsOf({ server, mine }: KeptState): KeptItem[] {
  const known = [...server.values()].flatMap((kept): KeptItem[] => {
    const own = mine.get(kept.id);
    if (own === null) return [];
    return [own ? { ...own, kept, waiting: true } : { ...draftOf(kept), kept, waiting: false }];
  });
  const fresh = [...mine].flatMap(([id, own]): KeptItem[] =>
    own && !server.has(id) ? [{ ...own, kept: undefined, waiting: true }] : [],
  );
  return [...known, ...fresh];
}

/** One as it is now; null when it is not there (deleted, or never was). */
export function draftNow({ server, mine }: KeptState, id: string): KeptDraft | null {
  const own = mine.get(id);
  if (own !== undefined) return own;
  const kept = server.get(id);
  return kept ? draftOf(kept) : null;
}

function draftOf({ id, kind, label, place, shape, values, method, calibration }: KeptView): KeptDraft {
  return { id, kind, label, place, shape, values, method, calibration };
}

/** The reader put one there or changed it (`null`: deleted it). */
export function changedByMe(state: KeptState, id: string, draft: KeptDraft | null): KeptState {
  const mine = new Map(state.mine);
  // one that the server never had and that is gone again needs no word to it
  if (draft === null && !state.server.has(id) && !state.versions.has(id)) mine.delete(id);
  else mine.set(id, draft);
  return { ...state, mine };
}

/** What has to be told to the server. */
export function changesToSend({ mine, versions }: KeptState, most = 200): KeptChange[] {
  return [...mine].slice(0, most).map(([id, draft]) => {
    const base = versions.get(id) ?? 0;
    return draft ? { act: "put", base, measurement: draft } : { act: "delete", base, id };
  });
}

/** The server told all that counts; `sent` was acknowledged with it, unless it was changed again since. */
export function toldByServer(
  state: KeptState,
  views: readonly KeptView[],
  sent: ReadonlyMap<string, KeptDraft | null> = new Map(),
): KeptState {
  const mine = new Map(state.mine);
  for (const [id, draft] of sent) if (mine.get(id) === draft) mine.delete(id);
  const versions = new Map(state.versions);
  for (const { id, version } of views) versions.set(id, Math.max(version, versions.get(id) ?? 0));
  return { server: new Map(views.map((view) => [view.id, view])), mine, versions };
}

/** One deed of the reader that can be taken back. */
export interface Deed {
  readonly studyUid: string;
  readonly id: string;
  readonly before: KeptDraft | null;
  readonly after: KeptDraft | null;
}

export interface Deeds {
  readonly done: readonly Deed[];
  readonly undone: readonly Deed[];
}

export const NO_DEEDS: Deeds = { done: [], undone: [] };
const MOST_DEEDS = 200;

/** Writes a deed down; what was undone before it cannot be done again. One that changes nothing is none. */
export function withDeed(deeds: Deeds, deed: Deed): Deeds {
  if (JSON.stringify(deed.before) === JSON.stringify(deed.after)) return deeds;
  return { done: [...deeds.done, deed].slice(-MOST_DEEDS), undone: [] };
}

/** Takes the last deed back: what to put in its place, and what can then be taken back and done again. */
export function undone({ done, undone: later }: Deeds): { readonly deeds: Deeds; readonly deed: Deed } | undefined {
  const deed = done.at(-1);
  return deed && { deeds: { done: done.slice(0, -1), undone: [...later, deed] }, deed };
}

/** Does the last deed that was taken back again. */
export function redone({ done, undone: later }: Deeds): { readonly deeds: Deeds; readonly deed: Deed } | undefined {
  const deed = later.at(-1);
  return deed && { deeds: { done: [...done, deed], undone: later.slice(0, -1) }, deed };
}
