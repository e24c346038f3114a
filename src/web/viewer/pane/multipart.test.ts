import assert from "node:assert/strict";
import { test } from "node:test";
import { firstPart } from "./multipart.ts";

const bytes = (words: string) => new TextEncoder().encode(words) as Uint8Array<ArrayBuffer>;

test("the first part is found, with its own line ends and dashes untouched", () => {
  const body = bytes("--b7\r\nContent-Type: application/octet-stream\r\n\r\nA\r\n--B\r\n\r\n--b7--\r\n");
  const part = firstPart(body, 'multipart/related; type="application/octet-stream"; boundary="b7"');
  assert.equal(new TextDecoder().decode(part), "A\r\n--B\r\n");
});

test("a single body is taken as it is", () => {
  assert.equal(firstPart(bytes("abc"), "application/octet-stream").length, 3);
});

test("a cut-off answer is an error, not an image", () => {
  assert.throws(() => firstPart(bytes("--b\r\n\r\nabc"), "multipart/related; boundary=b"), /ends before/);
});
