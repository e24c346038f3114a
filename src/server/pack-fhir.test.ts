import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startWillis, type TestWillis } from "../../test/harness.ts";

let willis: TestWillis;
before(async () => {
  willis = await startWillis();
});
after(() => willis?.stop());

const URL = "/api/packs/eso-basilar-2024/fhir";
type Entry = { resource: Record<string, unknown> & { content?: { title?: string; data: string }[] } };
const bundleNow = async () =>
  (await (await willis.as("hub", URL)).json()) as { resourceType: "Bundle"; entry: Entry[] };
const put = (body: object, login: "admin" | "hub" = "admin") =>
  willis.as(login, "/api/packs/fhir", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

test("a pack in force goes out as FHIR over HTTP, and the same bundle comes in as the same version", async () => {
  const answer = await willis.as("hub", URL);
  assert.match(answer.headers.get("content-type")!, /^application\/fhir\+json/);
  const bundle = await answer.json();
  const again = await put({ bundle, why: "a test", unsignedBecause: "it came from here" });
  assert.equal(again.status, 200, await again.clone().text());
  const { pack, changed } = (await again.json()) as { pack: { hash: string }; changed: boolean };
  assert.equal(changed, false);
  assert.equal(pack.hash, willis.services.packs.find(({ id }) => id === "eso-basilar-2024")!.hash);
  assert.equal((await willis.as("hub", "/api/packs/no-such/fhir")).status, 404);
});

test("a bundle whose resources say something else than its files is refused, and who is no administrator as well", async () => {
  const bundle = await bundleNow();
  bundle.entry[0]!.resource.title = "Something else";
  const refused = await put({ bundle, why: "a test", unsignedBecause: "a test" });
  assert.equal(refused.status, 400);
  assert.match(await refused.text(), /says something else.*PlanDefinition eso-basilar-2024/);
  const odd = await bundleNow();
  const library = odd.entry.find(({ resource }) => resource.resourceType === "Library")!.resource;
  library.content!.push({ ...library.content!.at(-1)!, title: "more.json" });
  const strange = await put({ bundle: odd, why: "a test", unsignedBecause: "a test" });
  assert.match(await strange.text(), /more\.json.* is no file of a pack/);
  const unsigned = await put({ bundle: await bundleNow(), why: "a test" });
  assert.equal(unsigned.status, 403);
  assert.equal((await put({ bundle, why: "a test" }, "hub")).status, 403);
});
