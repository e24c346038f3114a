import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Login, startWillis, type TestWillis } from "../harness.ts";

let willis: TestWillis;
before(async () => {
  willis = await startWillis();
});
after(() => willis?.stop());

const post = (login: Login, path: string, body: object = {}) =>
  willis.as(login, path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

/** What a person hears on the live channel, as it comes. */
async function listen(login: Login): Promise<{ heard: string[]; stop: () => void }> {
  const leaving = new AbortController();
  const answer = await willis.as(login, "/api/live", { signal: leaving.signal });
  assert.equal(answer.headers.get("content-type"), "text/event-stream; charset=utf-8");
  assert.match(answer.headers.get("content-security-policy") ?? "", /default-src 'self'/);
  const heard: string[] = [];
  (async () => {
    for await (const chunk of answer.body!) heard.push(new TextDecoder().decode(chunk));
  })().catch(() => {});
  return { heard, stop: () => leaving.abort() };
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !condition(); tries++) await new Promise((resolve) => setTimeout(resolve, 25));
  assert.ok(condition());
}

test("both sides of a case hear at once what changes; a stranger hears nothing, the hub nothing of a draft", async () => {
  const [spoke, hub, stranger] = await Promise.all([listen("spoke"), listen("hub"), listen("stranger")]);
  const made = await post("spoke", "/api/cases", { kind: "stroke", toOrganisationId: willis.organisations.Hub });
  const { id } = (await made.json()) as { id: string };
  await until(() => spoke.heard.join("").includes(id));
  assert.ok(!hub.heard.join("").includes(id));
  await post("spoke", `/api/cases/${id}/refer`);
  await until(() => hub.heard.join("").includes(id));
  await post("hub", `/api/cases/${id}/messages`, { body: "Which arm is weak?" });
  await until(() => spoke.heard.join("").includes('"what":"message"'));
  assert.ok(!spoke.heard.join("").includes("Which arm"), "an event says that something changed, never what");
  assert.ok(!stranger.heard.join("").includes(id));
  for (const channel of [spoke, hub, stranger]) channel.stop();
});
