import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startWillis, type TestWillis } from "../../../test/harness.ts";
import { columnOf } from "./binary-array.ts";

let willis: TestWillis;
before(async () => {
  willis = await startWillis();
});
after(() => willis.stop());

test("PostgreSQL reads every type as it reads the same values one by one, null too", async () => {
  const uuid = "0123abcd-89ef-4567-a012-3456789abcde";
  const given = {
    text: ["", 'quoted "\\{}, NULL', "漢字 ü", null],
    jsonb: ['{"a":["ü",1e3]}', "null", null],
    bytea: [new Uint8Array(0), Uint8Array.of(0, 255, 92), null],
    int4: [0, -(2 ** 31), 2 ** 31 - 1, null],
    int8: [0, 2 ** 40 + 1, -1, null],
    uuid: [uuid, null],
    date: ["1899-12-31", "2000-01-01", "2024-02-29", null],
  } as const;
  for (const [type, values] of Object.entries(given)) {
    const make = columnOf[type as keyof typeof columnOf] as (values: readonly unknown[]) => Buffer;
    const { rows } = await willis.services.pool.query(
      `select array(select one::text from unnest($1::${type}[]) with ordinality as given (one, place) order by place) as read`,
      [make(values)],
    );
    const singly = [];
    for (const value of values) {
      const answer = await willis.services.pool.query(`select $1::${type}::text as one`, [value]);
      singly.push(answer.rows[0].one);
    }
    assert.deepEqual(rows[0].read, singly, type);
    const none = await willis.services.pool.query(`select cardinality($1::${type}[]) as n`, [make([])]);
    assert.equal(none.rows[0].n, 0, `no ${type}`);
  }
});
