/** Chunks from a writer that does not wait (a parser's callback, a socket's events) to a reader that does. */
export interface Channel {
  push(chunk: Uint8Array): void;
  /** Nothing more comes; with an error the reader fails. */
  end(error?: unknown): void;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Until the reader has come to within `ahead` bytes, or has gone. */
  taken(ahead: number): Promise<void>;
}

export function channel(): Channel {
  const held: Uint8Array[] = [];
  let bytes = 0;
  let ended = false;
  let failure: unknown;
  let waiting: (() => void)[] = [];
  const notify = (): void => {
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  };
  const change = (): Promise<void> => new Promise((wake) => waiting.push(wake));

  async function* read(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        for (let chunk = held.shift(); chunk; chunk = held.shift()) {
          bytes -= chunk.length;
          notify();
          yield chunk;
        }
        if (failure !== undefined) throw failure;
        if (ended) return;
        await change();
      }
    } finally {
      ended = true;
      notify();
    }
  }
  return {
    push(chunk) {
      if (chunk.length === 0) return;
      held.push(chunk);
      bytes += chunk.length;
      notify();
    },
    end(error) {
      ended = true;
      failure = error;
      notify();
    },
    chunks: read(),
    async taken(ahead) {
      while (bytes > ahead && !ended) await change();
    },
  };
}
