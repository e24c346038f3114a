import { useEffect, useRef, useState } from "react";

/** Work that goes on beside the page: how far, what came of it, or what went wrong. */
export interface FlowWork<Result> {
  readonly result: Result | undefined;
  /** 0 to 1 while it runs. */
  readonly fraction: number | undefined;
  readonly error: string;
  readonly stop: () => void;
  readonly again: () => void;
}

/**
 * Does `work` whenever `key` changes, and not while it is undefined. What was done before stays until the next is done.
 * Stopping aborts the signal; what was asked last is the one that counts.
 */
export function useFlowWork<Result>(
  key: string | undefined,
  work: (told: (fraction: number) => void, signal: AbortSignal) => Promise<Result>,
): FlowWork<Result> {
  const [done, setDone] = useState<{ readonly key: string; readonly result: Result }>();
  const [fraction, setFraction] = useState<number>();
  const [error, setError] = useState("");
  const [round, setRound] = useState(0);
  const latest = useRef(work);
  latest.current = work;
  const abort = useRef<AbortController>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for what the work depends on.
  useEffect(() => {
    if (key === undefined) return;
    const here = new AbortController();
    let stale = false;
    abort.current = here;
    setFraction(0);
    setError("");
    latest
      .current((f) => !stale && setFraction(f), here.signal)
      .then(
        (result) => {
          if (stale) return;
          setDone({ key, result });
          setFraction(undefined);
        },
        (reason: unknown) => {
          if (stale) return;
          setError(reason instanceof Error ? reason.message : String(reason));
          setFraction(undefined);
        },
      );
    return () => {
      stale = true;
    };
  }, [key, round]);
  const result = key !== undefined && done?.key === key ? done.result : undefined;
  return { result, fraction, error, stop: () => abort.current?.abort(), again: () => setRound((n) => n + 1) };
}
