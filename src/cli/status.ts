/** Where a command is, on standard error: one line that is rewritten on a terminal, one line a step elsewhere. */
export interface Status {
  step(text: string, fraction?: number): void;
  note(text: string): void;
  done(): void;
}

const WIDTH = 24;

export function status(stream: NodeJS.WriteStream = process.stderr): Status {
  let last = "";
  let lastAt = 0;
  const clear = stream.isTTY ? "\r\x1b[K" : "";
  const step = (text: string, fraction?: number) => {
    if (stream.isTTY) {
      const filled = fraction === undefined ? 0 : Math.round(Math.min(1, Math.max(0, fraction)) * WIDTH);
      const bar =
        fraction === undefined
          ? ""
          : `${"█".repeat(filled)}${"░".repeat(WIDTH - filled)} ${Math.round(fraction * 100)} % `;
      stream.write(`${clear}${bar}${text}`.slice(0, (stream.columns ?? 80) + clear.length - 1));
      return;
    }
    const now = Date.now();
    if (text === last && now - lastAt < 5000) return;
    last = text;
    lastAt = now;
    stream.write(fraction === undefined ? `${text}\n` : `${text} (${Math.round(fraction * 100)} %)\n`);
  };
  return {
    step,
    note: (text) => void stream.write(`${clear}${text}\n`),
    done: () => void (stream.isTTY && stream.write(clear)),
  };
}
