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
  if (typeof given !== "object" || given === null) throw new WillisError("bad-request", "The draft holds no object.");
  const value = given as Record<string, unknown>;
  const bad = PARTS.find((part) =>
    part === "pack"
      ? typeof value[part] !== "object" || value[part] === null || Array.isArray(value[part])
      : !Array.isArray(value[part]),
  );
  if (bad) throw new WillisError("bad-request", `"${bad}" is missing in the draft, or not of its form.`);
  const content = Object.fromEntries(PARTS.map((part) => [part, value[part]]));
  mustBeKept(content);
  return content as unknown as DraftContent;
}

const DEEPEST = 64;

/** Refuses what the database or a reader of the pack could not take: letters that are none, lists in lists without end. */
function mustBeKept(content: unknown): void {
  const letters = (text: string) => {
    if (text.includes("\0") || !text.isWellFormed())
      throw new WillisError(
        "bad-request",
        `"${text.slice(0, 40).replaceAll("\0", "").toWellFormed()}" holds a character that is none (U+0000, or half of a pair). Type it again.`,
      );
  };
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value: content, depth: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, depth } = next;
    if (typeof value === "string") letters(value);
    if (typeof value !== "object" || value === null) continue;
    if (depth >= DEEPEST)
      throw new WillisError("bad-request", `The draft is nested deeper than ${DEEPEST} levels. Write it flatter.`);
    for (const [key, inner] of Object.entries(value)) {
      letters(key);
      open.push({ value: inner, depth: depth + 1 });
    }
  }
}
