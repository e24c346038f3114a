/** The queue of long work. Progress and results live in the `analysis` table; changes go out on the live channel. */
export interface Jobs {
  /** Queues a perfusion analysis of a series and returns its id; a second ask for the same parameters gets the same run. */
  perfusion(seriesId: number, params: PerfusionParams, requestedBy: string | null): Promise<string>;
  cancel(analysisId: string): Promise<void>;
  stop(): Promise<void>;
}

/** Hand-placed positions (LPS mm) instead of the chosen ones. */
export interface PerfusionParams {
  readonly aif?: readonly [number, number, number];
  readonly vof?: readonly [number, number, number];
}
