import type { DraftContent } from "../../cases/steward-views.ts";
import { WillisError } from "../../core/index.ts";
import { transaction } from "../db/pool.ts";
import type { Person } from "../http/route.ts";
import type { Services } from "../http/services.ts";
import { insertDraft, note } from "./draft-rows.ts";

/** What a pack that nobody wrote yet begins with. */
export interface EmptyPack {
  /** "<body>-<topic>-<year>", e.g. "eso-basilar-2027". */
  readonly id: string;
  readonly title: string;
  readonly body: string;
  readonly caseKinds: readonly string[];
}

const ID = /^[a-z0-9]+(?:-[a-z0-9]+){1,8}-\d{4}$/;

/** A pack without content, of one day: what only its author knows is left empty, and stands in the way until it is said. */
function emptyContent({ id, title, body, caseKinds }: EmptyPack, author: string, now: Date): DraftContent {
  const day = now.toISOString().slice(0, 10);
  const expires = `${now.getUTCFullYear() + 1}${day.slice(4) === "-02-29" ? "-02-28" : day.slice(4)}`;
  const pack = {
    ...{ id, title, body, version: "1.0.0", released: day, expires, expiryRule: "One year after it was begun." },
    ...{ supersededBy: null, jurisdiction: "", language: "en", licence: "", entitlement: "open", authors: [author] },
    ...{ disclosures: "", lastReviewed: null, nextReview: null, supersedes: [], corrections: [], registry: [] },
    ...{ caseKinds, about: null, windows: [], disagreements: [], newerEvidence: [], changes: [] },
    verification: { sourceSeen: 0, fromMemory: 0, words: "Each item says how it was checked." },
  };
  const none: readonly unknown[] = [];
  const lists = { recommendations: none, trials: none, scales: none, indications: none, metrics: none };
  return { pack, ...lists, vignettes: none };
}

/** Begins a draft of a pack that was never here. Throws WillisError when the id is no id, or was used. */
export async function beginEmpty({ pool, packs, now }: Services, given: EmptyPack, person: Person): Promise<string> {
  if (!ID.test(given.id))
    throw new WillisError(
      "bad-request",
      `"${given.id}" is no name of a pack: write body, topic and year, like eso-basilar-2027.`,
    );
  return transaction(pool, async (sql) => {
    const { rowCount } = await sql.query("select 1 from pack_version where pack = $1 limit 1", [given.id]);
    if (rowCount || packs.some((pack) => pack.id === given.id))
      throw new WillisError("conflict", `A pack ${given.id} is or was here already: begin a draft from it.`);
    const content = emptyContent(given, person.name, now());
    const row = { organisationId: person.organisationId, pack: given.id, baseHash: null, author: person.id, content };
    const id = await insertDraft(sql, row);
    await note(sql, id, { kind: "begun", version: 1, person: person.id, words: "empty" });
    return id;
  });
}
