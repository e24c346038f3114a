import { useEffect, useRef, useState } from "react";
import type { PaneHandle } from "../pane/pane.tsx";
import { fittingMotion } from "./dsa-loader.ts";
import { type AlignKind, type FrameMotion, type Subtraction, unaligned } from "./mask-frames.ts";

export interface AlignmentControl {
  readonly running: boolean;
  /** The kind that is shown or being found; undefined: no correction. */
  readonly kind: AlignKind | undefined;
  /** How far it is, what it found, or what went wrong. */
  readonly words: string;
  /** Corrects by this kind, or takes the correction off; stops what runs. */
  choose(kind: AlignKind | undefined): void;
  /** Before and after: off, and back to the kind that was shown last. */
  toggle(): void;
}

/** Aligns the mask to every frame of a run, the shown one first; a mask chosen meanwhile stops it. */
export function useAlignment(
  handle: PaneHandle | undefined,
  subtraction: Subtraction | undefined,
  frame: number,
  onChange: (next: Subtraction) => void,
): AlignmentControl {
  const [progress, setProgress] = useState<string>();
  const [failure, setFailure] = useState("");
  const [kind, setKind] = useState<AlignKind>("local");
  const latest = useRef({ subtraction, onChange });
  latest.current = { subtraction, onChange };
  const work = useRef<AbortController>(undefined);
  const mask = subtraction?.mask.join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another run or mask ends the work on the old one.
  useEffect(() => {
    setFailure("");
    return () => {
      work.current?.abort();
      setProgress(undefined);
    };
  }, [handle, mask]);

  const put = (found: ReadonlyMap<number, FrameMotion>, shown: { readonly raw?: false } = {}) => {
    const now = latest.current.subtraction;
    if (now) latest.current.onChange({ ...now, ...shown, aligned: found });
  };
  const begin = async (ids: readonly string[], asked: AlignKind) => {
    const abort = new AbortController();
    work.current = abort;
    setFailure("");
    setProgress(`frame 1 of ${ids.length}`);
    const found = new Map<number, FrameMotion>();
    const order = ids.map((_, k) => k).sort((a, b) => Math.abs(a - frame) - Math.abs(b - frame));
    try {
      for (const k of order) {
        const motion = await fittingMotion(ids[k]!, asked);
        if (abort.signal.aborted) return;
        found.set(k, motion);
        setProgress(`frame ${found.size} of ${ids.length}`);
        if (found.size === 1) put(new Map(found), { raw: false });
      }
      put(found);
    } catch (error) {
      if (!abort.signal.aborted) setFailure(error instanceof Error ? error.message : String(error));
    } finally {
      if (!abort.signal.aborted) setProgress(undefined);
    }
  };
  const choose = (asked: AlignKind | undefined) => {
    const ids = handle?.content?.subtraction && handle.content.show.imageIds;
    if (!subtraction || !ids) return;
    work.current?.abort();
    setProgress(undefined);
    if (!asked) return latest.current.onChange(unaligned(subtraction));
    setKind(asked);
    void begin(ids, asked);
  };
  const running = progress !== undefined;
  const shown = running || subtraction?.aligned ? kind : undefined;
  return {
    running,
    kind: shown,
    words: progress ?? (failure || resultWords(subtraction)),
    choose,
    toggle: () => choose(shown ? undefined : kind),
  };
}

/** "up to 3.1 px, residual 1.06 × noise (was 2.41)". */
function resultWords(subtraction: Subtraction | undefined): string {
  if (!subtraction?.aligned) return "";
  const all = [...subtraction.aligned.entries()]
    .filter(([frame]) => !subtraction.mask.includes(frame))
    .map(([, one]) => one);
  if (all.length === 0) return "";
  const most = Math.max(...all.map(({ x, y, largest }) => largest ?? Math.hypot(x, y)));
  const middle = (list: readonly number[]): string => [...list].sort((a, b) => a - b)[list.length >> 1]!.toFixed(2);
  const [after, before] = [middle(all.map((one) => one.residual)), middle(all.map((one) => one.before))];
  return `up to ${most.toFixed(1)} px; residual ${after} × noise (was ${before}), middle of ${all.length} frames`;
}
