import { WillisError } from "../../core/errors.ts";
import type { Sql } from "../db/pool.ts";
import type { ImpactQuestion } from "../jobs/impact-rows.ts";
import { problemsOf } from "./draft-content.ts";
import { readDraft } from "./draft-rows.ts";

/** The question whom a draft, as it is saved now, judges otherwise. Throws "cannot-compute" when its form is none. */
export async function draftQuestion(sql: Sql, id: string, days = 365): Promise<ImpactQuestion> {
  const draft = await readDraft(sql, id);
  const misshapen = problemsOf(draft.content).find(({ item }) => item === null);
  if (misshapen) throw new WillisError("cannot-compute", `The draft cannot be judged by: ${misshapen.message}.`);
  return { draft: draft.id, before: null, after: null, pack: draft.pack, days, content: draft.content };
}
