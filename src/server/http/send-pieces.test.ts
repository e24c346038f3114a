import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm, truncate } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import { fileSystemBlobs } from "../blobs/file-system.ts";
import { buildApp } from "./app.ts";
import { type Piece, sendPieces } from "./send-pieces.ts";
import type { Services } from "./services.ts";

const SIZES = [0, 1, 1000, 65_536, 524_288, 1_048_576, 1_048_577, 1_500_000];
const contents = SIZES.map((size) => randomBytes(size));
let folder = "";
let blobs: Awaited<ReturnType<typeof fileSystemBlobs>>;
let app: FastifyInstance;
let url = "";
let answer: readonly Piece[] = [];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "willis-pieces-"));
  blobs = await fileSystemBlobs(folder);
  const services = { now: () => new Date(), pool: {}, blobs } as unknown as Services;
  const access = { on: "nothing", why: "a test" } as const;
  app = buildApp(services, {
    routes: [
      {
        ...({ method: "GET", url: "/pieces", access, summary: "pieces" } as const),
        handle: (context) => sendPieces(context, "application/octet-stream", answer),
      },
    ],
  });
  url = `${await app.listen({ host: "127.0.0.1", port: 0 })}/pieces`;
});
after(async () => {
  app.server.closeAllConnections();
  await app.close();
  await blobs.close();
  await rm(folder, { recursive: true, force: true });
});

/** Every content as a blob, between short bytes at hand, as a multipart body has them; and the digest of it all. */
async function mixed(): Promise<{ pieces: Piece[]; digest: string; length: number }> {
  const pieces: Piece[] = [];
  const hash = createHash("sha256");
  let length = 0;
  for (const [i, content] of contents.entries()) {
    const { key } = await blobs.put(content);
    const head = Buffer.from(`--head ${i}\r\n`);
    const from = Math.min(i, content.length);
    pieces.push(head, { key, offset: from, length: content.length - from });
    hash.update(head).update(content.subarray(from));
    length += head.length + content.length - from;
  }
  return { pieces, digest: hash.digest("hex"), length };
}

const digestOf = async (one: Response): Promise<string> =>
  createHash("sha256")
    .update(Buffer.from(await one.arrayBuffer()))
    .digest("hex");

test("pieces arrive whole and in order, their length said before, also to many clients at once", async () => {
  const { pieces, digest, length } = await mixed();
  answer = pieces;
  for (let round = 0; round < 2; round++) {
    const got = await Promise.all(Array.from({ length: 6 }, () => fetch(url)));
    for (const one of got) {
      assert.equal(one.headers.get("content-length"), `${length}`);
      assert.equal(one.headers.get("cache-control"), "no-store");
      assert.match(one.headers.get("content-security-policy") ?? "", /default-src/);
    }
    assert.deepEqual(new Set(await Promise.all(got.map(digestOf))), new Set([digest]));
  }
});

test("what a slow client has not taken yet is not written over by what others get", async () => {
  const { pieces, digest } = await mixed();
  answer = pieces;
  const slow = new Promise<string>((done, failed) => {
    const hash = createHash("sha256");
    request(url, async (one) => {
      for await (const chunk of one) {
        hash.update(chunk as Buffer);
        await sleep(3);
      }
      done(hash.digest("hex"));
    })
      .on("error", failed)
      .end();
  });
  for (let k = 0; k < 5; k++) assert.equal(await digestOf(await fetch(url)), digest);
  assert.equal(await slow, digest);
});

test("after clients that hung up in the middle, the others still get what they asked for", async () => {
  const { pieces, digest } = await mixed();
  answer = [...pieces, ...pieces, ...pieces];
  await Promise.all(
    Array.from({ length: 12 }, async () => {
      const leaving = new AbortController();
      const one = await fetch(url, { signal: leaving.signal });
      await one.body?.getReader().read();
      leaving.abort();
    }),
  );
  answer = pieces;
  const got = await Promise.all(Array.from({ length: 4 }, async () => digestOf(await fetch(url))));
  assert.deepEqual(new Set(got), new Set([digest]));
});

test("HEAD has the headers and no body; nothing to send is an empty answer", async () => {
  const { pieces, length } = await mixed();
  answer = pieces;
  const head = await fetch(url, { method: "HEAD" });
  assert.equal(head.headers.get("content-length"), `${length}`);
  answer = [];
  const empty = await fetch(url);
  assert.deepEqual([empty.status, (await empty.arrayBuffer()).byteLength], [200, 0]);
});

test("a blob that is not there is an error of ours; one that ends early ends the connection, never a short answer", async () => {
  const log = console.error;
  console.error = () => {};
  try {
    answer = [{ key: "0".repeat(64), offset: 0, length: 10 }];
    assert.ok((await fetch(url)).status >= 500);
    const { key } = await blobs.put(randomBytes(4_000_000));
    answer = [{ key, offset: 0, length: 4_000_000 }];
    await truncate(join(folder, "objects", key.slice(0, 2), key), 3_000_000);
    const cut = await fetch(url);
    assert.equal(cut.status, 200);
    await assert.rejects(cut.arrayBuffer());
  } finally {
    console.error = log;
  }
});
