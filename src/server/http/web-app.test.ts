import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import Fastify, { type FastifyInstance } from "fastify";
import { serveWebApp } from "./web-app.ts";

let app: FastifyInstance;
let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "willis-web-"));
  const root = join(folder, "dist");
  await mkdir(join(root, "assets"), { recursive: true });
  await writeFile(join(folder, "secret.txt"), "secret");
  await writeFile(join(root, "index.html"), "<!doctype html><title>Willis</title>");
  await writeFile(join(root, "assets", "main-abc123.js"), "1");
  app = Fastify();
  serveWebApp(app, root);
});
after(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

test("any address of the app gives its page, asked for anew each time", async () => {
  for (const url of ["/", "/cases/123", "/read/1.2.3?x=1", "/index.html"]) {
    const answer = await app.inject({ url });
    assert.equal(answer.statusCode, 200, url);
    assert.match(answer.body, /<title>Willis/);
    assert.equal(answer.headers["cache-control"], "no-cache");
  }
});

test("files with a digest in their name are kept for a year; one that is not there is not the page", async () => {
  const asset = await app.inject({ url: "/assets/main-abc123.js" });
  assert.equal(asset.headers["cache-control"], "public, max-age=31536000, immutable");
  assert.match(String(asset.headers["content-type"]), /javascript/);
  assert.equal((await app.inject({ url: "/assets/gone.js" })).statusCode, 404);
});

test("an unknown address of an interface is a problem, not the page", async () => {
  for (const url of ["/api/nothing", "/dicom-web/nothing", "/api"]) {
    const answer = await app.inject({ url });
    assert.equal(answer.statusCode, 404);
    assert.match(String(answer.headers["content-type"]), /problem\+json/);
  }
  assert.equal((await app.inject({ method: "POST", url: "/cases" })).statusCode, 404);
});

test("no address leaves the folder", async () => {
  for (const url of ["/../secret.txt", "/..%2fsecret.txt", "/assets/..%2f..%2f..%2fsecret.txt", "/%00", "/%ff"]) {
    const answer = await app.inject({ url });
    assert.ok(!answer.body.includes("secret"), url);
  }
});
