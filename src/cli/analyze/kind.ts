import type { ParseArgsConfig } from "node:util";
import type { Limitation } from "../../core/limitation.ts";
import type { Status } from "../status.ts";

/** One thing that `analyze` can do: a file of this folder, named in `KINDS` (index.ts). */
export interface AnalysisKind {
  /** The words after the kind's name, e.g. ["DIR"] or ["FIXED", "MOVING"]: as many as must be given. */
  readonly inputs: readonly string[];
  /** What it does, where its numbers are told, and its own options; `--out` and `--json` are explained for all kinds. */
  readonly help: string;
  /** Its own options; `out`, `json` and `help` are there for all kinds. */
  readonly options: NonNullable<ParseArgsConfig["options"]>;
  run(asked: Asked): Promise<Outcome>;
}

/** What was asked for on the command line, and how to tell where it is. */
export interface Asked {
  /** One path for each of `inputs`. */
  readonly paths: readonly string[];
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  /** The folder of `--out`, made already; undefined: nothing is written. `result.json` is written for the kind. */
  readonly out: string | undefined;
  readonly line: Status;
  /** Runs one step and notes how long it took under `name` in `steps_s`. */
  timed<T>(name: string, work: () => T | Promise<T>): Promise<T>;
  /** Notes seconds that were measured elsewhere. */
  took(name: string, seconds: number): void;
}

/** `report` becomes the JSON, with `limitations`, `steps_s` and the notice added; `words` is what people read instead. */
export interface Outcome {
  readonly report: Readonly<Record<string, unknown>>;
  readonly limitations: readonly Limitation[];
  words(seconds: number): string;
}
