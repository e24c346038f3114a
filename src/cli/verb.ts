/** One command of the command line. `run` gets the words after the verb and returns the exit code. */
export interface Verb {
  readonly summary: string;
  /** What `--help` prints; a function where it depends on the words after the verb. */
  readonly help: string | ((args: readonly string[]) => Promise<string>);
  run(args: string[]): Promise<number>;
}

/** Exit codes: what a script may rely on. */
export const EXIT = { ok: 0, failed: 1, usage: 2, nothing: 3 } as const;

/** Thrown by a verb for words that it cannot use; shown with a hint to `--help`, exit code 2. */
export class UsageError extends Error {}
