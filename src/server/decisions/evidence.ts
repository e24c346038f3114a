import { type CardMarks, type CaseOptions, cardMarks } from "../../knowledge/index.ts";
import type { Services } from "../http/services.ts";

/** By the list of versions, which is another one when a pack comes or goes. */
const made = new WeakMap<object, ReadonlyMap<string, CardMarks>>();

/** The marks of the cards that are shown. Worked out anew when a pack comes or goes; else those of the last time serve. */
export async function marksOf(services: Services, options: CaseOptions): Promise<Readonly<Record<string, CardMarks>>> {
  const versions = await services.packShelf.versions(services.packs);
  const marks = made.get(versions) ?? cardMarks(services.packs, versions);
  made.set(versions, marks);
  const cards = options.columns.flatMap((column) => column.options.flatMap((option) => option.cards));
  return Object.fromEntries(cards.flatMap(({ id }) => (marks.has(id) ? [[id, marks.get(id)!]] : [])));
}
