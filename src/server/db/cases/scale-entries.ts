import { type FilledItem, filledItems, type ScaleEntryView } from "../../../cases/scale-entries.ts";
import { factGroups } from "../../../cases/summary.ts";
import type { FactGroup } from "../../../cases/views.ts";
import { WillisError } from "../../../core/index.ts";
import { fieldFilledBy, type Pack, type Scale, type ScaleAnswers, scoreScale } from "../../../knowledge/index.ts";
import type { Sql } from "../pool.ts";
import { caseRecord } from "./case-record.ts";
import { addEvent } from "./events.ts";
import { addFact, observedTime, supplyIfComplete } from "./facts.ts";
import { lockRevision } from "./update-case.ts";

/** A score as a person sends it. The total they saw is compared, never kept: the server computes its own. */
export interface NewScaleEntry {
  /** Chosen by the sender: the same score sent twice is kept once. */
  readonly id: string;
  readonly scale: string;
  readonly packHash: string;
  readonly answers: ScaleAnswers;
  readonly total?: number | string | null;
  readonly occasion?: string;
  readonly side?: "left" | "right";
  /** Items whose answer came from facts: key of the item, ids of those facts. */
  readonly prefilled?: Readonly<Record<string, readonly string[]>>;
  readonly note?: string;
  readonly observedAt?: string;
  readonly supersedes?: string;
  readonly correction?: string;
}

const refuse = (message: string, field: string): never => {
  throw new WillisError("bad-request", message, { field });
};

/** The scale of the loaded packs; a form that was opened on another version of its pack is a conflict. */
function scaleOf(packs: readonly Pack[], id: string, hash: string): { readonly scale: Scale; readonly pack: Pack } {
  for (const pack of packs) {
    const scale = pack.scales.find((each) => each.id === id);
    if (!scale) continue;
    if (pack.hash === hash) return { scale, pack };
    throw new WillisError(
      "conflict",
      `${scale.name} is of ${pack.id} ${pack.version} now, not of the version this form was opened with; open it again`,
    );
  }
  throw new WillisError("not-found", `there is no scale "${id}" in the loaded packs`);
}

/** What the sender says came from facts, as the server finds it; what changed meanwhile is a conflict. */
function checkedInputs(scale: Scale, given: NewScaleEntry, groups: readonly FactGroup[]): readonly FilledItem[] {
  const filled = filledItems(scale, groups);
  return Object.entries(given.prefilled ?? {}).map(([key, ids]) => {
    const item = scale.items.find((each) => each.key === key);
    if (!item) return refuse(`${scale.name} has no item "${key}" that could have been filled in`, "prefilled");
    const found = filled.find((each) => each.item === key);
    const same = found?.facts.map((fact) => fact.id).sort();
    if (found && found.answer === given.answers[key] && same?.join() === [...ids].sort().join()) return found;
    throw new WillisError(
      "conflict",
      `the facts that filled "${item.label}" have changed meanwhile; look at that item again, then keep the score`,
      { field: key },
    );
  });
}

function checkedOccasion(scale: Scale, given: string | undefined): string {
  const words = (scale.occasions ?? []).map((each) => each.word);
  if (words.length === 0 ? given === undefined || given === "" : given !== undefined && words.includes(given))
    return given ?? "";
  if (words.length === 0) return refuse(`${scale.name} knows no moment "${given}"; leave it out`, "occasion");
  return refuse(`${scale.name} needs the moment it speaks of: ${words.join(", ")}`, "occasion");
}

async function factsAt(sql: Sql, caseId: string, packs: readonly Pack[], at: Date): Promise<readonly FactGroup[]> {
  const record = (await caseRecord(sql, caseId, at))!;
  return factGroups(
    record,
    at.toISOString(),
    packs.flatMap((pack) => pack.trials),
  );
}

interface Earlier {
  readonly scale: string;
  readonly fact_id: string | null;
}

/** The entry that is corrected: of this case, of the same scale, and not corrected before. */
async function earlierOf(sql: Sql, caseId: string, given: NewScaleEntry): Promise<Earlier | null> {
  if (given.supersedes === undefined) {
    if (given.correction) refuse("a reason was given, but no earlier score that it corrects", "correction");
    return null;
  }
  if (!given.correction?.trim()) refuse("say why the earlier score is corrected", "correction");
  const { rows } = await sql.query<Earlier & { by: string | null }>(
    `select e.scale, e.fact_id, (select id from scale_entry l where l.supersedes = e.id) as by
     from scale_entry e where e.id::text = lower($1) and e.case_id = $2`,
    [given.supersedes, caseId],
  );
  const [row] = rows;
  if (!row) throw new WillisError("not-found", `there is no score ${given.supersedes} in this case`);
  if (row.scale !== given.scale)
    refuse(`score ${given.supersedes} is of "${row.scale}", not of "${given.scale}"`, "scale");
  if (row.by) throw new WillisError("conflict", "that score has been corrected already; correct the newer one");
  return row;
}

/**
 * Keeps a score: checked and computed here from its answers, whatever total the sender saw. A score that the facts
 * dictionary has a field for becomes a fact too; a correction takes the earlier fact back and leaves the earlier score
 * readable. Call it in a transaction. Returns the id. Errors: `bad-request`
 * naming items that are missing or wrong, `conflict` when pack, facts or the corrected score changed meanwhile.
 */
export async function addScaleEntry(
  sql: Sql,
  caseId: string,
  given: NewScaleEntry,
  packs: readonly Pack[],
  by: { readonly id: string; readonly name: string },
  at: Date,
): Promise<string> {
  const id = given.id.toLowerCase();
  await lockRevision(sql, caseId);
  const there = await sql.query<{ case_id: string }>("select case_id from scale_entry where id = $1", [id]);
  if (there.rows[0]?.case_id === caseId) return id;
  if (there.rows[0]) throw new WillisError("conflict", `the id ${id} is taken; choose another`);

  const { scale, pack } = scaleOf(packs, given.scale, given.packHash);
  const score = scoreScale(scale, given.answers);
  if (score.missing.length > 0) refuse(`${scale.name} is ${score.reason}`, "answers");
  if (given.total !== undefined && given.total !== score.value)
    refuse(`these answers of ${scale.name} give ${score.value}, not ${given.total}; open the form again`, "total");
  const occasion = checkedOccasion(scale, given.occasion);
  const inputs = checkedInputs(scale, given, await factsAt(sql, caseId, packs, at));
  const earlier = await earlierOf(sql, caseId, given);
  const observed = observedTime({ name: scale.id, value: "", ...timeOf(given) }, at);
  const correction = given.correction?.trim() ?? "";

  if (earlier?.fact_id) {
    const taken = { by: by.name, at: at.toISOString(), reason: `${scale.name} corrected: ${correction}` };
    await sql.query("update fact set retracted = $2 where id = $1 and retracted is null", [
      earlier.fact_id,
      JSON.stringify(taken),
    ]);
  }
  const field = fieldFilledBy(scale, occasion);
  let factId: string | null = null;
  if (field && score.value !== null) {
    const source = { kind: "scale", scale: scale.id, title: scale.name, entry: id, by: by.id, name: by.name } as const;
    const fact = { name: field, value: score.value, observedAt: observed.toISOString() };
    factId = await addFact(sql, caseId, fact, source, by.id, at);
  }
  await sql.query(
    `insert into scale_entry (id, case_id, scale, name, pack, pack_version, pack_hash, occasion, side, answers, value, unit,
       reason, reading, untestable, inputs, note, citation, observed_at, recorded_at, scored_by, fact_id, supersedes, correction)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)`,
    [
      id,
      caseId,
      ...[scale.id, scale.name, pack.id, pack.version, pack.hash, occasion, given.side ?? ""],
      ...[JSON.stringify(given.answers), JSON.stringify(score.value), score.unit, score.reason, score.reading],
      ...[score.untestable, JSON.stringify(inputs), given.note?.trim() ?? "", scale.source],
      ...[observed, at, by.id, factId, given.supersedes?.toLowerCase() ?? null, correction],
    ],
  );
  const { value, unit, reading } = score;
  const event = {
    kind: "scored",
    name: scale.name,
    occasion,
    value,
    unit,
    reading: reading ?? "",
    correction,
  } as const;
  await addEvent(sql, caseId, event, by.id, at);
  if (factId) await supplyIfComplete(sql, caseId, by.id, at);
  return id;
}

const timeOf = ({ observedAt }: NewScaleEntry) => (observedAt === undefined ? {} : { observedAt });

/** All scores of a case, the latest observed first, those that were corrected too. */
export async function scaleEntriesOf(sql: Sql, caseId: string): Promise<ScaleEntryView[]> {
  const { rows } = await sql.query(
    `select e.*, json_build_object('id', p.id, 'name', p.name, 'organisation', o.name) as by, l.id as later,
       f.name as field, f.retracted is not null as retracted
     from scale_entry e join person p on p.id = e.scored_by join organisation o on o.id = p.organisation_id
       left join scale_entry l on l.supersedes = e.id left join fact f on f.id = e.fact_id
     where e.case_id = $1 order by e.observed_at desc, e.recorded_at desc`,
    [caseId],
  );
  return rows.map((row) => ({
    id: row.id,
    scale: row.scale,
    name: row.name,
    pack: { id: row.pack, version: row.pack_version, hash: row.pack_hash },
    occasion: row.occasion,
    side: row.side,
    answers: row.answers,
    value: row.value,
    unit: row.unit,
    reason: row.reason,
    reading: row.reading,
    untestable: row.untestable,
    inputs: row.inputs,
    note: row.note,
    citation: row.citation,
    observedAt: row.observed_at.toISOString(),
    recordedAt: row.recorded_at.toISOString(),
    by: row.by,
    fact: row.fact_id ? { id: row.fact_id, name: row.field, retracted: row.retracted } : null,
    supersedes: row.supersedes,
    correction: row.correction,
    supersededBy: row.later,
  }));
}
