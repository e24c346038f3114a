import { type CardMarks, type CaseOptions, cardMarks } from "../../knowledge/index.ts";
import type { Services } from "../http/services.ts";

let made: { readonly key: string; readonly marks: ReadonlyMap<string, CardMarks> } | null = null;

/** The marks of the cards that are shown. Worked out anew when a pack comes or goes; else those of the last time serve. */
export async function marksOf(services: Services, options: CaseOptions): Promise<Readonly<Record<string, CardMarks>>> {
  const versions = await services.packShelf.versions(services.packs);
  const hashes = (packs: readonly { readonly hash: string }[]) => packs.map((pack) => pack.hash).join(" ");
  const key = `${hashes(services.packs)} / ${hashes(versions.map(({ pack }) => pack))}`;
  if (made?.key !== key) made = { key, marks: cardMarks(services.packs, versions) };
  const { marks } = made;
  const cards = options.columns.flatMap((column) => column.options.flatMap((option) => option.cards));
  return Object.fromEntries(cards.flatMap(({ id }) => (marks.has(id) ? [[id, marks.get(id)!]] : [])));
}
