import { useEffect, useRef, useState } from "react";
import type { GlobalShift } from "../../../imaging/angiography/register.ts";
import type { PaneHandle } from "../pane/pane.tsx";
import { fittingShift } from "./dsa-loader.ts";
import { type Alignment, type Subtraction, unaligned } from "./mask-frames.ts";

export interface AlignmentControl {
  readonly running: boolean;
  /** How far it is, what it found, or what went wrong. */
  readonly words: string;
  /** Begins; stops while it runs; undoes when it is done. */
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

  const put = (found: Alignment, shown: { readonly raw?: false } = {}) => {
    const now = latest.current.subtraction;
    if (now) latest.current.onChange({ ...now, ...shown, aligned: found });
  };
  const begin = async (ids: readonly string[], frames: readonly number[]) => {
    const abort = new AbortController();
    work.current = abort;
    setFailure("");
    setProgress(`frame 1 of ${ids.length}`);
    const found = new Map<number, GlobalShift>();
    const order = ids.map((_, k) => k).sort((a, b) => Math.abs(a - frame) - Math.abs(b - frame));
    try {
      for (const k of order) {
        const shift = await fittingShift(ids[k]!, frames);
        if (abort.signal.aborted) return;
        found.set(k, shift);
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
  return {
    running: progress !== undefined,
    words: progress ?? (failure || resultWords(subtraction?.aligned)),
    toggle() {
      const ids = handle?.content?.subtraction && handle.content.show.imageIds;
      if (!subtraction || !ids) return;
      if (progress !== undefined) {
        work.current?.abort();
        setProgress(undefined);
        latest.current.onChange(unaligned(subtraction));
      } else if (subtraction.aligned) onChange(unaligned(subtraction));
      else void begin(ids, subtraction.mask);
    },
  };
}

/** "up to 3.1 px". */
function resultWords(aligned: Alignment | undefined): string {
  if (!aligned) return "";
  const most = Math.max(...[...aligned.values()].map(({ x, y }) => Math.hypot(x, y)));
  return `up to ${most.toFixed(1)} px`;
}
