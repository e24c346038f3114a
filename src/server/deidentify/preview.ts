import { randomBytes } from "node:crypto";
import { WillisError } from "../../core/errors.ts";
import type { Change } from "../../dicom/deidentify/changes.ts";
import type { Flag } from "../../dicom/deidentify/pixel-risk.ts";
import { middleInstance } from "../db/archive/instances.ts";
import type { Services } from "../http/services.ts";
import { chosenSeries } from "./chosen-studies.ts";
import { treatObject } from "./treat-object.ts";

/** What an export would do, seen on one object of each series. */
export interface Preview {
  readonly objects: number;
  readonly series: number;
  readonly looked: number;
  readonly changes: readonly Change[];
  readonly flags: readonly (Flag & { readonly series: string })[];
  readonly withheld: readonly { readonly series: string; readonly objects: number; readonly reason: string }[];
  readonly removedWords: readonly string[];
}

const MOST_SERIES = 60;

/**
 * Looks at the object in the middle of each series (of the first 60). `secret` null: the new names are examples. A series
 * that cannot be read is told among the withheld.
 */
export async function previewExport(
  services: Services,
  studyIds: readonly number[],
  how: { readonly options: readonly string[]; readonly secret: Uint8Array | null },
  signal: AbortSignal,
): Promise<Preview> {
  const series = await chosenSeries(services.pool, studyIds);
  const secret = how.secret ?? randomBytes(32);
  const changes = new Map<string, Change>();
  const flags: Preview["flags"][number][] = [];
  const withheld: Preview["withheld"][number][] = [];
  const words = new Set<string>();
  let looked = 0;
  for (const one of series.slice(0, MOST_SERIES)) {
    const file = await middleInstance(services.pool, one.id);
    if (!file) continue;
    const name = [one.number, one.modality, one.description].filter((part) => part !== null && part !== "").join(" ");
    const reply = await treatObject(services, file, { options: how.options, secret, looks: true }, signal).catch(
      (error: unknown) => {
        if (signal.aborted || !(error instanceof WillisError)) throw error;
        return { state: "withheld", reason: error.message } as const;
      },
    );
    looked++;
    if (reply.state === "withheld") {
      withheld.push({ series: name, objects: one.instances, reason: reply.reason });
      continue;
    }
    for (const change of reply.changes) {
      const key = `${change.path} ${change.did}`;
      const known = changes.get(key);
      if (known) known.count += change.count;
      else changes.set(key, { ...change });
    }
    for (const flag of reply.flags) flags.push({ ...flag, series: name });
    for (const word of reply.removedWords) words.add(word);
  }
  return {
    objects: series.reduce((sum, one) => sum + one.instances, 0),
    ...{ series: series.length, looked, flags, withheld },
    changes: [...changes.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
    removedWords: [...words].sort(),
  };
}
