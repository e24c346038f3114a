import type { AnalysisKindName } from "../../../cases/analysis-view.ts";
import { aneurysmJob } from "./aneurysm.ts";
import { dsaJob } from "./dsa.ts";
import type { JobKind } from "./kind.ts";
import { perfusionJob } from "./perfusion.ts";
import { registerJob } from "./register.ts";
import { vesselJob } from "./vessel.ts";

/** Every kind that can be asked for: one file each in this folder. */
// biome-ignore lint/suspicious/noExplicitAny: kinds differ in their parameters; each checks its own by its schema
export const KINDS: readonly JobKind<any, any>[] = [aneurysmJob, dsaJob, perfusionJob, registerJob, vesselJob];

export function kindNamed(name: AnalysisKindName): JobKind | undefined {
  return KINDS.find(({ kind }) => kind === name);
}
