import assert from "node:assert/strict";
import { test } from "node:test";
import { type Command, commandOf, contested, keyName, keyOf, matching } from "./command.ts";
import { READING_COMMANDS } from "./reading-commands.ts";

const bare = { shiftKey: false, ctrlKey: false, metaKey: false, altKey: false };
const named = (id: string, says: string, key?: string): Command => ({ id, says, ...(key ? { key } : {}), run() {} });

test("no key has two meanings in the reading room, and no command two names", () => {
  assert.deepEqual(contested(READING_COMMANDS), []);
  const ids = READING_COMMANDS.map(({ id }) => id);
  assert.deepEqual(ids, [...new Set(ids)]);
  const own = READING_COMMANDS.filter(({ key }) => key === "?" || key === "Ctrl+k");
  assert.deepEqual(own, [], "the list of keys and the palette are the room's own");
});

test("two commands that ask for one key are told by name", () => {
  assert.deepEqual(contested([named("a", "A", "x"), named("b", "B", "x"), named("c", "C")]), [
    { key: "x", ids: ["a", "b"] },
  ]);
});

test("a key is known by its letter whatever the case, a digit with shift by the digit, a sign by itself", () => {
  assert.equal(keyOf({ ...bare, key: "W" }), "w");
  assert.equal(keyOf({ ...bare, key: "W", shiftKey: true }), "Shift+w");
  assert.equal(keyOf({ ...bare, key: "@", code: "Digit2", shiftKey: true }), "Shift+2");
  assert.equal(keyOf({ ...bare, key: "?", code: "Slash", shiftKey: true }), "?");
  assert.equal(keyOf({ ...bare, key: " ", shiftKey: true }), "Shift+ ");
  assert.equal(keyOf({ ...bare, key: "ArrowUp", shiftKey: true }), "Shift+ArrowUp");
  assert.equal(keyOf({ ...bare, key: "Z", ctrlKey: true, shiftKey: true }), "Ctrl+Shift+z");
  assert.equal(keyOf({ ...bare, key: "w", metaKey: true }), "Ctrl+w");
  assert.equal(keyOf({ ...bare, key: "w", altKey: true }), undefined);
  assert.equal(keyName("Ctrl+Shift+z"), "Ctrl Shift Z");
  assert.equal(keyName("Shift+ "), "Shift Space");
  assert.equal(keyName("w"), "W");
});

test("a command that does not apply now leaves its key alone", () => {
  const never: Command = { ...named("a", "A", "x"), when: () => false };
  assert.equal(commandOf("x", [never], {} as never), undefined);
  assert.equal(commandOf("x", [named("b", "B", "x")], {} as never)?.id, "b");
  assert.equal(commandOf(undefined, [named("b", "B")], {} as never), undefined);
});

test("the palette finds by words first, then by letters in their order", () => {
  const all = [named("1", "Thicker slab"), named("2", "Next slice or frame"), named("3", "Link scrolling, or not")];
  const ids = (typed: string) => matching(all, typed).map(({ id }) => id);
  assert.deepEqual(ids(""), ["1", "2", "3"]);
  assert.deepEqual(ids("sl"), ["2", "1", "3"]);
  assert.deepEqual(ids("nsf"), ["2"]);
  assert.deepEqual(ids("link"), ["3"]);
  assert.deepEqual(ids("zzz"), []);
});
