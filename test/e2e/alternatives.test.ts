import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import type { CaseView } from "../../src/cases/views.ts";
import type { AlternativeTable } from "../../src/knowledge/alternatives.ts";
import { launchBrowser } from "../browser.ts";
import { startWillis, type TestWillis } from "../harness.ts";

let willis: TestWillis;
let browser: Browser;
let caseId = "";
const problems: string[] = [];

async function call<T>(login: "spoke" | "hub", method: string, path: string, body?: object): Promise<T> {
  const answer = await willis.as(login, path, {
    method,
    ...(body ? { headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {}),
  });
  const said = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${said.slice(0, 300)}`);
  return JSON.parse(said) as T;
}

before(async () => {
  willis = await startWillis();
  browser = await launchBrowser();

  const made = await call<CaseView>("spoke", "POST", "/api/cases", {
    kind: "stroke",
    toOrganisationId: willis.organisations.Hub,
    patient: { name: "Example, Ada", identifier: "4471 0093", birthDate: "1955-03-12", sex: "F" },
  });
  const at = new Date(Date.now() - 3 * 3_600_000).toISOString();
  await call("spoke", "PATCH", `/api/cases/${made.id}`, { lastKnownWell: { at, by: "daughter" } });
  for (const [name, value] of Object.entries({ nihss: 16, aspects: 9, occlusion_site: "M1" }))
    await call("spoke", "POST", `/api/cases/${made.id}/facts`, { name, value });
  await call("spoke", "POST", `/api/cases/${made.id}/refer`);
  caseId = made.id;
});

after(async () => {
  await browser?.close();
  await willis?.stop();
});

async function open(viewport: { width: number; height: number }): Promise<Page> {
  const page = await (await browser.newContext({ viewport })).newPage();
  page.on("pageerror", (error) => problems.push(error.message));
  await page.goto(await willis.signIn("hub"));
  await page.getByTestId("account").waitFor();
  await page.goto(`${willis.url}/cases/${caseId}`);
  return page;
}

test("the tables of a case: early large-vessel occlusion first; a basilar occlusion is not this patient's", async () => {
  const { tables } = await call<{ tables: AlternativeTable[] }>("hub", "GET", `/api/cases/${caseId}/alternatives`);
  assert.equal(tables[0]?.indication, "ais-lvo-early");
  assert.ok(!tables.some((table) => table.indication === "ais-basilar"));
  const treated = tables[0]!.rows[0]!;
  assert.ok(treated.undecided.some((item) => item.id === "ais26-evt-01" && item.missing.includes("prestroke_mrs")));
  assert.ok(treated.speaksFor.some((item) => item.id === "mr-clean"));
});

for (const viewport of [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
]) {
  test(`alternatives are weighed in numbers with sources, and what is missing can be asked for, at ${viewport.width}`, async () => {
    const page = await open(viewport);
    if (viewport.width < 720) await page.getByRole("tab", { name: /options/i }).click();
    await page.getByRole("button", { name: "Weigh alternatives" }).click();
    const dialog = page.getByTestId("weigh-alternatives");
    await dialog.getByText("46 of 100", { exact: true }).waitFor();
    const hermes = dialog.getByRole("listitem").filter({ hasText: "HERMES" }).first();
    assert.match((await hermes.textContent())!, /27 of 100 with medical · treat 6 for 1 more/);
    await dialog.getByText("speaks for").first().waitFor();
    await dialog.getByText("cannot determine").first().waitFor();
    assert.equal(await dialog.getByText("No observation without treatment is listed").first().isVisible(), true);
    const shots = process.env.WILLIS_SHOTS;
    if (shots) await page.screenshot({ path: `${shots}/alternatives-${viewport.width}.png` });
    await dialog
      .getByRole("button", { name: /pre-stroke mRS/i })
      .first()
      .click();
    await dialog.waitFor({ state: "detached" });
    await page.context().close();
  });
}

test("no page threw an error", () => {
  assert.deepEqual(problems, []);
});
