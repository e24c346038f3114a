import type { Sql } from "../pool.ts";
import type { Search } from "./search.ts";
import { type OrderKey, orderBy, type Place } from "./search-order.ts";
import { daysOf, type KeyRange, modalityKey, nameKeys } from "./study-keys.ts";
import type { ArchiveScope } from "./visible.ts";

/** Makes a select of the rows that are wanted; `hits`: a relation with `study_id` that says of which studies. */
export type RowsOf = (
  more: readonly string[],
  order: string,
  how?: { readonly extra?: string; readonly hits?: string },
) => string;

/** A statement that is being put together. */
interface Building {
  readonly params: unknown[];
  readonly keys: readonly OrderKey[];
  readonly rowsOf: RowsOf;
  readonly limit: string;
  readonly offset: string;
}

type Scoped = Search & { readonly scope: ArchiveScope };

const FEW = 20_000; // studies that are put in order rather than met on the way from the newest
const MOST_FEW = 50_000;

/**
 * A search whose answer may be long: newest studies first, from an index in that order and no further than needed. Of a
 * name that few have (counted in the index, not guessed), those few are put in order instead.
 */
export async function newestFirst(sql: Sql, wanted: Scoped, building: Building): Promise<string> {
  const { params, keys, rowsOf, limit, offset } = building;
  const found = driven(wanted);
  if (found.name) {
    const few = Math.min(MOST_FEW, FEW + 40 * (wanted.limit + wanted.offset));
    if ((await countKeys(sql, wanted.scope, found.name, few + 1)) <= few) {
      const where = hitsWhere(wanted.after, found.days, params, keyRange(found.name, params));
      const keyed = `select distinct study_id, day from study_key where ${where}`;
      return rowsOfHits(keyed, found.alone, building);
    }
  }
  if (found.modality !== undefined) {
    const where = hitsWhere(wanted.after, found.days, params, `key = $${params.push(found.modality)}`, "hit.");
    const order = orderBy([...BY_DAY, ...keys.slice(2)]);
    return `${rowsOf([where, SEEN], order, { hits: "study_key" })} limit ${limit} offset ${offset}`;
  }
  return walkNewest(wanted.scope, building, wanted.after);
}

/**
 * The rows of these studies (`study_id`, `day`), looked up from the newest on until there are enough. `alone`: no more is
 * asked of them.
 */
export function rowsOfHits(keyed: string, alone: boolean, { keys, rowsOf, limit, offset }: Building): string {
  const cut = alone ? ` limit ${limit}::bigint + ${offset}::bigint` : "";
  const hits = `(select * from (${keyed}) as keyed order by day desc, study_id desc${cut})`;
  const order = orderBy([...BY_DAY, ...keys.slice(2)]);
  return `${rowsOf([SEEN], order, { hits })} limit ${limit} offset ${offset}`;
}

/**
 * Asks the case again of a study that the key says is shared. A function, so that it is asked of each row that is found:
 * written out, all cases would be gathered first.
 */
const SEEN = "(study.organisation_id = $1 or $1 = any(study_viewers(study.id)))";

/** The order of `study_key`: that of studies, as those without a day come last in it. */
const BY_DAY: readonly OrderKey[] = [
  { column: "hit.day", type: "date", descending: true, nullable: false },
  { column: "hit.study_id", type: "bigint", descending: true, nullable: false },
];

interface Driven {
  readonly name?: KeyRange;
  readonly modality?: string;
  readonly days: readonly { readonly from?: string; readonly to?: string }[];
  /** Name and days are all that is asked: no other row needs to be looked at. */
  readonly alone: boolean;
}

function driven({ matches, fuzzy, level, multiple, apart }: Scoped): Driven {
  const plain = matches.filter(({ value }) => !(multiple && value.includes("\\")) && value !== '""');
  const names = plain.filter(({ key }) => key.column === "patient.name_search" && !fuzzy);
  const name = names[0] && nameKeys(names[0].value);
  const modality = plain.find(({ key }) => key.column === "study.modalities");
  const code = modality && modalityKey(modality.value);
  const days = plain.flatMap(({ key, value }) => daysOf(key, value) ?? []);
  const timed = !apart && matches.some(({ key }) => key.kind === "time");
  return {
    ...(name ? { name } : {}),
    ...(code === undefined ? {} : { modality: code }),
    days,
    alone: level === "study" && name?.whole === true && !timed && matches.length === days.length + 1,
  };
}

/** How many keys of the organisation lie in a range, at most `most`. */
export async function countKeys(
  sql: Sql,
  scope: Pick<ArchiveScope, "params">,
  range: KeyRange,
  most: number,
): Promise<number> {
  const { rows } = await sql.query<{ n: number }>({
    name: "archive-count-keys",
    text: `select count(*)::int as n from (
      select from study_key where organisation_id = $1 and key >= $2 and key < $3 limit $4) as counted`,
    values: [scope.params[0], range.from, range.to, most],
  });
  return rows[0]!.n;
}

export function keyRange(range: KeyRange, params: unknown[]): string {
  return `key >= $${params.push(range.from)} and key < $${params.push(range.to)}`;
}

function hitsWhere(after: Place | undefined, days: Driven["days"], params: unknown[], key: string, of = ""): string {
  const all = [`${of}organisation_id = $1`, `${of}${key}`];
  for (const { from, to } of days) {
    if (from !== undefined) all.push(`${of}day >= $${params.push(from)}::date`);
    if (to !== undefined) all.push(`${of}day <= $${params.push(to)}::date`);
  }
  if (after?.[1] !== undefined) {
    const place = [after[0] ?? "-infinity", after[1]].map((one) => `$${params.push(one)}`);
    all.push(`(${of}day, ${of}study_id) <= (${place[0]}::date, ${place[1]}::bigint)`);
  }
  return all.join(" and ");
}

/**
 * Those of the own organisation with a date, those without, and those of others that are shared in a case: each part has
 * an index in the order of the answer, and gives as many rows as may be wanted.
 */
export function walkNewest(
  scope: ArchiveScope,
  { params, keys, rowsOf, limit, offset }: Building,
  after?: Place,
): string {
  const [own] = scope.parts;
  const extra = keys.map(({ column }, i) => `, ${column} as key${i}`).join("");
  const [first, ...rest] = keys;
  const dated = [own, "study.study_date is not null"];
  if (after?.[0]) dated.push(`study.study_date <= $${params.push(after[0])}::date`);
  const marked = [hitsWhere(after, [], params, "key = 's:'", "hit."), "study.organisation_id <> $1"];
  const [ownDated, ownUndated, shared] = [
    rowsOf(dated, orderBy([{ ...first!, nullable: false }, ...rest]), { extra }),
    rowsOf([own, "study.study_date is null"], orderBy(rest), { extra }),
    rowsOf(marked, orderBy([...BY_DAY, ...keys.slice(2)]), { extra, hits: "study_key" }),
  ].map((part) => `(${part} limit ${limit}::bigint + ${offset}::bigint)`);
  // what the key says is shared is asked of the cases again, but not before there are enough
  const seen = `(select * from ${shared} as shared where $1 = any(study_viewers(key1)))`;
  const order = orderBy(keys.map((key, i) => ({ ...key, column: `key${i}` })));
  return `select * from (${[ownDated, ownUndated, seen].join(" union all ")}) as found order by ${order} limit ${limit}::bigint offset ${offset}::bigint`;
}
