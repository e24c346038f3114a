// The table of the archive bench: both archives side by side, ratios against what is asked.
import type { Figures, Step } from "./archive-step.ts";

export interface Row {
  readonly step: Pick<Step, "what" | "unit" | "atLeast">;
  readonly willis: Figures;
  readonly peer: Figures | null;
}

/** How many times as fast Willis is; above 1 is better, whatever the unit. Null without a peer. */
export function ratio({ step, willis, peer }: Row): number | null {
  if (!peer) return null;
  return step.unit === "ms" ? peer.value / willis.value : willis.value / peer.value;
}

/** Whether a row is as it should be; what is not judged is. */
export function fits(row: Row): boolean {
  const times = ratio(row);
  const failed = row.willis.failed > 0;
  return !failed && (times === null || row.step.atLeast === null || times >= row.step.atLeast);
}

export function heading(peer: string | null): string {
  const name = peer ?? "no peer";
  return (
    `${"".padEnd(42)} ${name.padStart(14)} ${"Willis".padStart(12)} ${"ratio".padStart(7)} ${"asked".padStart(6)}` +
    `   CPU ms/op ${name.split(" ")[0]!.padStart(8)} ${"Willis".padStart(8)} ${"ratio".padStart(7)} ${"client".padStart(8)}`
  );
}

export function line(row: Row): string {
  const { step, willis, peer } = row;
  const value = (f: Figures | null): string => (f ? `${short(f.value)} ${step.unit}` : "-");
  const times = ratio(row);
  const cpu = peer && willis.cpuMsPerOp > 0 ? peer.cpuMsPerOp / willis.cpuMsPerOp : null;
  const remark = [
    ...(willis.failed > 0 ? [`${willis.failed} failed`] : []),
    ...(peer && peer.failed > 0 ? [`peer: ${peer.failed} failed`] : []),
    ...(fits(row) ? [] : ["BELOW"]),
  ].join(", ");
  return (
    `${step.what.padEnd(42)} ${value(peer).padStart(14)} ${value(willis).padStart(12)} ` +
    `${(times === null ? "" : `${times.toFixed(2)}x`).padStart(7)} ${(step.atLeast ? `${step.atLeast}x` : "").padStart(6)}` +
    `             ${(peer ? short(peer.cpuMsPerOp) : "-").padStart(8)} ${short(willis.cpuMsPerOp).padStart(8)} ` +
    `${(cpu === null ? "" : `${cpu.toFixed(2)}x`).padStart(7)} ${short(willis.clientMsPerOp).padStart(8)}  ${remark}`
  ).trimEnd();
}

function short(n: number): string {
  return n >= 100 ? n.toFixed(0) : n >= 10 ? n.toFixed(1) : n.toFixed(2);
}
