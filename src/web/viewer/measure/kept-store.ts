import { QueryObserver } from "@tanstack/react-query";
import { useMemo, useSyncExternalStore } from "react";
import type { KeptDraft, KeptOfStudy, KeptView, KeyImageView, MaskView } from "../../../cases/kept.ts";
import { ask, isFinal } from "../../api/client.ts";
import { session } from "../../api/queries.ts";
import { queryClient } from "../../api/query-client.ts";
import {
  changedByMe,
  changesToSend,
  type Deed,
  draftNow,
  itemsOf,
  type KeptItem,
  type KeptState,
  NO_DEEDS,
  NOTHING_KEPT,
  redone,
  toldByServer,
  undone,
  withDeed,
} from "./kept-state.ts";

/** Whether what the reader did is safe: in words for the panel. */
export interface Saving {
  readonly state: "saved" | "saving" | "waiting" | "refused";
  /** Why it is not saved, and what happens next; empty when it is. */
  readonly words: string;
}

/** What is kept of one study, as the page shows it. */
export interface KeptSnapshot {
  readonly items: readonly KeptItem[];
  readonly keys: readonly KeyImageView[];
  readonly masks: readonly MaskView[];
  readonly saving: Saving;
}

export interface KeptStore {
  readonly studyUid: string;
  readonly snapshot: () => KeptSnapshot;
  readonly subscribe: (listener: () => void) => () => void;
  /** Puts a measurement there or changes it; `quietly`: it is no deed of its own (a number that was made again). */
  readonly put: (draft: KeptDraft, quietly?: boolean) => void;
  readonly remove: (id: string) => void;
  readonly find: (id: string) => KeptDraft | null;
  /** Sends now what waits. */
  readonly save: () => void;
  readonly refresh: () => void;
}

const SAVE_AFTER_MS = 700;
const RETRY_MS = [2_000, 5_000, 15_000, 30_000];
const SAVED: Saving = { state: "saved", words: "" };
const stores = new Map<string, KeptStore>();
const everywhere = new Set<() => void>();
let deeds = NO_DEEDS;

/** The store of a study; the first who asks for it starts it. */
export function keptOf(studyUid: string): KeptStore {
  const found = stores.get(studyUid);
  if (found) return found;
  const made = createStore(studyUid);
  stores.set(studyUid, made);
  return made;
}

/** Told after every change of any study. */
export function onKept(listener: () => void): () => void {
  everywhere.add(listener);
  return () => {
    everywhere.delete(listener);
  };
}

/** Takes the reader's last deed back. Returns the measurement it was about. */
export function undoDeed(): Deed | undefined {
  const found = undone(deeds);
  if (found) apply(found.deeds, found.deed, found.deed.before);
  return found?.deed;
}

/** Does it again. */
export function redoDeed(): Deed | undefined {
  const found = redone(deeds);
  if (found) apply(found.deeds, found.deed, found.deed.after);
  return found?.deed;
}

function apply(next: typeof deeds, { studyUid, id }: Deed, draft: KeptDraft | null): void {
  deeds = next;
  const store = keptOf(studyUid) as Keeping;
  store.set(id, draft);
}

interface Keeping extends KeptStore {
  readonly set: (id: string, draft: KeptDraft | null) => void;
}

/** Where unsaved work of this person waits when the page goes away. */
function waitingKey(studyUid: string): string {
  const person = queryClient.getQueryData(session.queryKey);
  return `willis.unsaved.${person?.id ?? ""}.${studyUid}`;
}

function createStore(studyUid: string): Keeping {
  const path = `/api/studies/${encodeURIComponent(studyUid)}`;
  const queryKey = ["studies", studyUid, "kept"];
  const listeners = new Set<() => void>();
  let state: KeptState = { ...NOTHING_KEPT, mine: unsaved(waitingKey(studyUid)) };
  let keys: readonly KeyImageView[] = [];
  let masks: readonly MaskView[] = [];
  let saving: Saving = state.mine.size > 0 ? { state: "waiting", words: "Unsaved work of before is sent." } : SAVED;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let busy = false;
  let tries = 0;
  let shown = make();

  function make(): KeptSnapshot {
    return { items: itemsOf(state), keys, masks, saving };
  }

  function tell(): void {
    shown = make();
    for (const listener of [...listeners, ...everywhere]) listener();
  }

  function remember(): void {
    const key = waitingKey(studyUid);
    try {
      if (state.mine.size === 0) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify([...state.mine]));
    } catch {
      saving = { state: "waiting", words: "This browser has no room left to hold unsaved work: stay on this page." };
    }
  }

  function set(id: string, draft: KeptDraft | null): void {
    state = changedByMe(state, id, draft);
    if (state.mine.size > 0) saving = { state: "saving", words: "" };
    remember();
    tell();
    later(SAVE_AFTER_MS);
  }

  function later(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => void send(), ms);
  }

  async function send(): Promise<void> {
    if (busy) return;
    const changes = changesToSend(state);
    if (changes.length === 0) {
      saving = SAVED;
      tell();
      return;
    }
    busy = true;
    const sent = new Map([...state.mine].slice(0, changes.length));
    try {
      await queryClient.cancelQueries({ queryKey });
      const answer = await ask<{ measurements: KeptView[]; overtook: string[] }>(`${path}/measurements`, {
        method: "PUT",
        json: { changes },
      });
      tries = 0;
      state = toldByServer(state, answer.measurements, sent);
      queryClient.setQueryData<KeptOfStudy>(queryKey, { measurements: answer.measurements, keys, masks });
      saving = state.mine.size > 0 ? { state: "saving", words: "" } : overtaken(answer.overtook);
    } catch (error) {
      saving = failure(error);
    } finally {
      busy = false;
    }
    remember();
    tell();
    if (state.mine.size > 0 && saving.state === "saving") later(SAVE_AFTER_MS);
  }

  function failure(error: unknown): Saving {
    const said = error instanceof Error ? error.message : String(error);
    if (isFinal(error)) return { state: "refused", words: `Not saved: ${said}` };
    const wait = RETRY_MS[Math.min(tries++, RETRY_MS.length - 1)]!;
    later(wait);
    return { state: "waiting", words: `Not saved yet: ${said} It is tried again in ${wait / 1000} s.` };
  }

  function overtaken(ids: readonly string[]): Saving {
    if (ids.length === 0) return SAVED;
    return {
      state: "saved",
      words: "Another reader had changed this meanwhile: yours stands, theirs is kept as well.",
    };
  }

  const observer = new QueryObserver(queryClient, {
    queryKey,
    queryFn: ({ signal }) => ask<KeptOfStudy>(`${path}/kept`, { signal }),
    staleTime: 0,
    refetchInterval: 60_000,
  });
  observer.subscribe(({ data }) => {
    if (!data || busy) return;
    state = toldByServer(state, data.measurements);
    ({ keys, masks } = data);
    tell();
  });
  const again = () => state.mine.size > 0 && later(0);
  addEventListener("online", again);
  if (state.mine.size > 0) later(0);

  const store: Keeping = {
    studyUid,
    snapshot: () => shown,
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    set,
    put(draft, quietly = false) {
      const before = draftNow(state, draft.id);
      if (before && JSON.stringify(before) === JSON.stringify(draft)) return;
      if (!quietly) deeds = withDeed(deeds, { studyUid, id: draft.id, before, after: draft });
      set(draft.id, draft);
    },
    remove(id) {
      const before = draftNow(state, id);
      if (!before) return;
      deeds = withDeed(deeds, { studyUid, id, before, after: null });
      set(id, null);
    },
    find: (id) => draftNow(state, id),
    save: () => later(0),
    refresh: () => void queryClient.invalidateQueries({ queryKey }),
  };
  return store;
}

function unsaved(key: string): Map<string, KeptDraft | null> {
  try {
    return new Map(JSON.parse(localStorage.getItem(key) ?? "[]") as [string, KeptDraft | null][]);
  } catch {
    return new Map();
  }
}

/** What is kept of these studies, together; drawn again on every change. */
export function useKept(studyUids: readonly string[]): readonly (KeptSnapshot & { readonly studyUid: string })[] {
  const key = studyUids.join(" ");
  const held = useMemo(() => {
    let last: readonly (KeptSnapshot & { readonly studyUid: string })[] = [];
    const ids = key.split(" ").filter(Boolean);
    const subscribe = (listener: () => void) => {
      const leave = ids.map((uid) => keptOf(uid).subscribe(listener));
      return () => {
        for (const stop of leave) stop();
      };
    };
    const read = () => {
      const now = ids.map((studyUid) => ({ studyUid, ...keptOf(studyUid).snapshot() }));
      const same =
        now.length === last.length &&
        now.every(
          (one, k) =>
            one.items === last[k]?.items &&
            one.keys === last[k]?.keys &&
            one.masks === last[k]?.masks &&
            one.saving === last[k]?.saving,
        );
      if (!same) last = now;
      return last;
    };
    return { subscribe, read };
  }, [key]);
  return useSyncExternalStore(held.subscribe, held.read);
}
