import type { DraftContent } from "../../cases/steward-views.ts";
import { WillisError } from "../../core/index.ts";
import { type Pack, type PublishingProblem, publishingProblems } from "../../knowledge/index.ts";
import { parsePackHeader } from "../../knowledge/pack.ts";
import { PACK_FILES } from "../packs.ts";

const PARTS = PACK_FILES.map((name) => name.slice(0, -".json".length)) as (keyof DraftContent)[];

/** What the files of a pack hold, as a draft keeps it. */
export function contentOf(texts: Readonly<Record<string, string>>): DraftContent {
  const parts = PARTS.map((part) => [part, JSON.parse(texts[`${part}.json`]!)] as const);
  return Object.fromEntries(parts) as unknown as DraftContent;
}

/** The files of a pack that a draft would be published as. */
export function textsOf(content: DraftContent): Readonly<Record<string, string>> {
  return Object.fromEntries(PARTS.map((part) => [`${part}.json`, `${JSON.stringify(content[part], null, 1)}\n`]));
}

/** A draft as a pack, unchecked, to be judged and compared; "draft" for its hash. */
export function packOfDraft({ pack, ...lists }: DraftContent): Pack {
  return { ...pack, ...lists, hash: "draft" } as unknown as Pack;
}

/** Why a draft may not be published; never throws, whatever it holds. */
export function problemsOf(content: DraftContent): readonly PublishingProblem[] {
  try {
    parsePackHeader(content.pack, String(content.pack.id ?? "without an id"));
    return publishingProblems(packOfDraft(content));
  } catch (error) {
    if (!(error instanceof WillisError)) throw error;
    return [{ item: null, message: error.message }];
  }
}

/** The version after a version: "2026.1" gives "2026.2", "1" gives "1.1". */
export function nextVersion(version: string): string {
  const last = /^(.*\D)(\d{1,9})$/.exec(version);
  return last ? `${last[1]}${Number(last[2]) + 1}` : `${version}.1`;
}

/** Checks the form of what a page sends to be kept as a draft; what it says may be wrong still. */
export function asContent(given: unknown): DraftContent {
  const value = given as Record<string, unknown>;
  const bad = PARTS.find((part) =>
    part === "pack" ? typeof value[part] !== "object" || value[part] === null : !Array.isArray(value[part]),
  );
  if (bad) throw new WillisError("bad-request", `"${bad}" is missing in the draft, or not of its form.`);
  return Object.fromEntries(PARTS.map((part) => [part, value[part]])) as unknown as DraftContent;
}
