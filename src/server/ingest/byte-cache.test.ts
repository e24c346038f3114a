import assert from "node:assert/strict";
import { test } from "node:test";
import { byteCache } from "./byte-cache.ts";

test("what was used longest ago goes first, and the bytes held never pass the limit", () => {
  const cache = byteCache<string, string>(100);
  for (const key of ["a", "b", "c", "d"]) cache.set(key, key, 25);
  assert.equal(cache.get("a"), "a");
  cache.set("e", "e", 25);
  assert.deepEqual(
    ["a", "b", "c", "d", "e"].map((key) => cache.get(key)),
    ["a", undefined, "c", "d", "e"],
  );
});

test("a value set again counts once; one that is too large takes the place of nothing", () => {
  const cache = byteCache<string, number>(100);
  for (let i = 0; i < 10; i++) cache.set("same", i, 20);
  cache.set("other", 1, 25);
  cache.set("large", 2, 26);
  assert.deepEqual([cache.get("same"), cache.get("other"), cache.get("large")], [9, 1, undefined]);
  cache.set("same", 0, 26);
  assert.equal(cache.get("same"), undefined, "the old value is not what was set last");
});
