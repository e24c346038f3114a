import { useCallback, useEffect, useState } from "react";
import type { DraftContent, DraftView } from "../../cases/steward-views.ts";

interface Edit {
  readonly version: number;
  /** What the server holds as `version`. */
  readonly saved: DraftContent;
  readonly content: DraftContent;
  readonly past: readonly DraftContent[];
  readonly future: readonly DraftContent[];
}

const DEEPEST = 200;

/** What a steward types over a draft before it is saved, with undo and redo, also past a saving. */
export interface DraftEdit {
  readonly content: DraftContent;
  /** The version of the server that it rests on. */
  readonly version: number;
  readonly dirty: boolean;
  /** Somebody else changed the draft while something here is not saved: neither is thrown away without being asked. */
  readonly overtaken: boolean;
  change(next: (content: DraftContent) => DraftContent): void;
  /** `content` is what the server now holds as `version`; what was typed since stays. */
  keep(version: number, content: DraftContent): void;
  /** Shows the draft of the server in place of what was typed. */
  load(): void;
  readonly undo: (() => void) | null;
  readonly redo: (() => void) | null;
}

const fresh = ({ version, content }: DraftView): Edit => ({ version, saved: content, content, past: [], future: [] });

export function useDraftEdit(draft: DraftView): DraftEdit {
  const [edit, setEdit] = useState(() => fresh(draft));
  const dirty = edit.content !== edit.saved;
  const other = draft.version > edit.version; // after a saving the page knows the new version before the list does
  useEffect(() => {
    if (other && !dirty) setEdit(fresh(draft));
  }, [draft, other, dirty]);
  const change = useCallback((next: (content: DraftContent) => DraftContent) => {
    setEdit((now) => ({
      ...now,
      content: next(now.content),
      past: [...now.past.slice(-DEEPEST + 1), now.content],
      future: [],
    }));
  }, []);
  const keep = useCallback(
    (version: number, saved: DraftContent) => setEdit((now) => ({ ...now, version, saved })),
    [],
  );
  const load = useCallback(() => setEdit(fresh(draft)), [draft]);
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
    dirty,
    overtaken: other && dirty,
    change,
    keep,
    load,
    undo: edit.past.length > 0 ? undo : null,
    redo: edit.future.length > 0 ? redo : null,
  };
}
