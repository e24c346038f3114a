import { useSyncExternalStore } from "react";
import type { CaseView } from "../../cases/views.ts";
import type { FactValue } from "../../core/index.ts";
import { beginCase, type CaseChange, type NewCase, refer } from "./acts.ts";
import { ask } from "./client.ts";
import { queryClient } from "./query-client.ts";

/** How the draft stands with the server. */
export interface DraftState {
  readonly caseId: string | null;
  readonly saving: boolean;
  /** Why the last save failed; it is tried again with the next change and before sending. */
  readonly problem: string | null;
  readonly savedAt: number | null;
}

export interface FactGiven {
  readonly observedAt?: string;
  /** More about it is being typed: it is saved with the next change or when the referral is sent. */
  readonly hold?: boolean;
}

export interface Referral {
  /** The case of this draft; made on first use, so that an opened and left page leaves nothing behind. */
  caseId(): Promise<string>;
  change(change: CaseChange & { readonly toOrganisationId?: string }): void;
  /** `null`: take back what was entered here. */
  fact(name: string, value: FactValue | null, given?: FactGiven): void;
  /** Saves what is pending, then asks the other hospital. */
  send(): Promise<CaseView>;
  subscribe(listener: () => void): () => void;
  read(): DraftState;
}

const QUIET_MS = 600;
const at = (id: string, rest = "") => `/api/cases/${encodeURIComponent(id)}${rest}`;

/** A referral that saves itself while it is written. Facts are only ever added; a corrected one is taken back first. */
export function createReferral(existing: CaseView | null, begin: () => NewCase): Referral {
  let state: DraftState = { caseId: existing?.id ?? null, saving: false, problem: null, savedAt: null };
  let begun: Promise<string> | null = existing ? Promise.resolve(existing.id) : null;
  let pending: CaseChange = {};
  const facts = new Map<string, { value: FactValue | null; observedAt?: string }>();
  const ids = new Map((existing?.facts ?? []).flatMap(({ name, current }) => (current ? [[name, current.id]] : [])));
  const listeners = new Set<() => void>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  let chain: Promise<void> = Promise.resolve();

  const put = (next: Partial<DraftState>) => {
    state = { ...state, ...next };
    for (const listener of listeners) listener();
  };

  const caseId = () => {
    begun ??= beginCase(begin()).then(
      (made) => {
        put({ caseId: made.id });
        return made.id;
      },
      (error: unknown) => {
        begun = null;
        throw error;
      },
    );
    return begun;
  };

  async function saveFact(id: string, name: string): Promise<void> {
    const wanted = facts.get(name);
    if (!wanted) return;
    const before = ids.get(name);
    if (before !== undefined && !before.startsWith("derived:")) {
      const json = { reason: "corrected while writing the referral" };
      await ask(at(id, `/facts/${encodeURIComponent(before)}/retract`), { method: "POST", json });
      ids.delete(name);
    }
    if (wanted.value !== null) {
      const { value, observedAt } = wanted;
      const json = { name, value, ...(observedAt ? { observedAt } : {}) };
      const view = await ask<CaseView>(at(id, "/facts"), { method: "POST", json });
      const kept = view.facts.find((group) => group.name === name)?.current?.id;
      if (kept) ids.set(name, kept);
    }
    if (facts.get(name) === wanted) facts.delete(name);
  }

  async function saveAll(): Promise<void> {
    if (Object.keys(pending).length === 0 && facts.size === 0) return;
    put({ saving: true });
    try {
      const id = await caseId();
      const json = pending;
      pending = {};
      if (Object.keys(json).length > 0) {
        await ask<CaseView>(at(id), { method: "PATCH", json }).catch((error: unknown) => {
          pending = { ...json, ...pending };
          throw error;
        });
      }
      for (const name of [...facts.keys()]) await saveFact(id, name);
      put({ saving: false, problem: null, savedAt: Date.now() });
      void queryClient.invalidateQueries({ queryKey: ["cases"] });
    } catch (error) {
      put({ saving: false, problem: error instanceof Error ? error.message : String(error) });
      throw error;
    }
  }

  const flush = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const next = chain.then(saveAll);
    chain = next.catch(() => {});
    return next;
  };
  const later = () => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => void flush().catch(() => {}), QUIET_MS);
  };

  return {
    caseId,
    change(change) {
      pending = {
        ...pending,
        ...change,
        ...(change.patient ? { patient: { ...pending.patient, ...change.patient } } : {}),
      };
      later();
    },
    fact(name, value, { observedAt, hold = false } = {}) {
      if (value === null && !ids.has(name)) facts.delete(name);
      else facts.set(name, { value, ...(observedAt ? { observedAt } : {}) });
      if (!hold) later();
    },
    async send() {
      await flush();
      return refer(await caseId());
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    read: () => state,
  };
}

export function useDraft(referral: Referral): DraftState {
  return useSyncExternalStore(referral.subscribe, referral.read);
}
