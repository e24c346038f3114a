import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { multipart, splitMultipart } from "./multipart.ts";

async function* inChunks(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const step = Math.max(1, sizes[i % sizes.length] ?? bytes.length);
    yield bytes.subarray(at, at + step);
    at += step;
  }
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of source) all.push(Uint8Array.from(chunk));
  return Buffer.concat(all);
}

const content = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc
    .constantFrom("\r\n--", "\r\n--b", "\r\n--boundar", "\r\n--boundaryX", "--boundary--", "\r\n\r\n", "\r", "")
    .map((s) => Buffer.from(s)),
  fc
    .array(fc.constantFrom("\r", "\n", "-", "--", "boundary", "x", "\r\n--boundar"), { maxLength: 12 })
    .map((a) => Buffer.from(a.join(""))),
);

test("any parts, cut anywhere into chunks, come out as they went in", async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(fc.array(content, { maxLength: 5 }), sizes, async (bodies, cuts) => {
      const clean = bodies.filter((b) => !Buffer.concat([Buffer.from("\r\n"), b]).includes("\r\n--boundary"));
      const text = clean.flatMap((b) => [Buffer.from("\r\n--boundary\r\nContent-Type: application/dicom\r\n\r\n"), b]);
      const whole = Buffer.concat([...text, Buffer.from("\r\n--boundary--\r\n")]);
      const out: Buffer[] = [];
      for await (const part of splitMultipart(inChunks(whole, cuts), "boundary")) {
        assert.equal(part.headers.get("content-type"), "application/dicom");
        out.push(await collect(part.body));
      }
      assert.deepEqual(
        out.map((b) => b.toString("hex")),
        clean.map((b) => Buffer.from(b).toString("hex")),
      );
    }),
    { numRuns: 300 },
  );
});

test("noise ends in parts or in a bad request, never in anything else", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(content, { maxLength: 8 }), async (pieces) => {
      try {
        for await (const part of splitMultipart(inChunks(Buffer.concat(pieces), [7]), "boundary"))
          await collect(part.body);
      } catch (error) {
        assert.equal((error as { code?: string }).code, "bad-request");
      }
    }),
    { numRuns: 300 },
  );
});

test("a part that nobody reads is skipped", async () => {
  const body = Buffer.from("--b\r\n\r\nfirst\r\n--b\r\nX: y\r\n\r\nsecond\r\n--b--");
  const seen: string[] = [];
  for await (const part of splitMultipart(inChunks(body, [3]), "b")) {
    if (part.headers.get("x")) seen.push((await collect(part.body)).toString());
  }
  assert.deepEqual(seen, ["second"]);
});

test("a line that only begins like the boundary belongs to the content", async () => {
  const body = Buffer.from("--b\r\n\r\none\r\n--bold\r\nmore\r\n--b--");
  for await (const part of splitMultipart(inChunks(body, [5]), "b")) {
    assert.equal((await collect(part.body)).toString(), "one\r\n--bold\r\nmore");
  }
});

test("a body that is cut off is a bad request, after the parts that were whole", async () => {
  const seen: string[] = [];
  await assert.rejects(
    async () => {
      for await (const part of splitMultipart(inChunks(Buffer.from("--b\r\n\r\none\r\n--b\r\n\r\ntw"), [4]), "b"))
        seen.push((await collect(part.body)).toString());
    },
    { code: "bad-request" },
  );
  assert.deepEqual(seen, ["one"]);
});

test("what multipart() writes, splitMultipart() reads", async () => {
  const parts = [new Uint8Array([1, 2, 3]), new Uint8Array(0), new Uint8Array(70_000).fill(13)];
  const out = multipart(
    "application/octet-stream",
    parts.map((body) => ({ contentType: "application/octet-stream", body })),
  );
  const boundary = /boundary=(\S+)/.exec(out.contentType)?.[1] ?? "";
  const back: Buffer[] = [];
  for await (const part of splitMultipart(out.body, boundary)) back.push(await collect(part.body));
  assert.deepEqual(
    back.map((b) => b.length),
    [3, 0, 70_000],
  );
});

test("a part whose reader gives up in its middle is skipped to its end", async () => {
  const body = Buffer.alloc(5000, "x\r\n--bound");
  const parts = [1, 2, 3].flatMap((n) => [Buffer.from(`\r\n--boundary\r\nNumber: ${n}\r\n\r\n`), body]);
  const whole = Buffer.concat([...parts, Buffer.from("\r\n--boundary--\r\n")]);
  for (const size of [7, 100, 20_000]) {
    const seen: string[] = [];
    for await (const part of splitMultipart(inChunks(whole, [size]), "boundary")) {
      seen.push(part.headers.get("number") ?? "");
      for await (const _ of part.body) break; // the disk is full
    }
    assert.deepEqual(seen, ["1", "2", "3"]);
  }
});
