import { useCallback, useEffect, useRef, useState } from "react";
import type { DraftContent, DraftView } from "../../cases/steward-views.ts";

interface Edit {
  readonly version: number;
  readonly content: DraftContent;
  readonly past: readonly DraftContent[];
  readonly future: readonly DraftContent[];
}

const DEEPEST = 200;

/** What a steward types over a draft before it is saved, with undo and redo. A newer draft of the server replaces it. */
export interface DraftEdit {
  readonly content: DraftContent;
  /** The version of the server that it rests on. */
  readonly version: number;
  readonly dirty: boolean;
  change(next: (content: DraftContent) => DraftContent): void;
  readonly undo: (() => void) | null;
  readonly redo: (() => void) | null;
}

const fresh = ({ version, content }: DraftView): Edit => ({ version, content, past: [], future: [] });

export function useDraftEdit(draft: DraftView): DraftEdit {
  const [edit, setEdit] = useState(() => fresh(draft));
  const shown = useRef(draft);
  useEffect(() => {
    if (shown.current.version === draft.version) return;
    shown.current = draft;
    setEdit(fresh(draft));
  }, [draft]);
  const change = useCallback((next: (content: DraftContent) => DraftContent) => {
    setEdit((now) => ({
      ...now,
      content: next(now.content),
      past: [...now.past.slice(-DEEPEST + 1), now.content],
      future: [],
    }));
  }, []);
  const undo = useCallback(
    () =>
      setEdit((now) => {
        const before = now.past.at(-1);
        return before
          ? { ...now, content: before, past: now.past.slice(0, -1), future: [now.content, ...now.future] }
          : now;
      }),
    [],
  );
  const redo = useCallback(
    () =>
      setEdit((now) => {
        const [next, ...future] = now.future;
        return next ? { ...now, content: next, past: [...now.past, now.content], future } : now;
      }),
    [],
  );
  return {
    content: edit.content,
    version: edit.version,
    dirty: edit.past.length > 0,
    change,
    undo: edit.past.length > 0 ? undo : null,
    redo: edit.future.length > 0 ? redo : null,
  };
}
