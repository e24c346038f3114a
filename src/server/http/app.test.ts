import "@fastify/swagger"; // gives the app its `swagger`
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { WillisError } from "../../core/index.ts";
import { ROUTES } from "../routes/index.ts";
import { buildApp } from "./app.ts";
import type { Route } from "./route.ts";
import { sendPieces } from "./send-pieces.ts";
import type { Services } from "./services.ts";
import { varyBy } from "./vary.ts";

const services = { now: () => new Date(), pool: {} } as unknown as Services;
const open = { on: "nothing", why: "a test" } as const;
const route = (url: string, handle: Route["handle"], more: Partial<Route> = {}): Route => ({
  ...{ method: "GET", url, access: open, summary: url, handle },
  ...more,
});

test("the interface describes every route of the list, with its parameters, as OpenAPI 3.1", async () => {
  const app = buildApp(services);
  await app.ready();
  const { openapi, paths = {} } = app.swagger() as { openapi: string; paths?: Record<string, Record<string, unknown>> };
  assert.equal(openapi, "3.1.0");
  for (const { method, url, summary } of ROUTES) {
    const path = url.replace(/:(\w+)/g, "{$1}").replace("*", "{*}");
    const operation = paths[path]?.[method.toLowerCase()] as { summary?: string; parameters?: unknown[] } | undefined;
    assert.equal(operation?.summary, summary, `${method} ${url} is not described`);
    const count = (url.match(/:\w+/g) ?? []).length;
    assert.ok((operation?.parameters?.length ?? 0) >= count, `${method} ${url}: parameters`);
  }
  await app.close();
});

test("an answer without content is 204, one that a handler sent by itself stays as it is", async () => {
  const app = buildApp(services, {
    routes: [
      route("/none", () => undefined),
      route("/later", async () => void (await sleep(1))),
      route("/same", ({ reply }) => void reply.code(304).send()),
      route("/reply", ({ reply }) => reply.code(201).type("text/plain").send("x")),
      route("/text", ({ reply }) => void reply.type("text/plain").send("y")),
      route("/json", () => ({ a: 1 })),
    ],
  });
  const seen = async (url: string) => {
    const { statusCode, body } = await app.inject({ url });
    return [statusCode, body];
  };
  assert.deepEqual(await seen("/none"), [204, ""]);
  assert.deepEqual(await seen("/later"), [204, ""]);
  assert.deepEqual(await seen("/same"), [304, ""]);
  assert.deepEqual(await seen("/reply"), [201, "x"]);
  assert.deepEqual(await seen("/text"), [200, "y"]);
  assert.deepEqual(await seen("/json"), [200, '{"a":1}']);
  await app.close();
});

test("an error of ours is a problem with its words; any other says nothing of its inside", async () => {
  const app = buildApp(services, {
    routes: [
      route("/ours", () => {
        throw new WillisError("cannot-compute", "the scan ends 3 s early");
      }),
      route("/fault", () => {
        throw new Error("password of the database is hunter2");
      }),
    ],
  });
  const ours = await app.inject({ url: "/ours" });
  assert.equal(ours.statusCode, 422);
  assert.equal(ours.headers["content-type"], "application/problem+json; charset=utf-8");
  assert.equal(ours.json().detail, "the scan ends 3 s early");
  const log = console.error;
  console.error = () => {};
  const fault = await app.inject({ url: "/fault" });
  console.error = log;
  assert.equal(fault.statusCode, 500);
  assert.ok(!fault.body.includes("hunter2"));
  await app.close();
});

test("a raw body reaches its handler unread, and long; when the client goes away the signal says so", async () => {
  let size = 0;
  const left = Promise.withResolvers<void>();
  const app = buildApp(services, {
    routes: [
      route(
        "/raw",
        async ({ request }) => {
          for await (const chunk of request.raw) size += (chunk as Buffer).length;
          return { size };
        },
        { method: "POST", rawBody: true },
      ),
      route("/long", ({ signal }) => {
        signal.addEventListener("abort", () => left.resolve());
        return new Promise(() => {});
      }),
    ],
  });
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  const body = new Uint8Array(3_000_000);
  const answer = await fetch(`${url}/raw`, { method: "POST", body, headers: { "content-type": "application/dicom" } });
  assert.deepEqual(await answer.json(), { size: 3_000_000 });
  const leaving = new AbortController();
  const asked = fetch(`${url}/long`, { signal: leaving.signal });
  await sleep(100);
  leaving.abort();
  await assert.rejects(asked);
  await left.promise;
  await app.close();
});

test("a viewer elsewhere may read only from origins that are named, and caches tell them apart", async () => {
  const app = buildApp(services, {
    corsOrigins: ["https://viewer.example"],
    routes: [
      route("/dicom-web/some", ({ reply }) => void varyBy(reply, "accept").type("text/plain").send("x")),
      route("/dicom-web/bytes", (context) => {
        varyBy(context.reply, "accept");
        return sendPieces(context, "text/plain", [Buffer.from("x")]);
      }),
      route("/api/some", ({ reply }) => void reply.type("text/plain").send("y")),
    ],
  });
  const ask = (url: string, origin: string) => app.inject({ url, headers: { origin } });
  const named = await ask("/dicom-web/some", "https://viewer.example");
  assert.equal(named.headers["access-control-allow-origin"], "https://viewer.example");
  assert.equal(named.headers["access-control-allow-credentials"], undefined);
  assert.equal(named.headers.vary, "accept, origin");
  const other = await ask("/dicom-web/some", "https://elsewhere.example");
  assert.equal(other.headers["access-control-allow-origin"], undefined);
  assert.equal(other.headers.vary, "accept, origin");
  const bytes = await ask("/dicom-web/bytes", "https://viewer.example");
  assert.equal(bytes.headers["access-control-allow-origin"], "https://viewer.example");
  assert.equal(bytes.headers.vary, "accept, origin", "sent past the hooks");
  const api = await ask("/api/some", "https://viewer.example");
  assert.equal(api.headers["access-control-allow-origin"], undefined);
  const preflight = await app.inject({
    ...{ url: "/dicom-web/some", method: "OPTIONS" },
    headers: { origin: "https://viewer.example", "access-control-request-method": "GET" },
  });
  assert.equal(preflight.statusCode, 204);
  assert.match(String(preflight.headers["access-control-allow-headers"]), /range/);
  await app.close();
});
