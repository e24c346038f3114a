/** Something that looks for work again and again. */
export interface Looking {
  /** Aborted by `stop`: what runs comes to its end. */
  readonly stopping: AbortSignal;
  /** Looks no more; resolves when the look that runs has ended. */
  stop(): Promise<void>;
}

/**
 * Looks for work every `everyMs`, one look at a time: one that takes longer than that is not looked over. An error is logged
 * under `name`, and the next look comes all the same. Does not keep the process alive.
 */
export function lookEvery(everyMs: number, name: string, look: (stopping: AbortSignal) => Promise<void>): Looking {
  const ending = new AbortController();
  let running: Promise<void> | null = null;
  const timer = setInterval(() => {
    running ??= look(ending.signal)
      .catch((error: Error) => console.error(`${name}: ${error.message}`))
      .finally(() => {
        running = null;
      });
  }, everyMs);
  timer.unref();
  return {
    stopping: ending.signal,
    async stop() {
      clearInterval(timer);
      ending.abort();
      await running;
    },
  };
}
