// The table of the scale bench: what a client waited, against what is asked.
import type { Asked } from "./archive-scale-searches.ts";

/** What was measured of one row, request by request. */
export interface Times {
  readonly ms: number[];
  cpuMs: number;
  failed: number;
  nothing: number;
  /** Load average of the machine when it began. */
  readonly load: number;
}

export interface Row {
  readonly what: string;
  readonly p50: number;
  readonly p95: number;
  readonly cpuMs: number;
  /** Highest p95 in ms, or highest ratio against the empty index; null: shown, not judged. */
  readonly most: number | null;
  readonly ratio: number | null;
  readonly failed: number;
  /** Share of answers that were empty. */
  readonly nothing: number;
  readonly load: number;
}

const MOST_GROWTH = 1.5; // of the p95 of storing

export function rowOf(asked: Asked, times: Times, empty: Times | null): Row {
  const p95 = at(times, 0.95);
  return {
    ...{ what: asked.what, p50: at(times, 0.5), p95, cpuMs: times.cpuMs / times.ms.length },
    ...{ most: empty ? MOST_GROWTH : asked.most, ratio: empty && p95 / at(empty, 0.95) },
    ...{ failed: times.failed, nothing: times.nothing / times.ms.length, load: times.load },
  };
}

function at({ ms }: Times, share: number): number {
  const sorted = [...ms].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}

export function fits({ most, ratio, p95, failed }: Row): boolean {
  return failed === 0 && (most === null || (ratio ?? p95) < most);
}

export function heading(): string {
  return `${"".padEnd(46)} ${"p50 ms".padStart(8)} ${"p95 ms".padStart(8)} ${"asked".padStart(7)} ${"CPU ms".padStart(7)} ${"load".padStart(5)}`;
}

export function line(row: Row): string {
  const asked = row.most === null ? "" : row.ratio === null ? `< ${row.most}` : `< ${row.most}x`;
  const said = [
    ...(row.ratio === null ? [] : [`${row.ratio.toFixed(2)}x`]),
    ...(row.failed > 0 ? [`${row.failed} failed`] : []),
    ...(row.nothing > 0 ? [`${(100 * row.nothing).toFixed(0)} % found nothing`] : []),
    ...(fits(row) ? [] : ["ABOVE"]),
  ].join(", ");
  const [p50, p95, cpu] = [row.p50, row.p95, row.cpuMs].map((value) => value.toFixed(1)) as [string, string, string];
  return (
    `${row.what.padEnd(46)} ${p50.padStart(8)} ${p95.padStart(8)} ${asked.padStart(7)} ${cpu.padStart(7)} ` +
    `${row.load.toFixed(0).padStart(5)}  ${said}`
  ).trimEnd();
}
