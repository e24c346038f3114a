import { randomBytes } from "node:crypto";
import { WillisError } from "../../core/errors.ts";
import type { Change } from "../../dicom/deidentify/changes.ts";
import type { Flag } from "../../dicom/deidentify/pixel-risk.ts";
import type { Services } from "../http/services.ts";
import { chosenSeries, kindsOfSeries } from "./chosen-studies.ts";
import { treatObject } from "./treat-object.ts";

/** What an export would do, seen on one object of each kind. */
export interface Preview {
  readonly objects: number;
  readonly series: number;
  /** Kinds of objects: class, size and transfer syntax within a series; and how many of them were looked at. */
  readonly kinds: number;
  readonly looked: number;
  readonly changes: readonly Change[];
  readonly flags: readonly (Flag & { readonly series: string; readonly objects: number })[];
  readonly withheld: readonly { readonly series: string; readonly objects: number; readonly reason: string }[];
  readonly removedWords: readonly string[];
}

const MOST_LOOKS = 100;

/**
 * Looks at one object of each kind in each series, at most at 100. `secret` null: the new names are examples. What cannot be
 * read is told among the withheld.
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
  let kinds = 0;
  for (const one of series) {
    const name = [one.number, one.modality, one.description].filter((part) => part !== null && part !== "").join(" ");
    for (const file of await kindsOfSeries(services.pool, one.id)) {
      if (++kinds > MOST_LOOKS) continue;
      looked++;
      const reply = await treatObject(services, file, { options: how.options, secret, looks: true }, signal).catch(
        (error: unknown) => {
          if (signal.aborted || !(error instanceof WillisError)) throw error;
          return { state: "withheld", reason: error.message } as const;
        },
      );
      if (reply.state === "withheld") {
        withheld.push({ series: name, objects: file.alike, reason: reply.reason });
        continue;
      }
      for (const change of reply.changes) {
        const key = `${change.path} ${change.did}`;
        const known = changes.get(key);
        if (known) known.count += change.count;
        else changes.set(key, { ...change });
      }
      for (const flag of reply.flags) flags.push({ ...flag, series: name, objects: file.alike });
      for (const word of reply.removedWords) words.add(word);
    }
  }
  return {
    objects: series.reduce((sum, one) => sum + one.instances, 0),
    ...{ series: series.length, kinds, looked, flags, withheld },
    changes: [...changes.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
    removedWords: [...words].sort(),
  };
}
