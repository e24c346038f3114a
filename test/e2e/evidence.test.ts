import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Locator, Page } from "playwright-core";
import type { DeviationView } from "../../src/cases/deviation.ts";
import type { CaseView } from "../../src/cases/views.ts";
import { createPerson } from "../../src/server/auth/people.ts";
import { createSignInLink } from "../../src/server/auth/sign-in-links.ts";
import { launchBrowser } from "../browser.ts";
import { startWillis, type TestWillis } from "../harness.ts";
import { installOpenTrial } from "../open-trial.ts";

const WIDE = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

let willis: TestWillis;
let browser: Browser;
const problems: string[] = [];

before(async () => {
  willis = await startWillis();
  await installOpenTrial(willis.services);
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await willis?.stop();
});

async function call<T>(login: "spoke" | "hub", method: string, path: string, body?: object): Promise<T> {
  const answer = await willis.as(login, path, {
    method,
    ...(body ? { headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {}),
  });
  const said = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${said.slice(0, 300)}`);
  return JSON.parse(said) as T;
}

async function referred(kind: string, facts: Readonly<Record<string, unknown>>): Promise<string> {
  const { id } = await call<CaseView>("spoke", "POST", "/api/cases", {
    kind,
    toOrganisationId: willis.organisations.Hub,
    patient: { name: "Example, Ada", identifier: "4471 0093", birthDate: "1955-03-12", sex: "F" },
  });
  const at = new Date(Date.now() - 3 * 3_600_000).toISOString();
  if (kind === "stroke") await call("spoke", "PATCH", `/api/cases/${id}`, { lastKnownWell: { at, by: "daughter" } });
  for (const [name, value] of Object.entries(facts))
    await call("spoke", "POST", `/api/cases/${id}/facts`, { name, value });
  await call("spoke", "POST", `/api/cases/${id}/refer`);
  return id;
}

async function open(link: string, path: string, viewport = WIDE): Promise<Page> {
  const page = await (await browser.newContext({ viewport })).newPage();
  page.on("pageerror", (error) => problems.push(error.message));
  await page.goto(link);
  await page.getByTestId("account").waitFor();
  await page.goto(willis.url + path);
  return page;
}

async function options(caseId: string, viewport = WIDE): Promise<Page> {
  const page = await open(await willis.signIn("hub"), `/cases/${caseId}`, viewport);
  await page.getByTestId("options").waitFor();
  return page;
}

async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env.WILLIS_SHOTS;
  if (folder) await page.screenshot({ path: `${folder}/${name}.png` });
}

const card = (page: Page, subject: string): Locator =>
  page.getByTestId("option-card").filter({ has: page.getByRole("heading", { name: subject, exact: true }) });
const EVT = "Mechanical thrombectomy";

/** Nothing may be wider than the page. */
async function fits(page: Page): Promise<void> {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(over <= 0, `the page is ${over} px wider than the screen`);
}

test("options come first, the states are told by shape and word, and a fact that was missing judges anew", async () => {
  const id = await referred("stroke", { nihss: 16, aspects: 9, occlusion_site: "M1" });
  const page = await options(id);
  const evt = card(page, EVT);
  await evt.waitFor();
  assert.equal(await page.getByTestId("option-card").first().getByRole("heading").textContent(), EVT);
  assert.equal(await evt.getAttribute("data-standing"), "for", "another body speaks for it already");
  await evt.getByTestId("option-evidence").click();
  const dialog = page.getByTestId("evidence");
  await dialog.getByText("Who says what").waitFor();
  const voices = await dialog.getByTestId("voices").innerText();
  assert.match(voices, /AHA\/ASA 2026[\s\S]*cannot determine[\s\S]*Pre-stroke mRS/);
  assert.match(voices, /ESO\/ESMINT 2019[\s\S]*applies/);
  const marks = await dialog
    .locator(".mark")
    .evaluateAll((all) =>
      all.map((mark) => [mark.querySelector("i")?.textContent, mark.querySelector(".hidden-visually")?.textContent]),
    );
  for (const [shape, word] of [
    ["●", "met: "],
    ["✕", "not met: "],
    ["◌", "cannot determine: "],
  ])
    assert.ok(
      marks.some(([a, b]) => a === shape && b === word),
      `${shape} stands with "${word}"`,
    );
  assert.ok(!marks.some(([shape, word]) => !shape || !word), "no state is told by colour alone");

  const enough = dialog.getByTestId("enough");
  await enough.getByText("Pre-stroke mRS").first().waitFor();
  await shot(page, "evidence-1440");
  await enough.getByRole("button").first().click();
  await dialog.waitFor({ state: "detached" });
  await page.getByTestId("answer-dialog").getByText("Pre-stroke mRS").first().waitFor();
  await page.getByTestId("answer-confirm").click();

  const spoke = await open(await willis.signIn("spoke"), `/cases/${id}`);
  await spoke.getByTestId("options").locator(".ask-next").getByRole("button", { name: "add" }).click();
  await spoke.getByRole("dialog").getByText("Pre-stroke mRS").first().waitFor();
  await spoke.getByTestId("fact-value").fill("0");
  await spoke.getByTestId("fact-save").click();
  await spoke.getByRole("dialog").waitFor({ state: "detached" });
  await card(spoke, EVT).getByText("AHA/ASA 2026").waitFor();
  await spoke.context().close();
  // The hub, which asked, sees it judged anew without doing anything.
  await evt.getByText("AHA/ASA 2026").waitFor();
  assert.match(await evt.innerText(), /Changed since AHA\/ASA 2019\s+ASPECTS ≥\s6 became ≥\s3/);
  await shot(page, "options-1440");
  await page.context().close();
});

test("the aneurysm board: what cannot be determined asks for the fact, and once it is given the option stands", async () => {
  const id = await referred("aneurysm", { aneurysm_status: "unruptured", aneurysm_size_mm: 7 });
  const page = await open(await willis.signIn("surgeon"), `/cases/${id}`);
  await page.getByTestId("options").waitFor();
  const repair = card(page, "Preventive repair");
  await repair.getByText("cannot determine yet").waitFor();
  await shot(page, "aneurysm-1440");
  await repair.getByTestId("option-evidence").click();
  const enough = page.getByTestId("evidence").getByTestId("enough");
  const growth = enough.getByRole("listitem").filter({ hasText: "Growth" });
  assert.match(await growth.innerText(), /on the images[\s\S]*ESO/);
  await growth.getByRole("button").click();
  await page.getByTestId("fact-value").fill("2");
  await page.getByTestId("fact-save").click();
  await repair.getByText("spoken for").waitFor();
  assert.ok(await repair.getByTestId("not-followed-because").isVisible());
  await page.getByRole("button", { name: "Side by side" }).click();
  const beside = page.getByRole("dialog");
  for (const column of ["Intervention", "Surgery", "Drugs and medical care", "Imaging and care"])
    await beside.getByRole("heading", { name: column, exact: true }).waitFor();
  await shot(page, "beside-1440");
  await page.context().close();
});

test("in one tap a recommendation that is met is not followed, both ends see it, and quality reads why", async () => {
  const id = await referred("stroke", { nihss: 16, aspects: 9, occlusion_site: "M1", prestroke_mrs: 0 });
  const page = await options(id);
  const evt = card(page, EVT);
  await evt.getByTestId("not-followed-because").click();
  await shot(page, "not-followed-menu-1440");
  await page.getByRole("menuitem", { name: "anatomy or access" }).click();
  await evt.getByText("Not followed: anatomy or access").waitFor();
  await shot(page, "not-followed-1440");
  const kept = async () =>
    (await call<{ deviations: DeviationView[] }>("spoke", "GET", `/api/cases/${id}/deviations`)).deviations;
  assert.deepEqual(
    (await kept()).map((one) => [one.recommendation, one.reason]),
    [["ais26-evt-01", "anatomy"]],
  );
  await page.getByRole("button", { name: "Take back" }).first().click();
  await evt.getByTestId("not-followed-because").waitFor();
  assert.notEqual((await kept())[0]!.withdrawn, null);
  await evt.getByTestId("not-followed-because").click();
  await page.getByRole("menuitem", { name: "In own words" }).click();
  await page.getByTestId("deviation-words").fill("occlusion of both femoral arteries");
  await page.getByRole("button", { name: "Note it" }).click();
  await evt.getByText("Not followed: occlusion of both femoral arteries").waitFor();
  await page.context().close();

  const { pool } = willis.services;
  const person = { organisationId: willis.organisations.Hub, login: "quality", name: "Dr quality" };
  const lead = await createPerson(pool, { ...person, role: "quality-lead" });
  const { token } = await createSignInLink(pool, lead.id, { usesLeft: null, hours: 1 });
  const quality = await open(`${willis.url}/sign-in/${token}`, "/quality");
  const log = quality.getByTestId("deviation-log");
  await log.getByText("occlusion of both femoral arteries").waitFor();
  await log.getByText("taken back by Dr hub").waitFor();
  assert.ok(!(await log.innerText()).includes("Ada"));
  await shot(quality, "quality-1440");
  await quality.getByRole("tab", { name: "Trial screening" }).click();
  const screening = quality.getByTestId("screening-log");
  await screening.locator('[data-trial="made-up-open"]').first().waitFor();
  await shot(quality, "screening-1440");
  await quality.context().close();
});

test("on a past decision: what was met then and not followed is noted there, and stands on its page", async () => {
  const id = await referred("stroke", { nihss: 16, aspects: 9, occlusion_site: "M1", prestroke_mrs: 0 });
  const decision = await call<{ id: string }>("hub", "POST", `/api/cases/${id}/answer`, {
    kind: "decline",
    reason: "no bed",
  });
  await call("spoke", "POST", `/api/cases/${id}/facts`, { name: "nihss", value: 2 });
  const page = await open(await willis.signIn("hub"), `/decisions/${decision.id}`);
  await card(page, EVT).getByTestId("not-followed-because").click();
  await page.getByRole("menuitem", { name: "not available here in time" }).click();
  const list = page.getByTestId("not-followed-then");
  await list.getByText(/AHA\/ASA 2026 on Mechanical thrombectomy: not available here in time/).waitFor();
  await list.scrollIntoViewIfNeeded();
  await shot(page, "decision-1440");
  await page.context().close();
});

test("two bodies that differ stand side by side with the point on which they part", async () => {
  const id = await referred("stroke", DIFFER);
  const page = await options(id);
  const differing = page
    .getByTestId("option-card")
    .filter({ hasText: /Bodies differ|bodies differ/ })
    .first();
  await differing.waitFor();
  await differing.getByTestId("option-evidence").click();
  const side = page.getByTestId("evidence").getByTestId("disagreement").first();
  await side.waitFor();
  const words = await side.innerText();
  assert.match(words, /AHA\/ASA 2026/);
  assert.match(words, /ESO/);
  const points = await side.getByTestId("points-of-difference").innerText();
  assert.match(points, /Occlusion site\s+non-dominant M2/);
  await shot(page, "differ-1440");
  await page.context().close();
});

const DIFFER = { nihss: 12, aspects: 9, occlusion_site: "M2-nondominant", prestroke_mrs: 0 };

test("a body that stands against a trial is shown beside it", async () => {
  const id = await referred("avm", { avm_status: "unruptured", spetzler_martin: 2 });
  const page = await options(id);
  await page
    .getByTestId("option-card")
    .filter({ hasText: "A trial found otherwise" })
    .first()
    .getByTestId("option-evidence")
    .click();
  const side = page.getByTestId("disagreement").first();
  assert.match(await side.innerText(), /EANS[\s\S]*ARUBA 2014/);
  await page.context().close();
});

test("the patient beside the trials: would have been enrolled or not, by which fact, condition by condition", async () => {
  const id = await referred("stroke", { nihss: 16, aspects: 9, occlusion_site: "M1", prestroke_mrs: 0 });
  const page = await options(id);
  await card(page, EVT).getByTestId("option-evidence").click();
  const matrix = page.getByTestId("evidence").getByTestId("trial-matrix");
  await matrix.getByRole("button", { name: /Show all/ }).click();
  const dawn = matrix.locator('[data-trial="dawn"]');
  assert.equal(await dawn.getAttribute("data-enrolled"), "no");
  assert.match(await dawn.innerText(), /no, time from last known well/);
  assert.equal(await matrix.locator('[data-trial="mr-clean"]').getAttribute("data-enrolled"), "yes");
  await dawn.scrollIntoViewIfNeeded();
  await shot(page, "trials-1440");
  await page.context().close();
});

test("on a phone: the same in one hand, nothing wider than the screen, and what became of a candidate is written down", async () => {
  const id = await referred("stroke", { nihss: 16, aspects: 9, occlusion_site: "M1", prestroke_mrs: 0 });
  const page = await options(id, PHONE);
  await fits(page);
  await shot(page, "options-390");
  await card(page, EVT).getByTestId("option-evidence").click();
  const dialog = page.getByTestId("evidence");
  await dialog.getByText("Who says what").waitFor();
  await fits(page);
  await shot(page, "evidence-390");
  await dialog.getByTestId("trial-matrix").scrollIntoViewIfNeeded();
  await shot(page, "trials-390");
  await fits(page);
  await page.keyboard.press("Escape");
  const screening = page.getByTestId("screening");
  await screening.getByText("may be enrolled").waitFor();
  await screening.getByTestId("screening-outcome").click();
  const outcome = page.getByTestId("screening-dialog");
  await outcome.getByText("not offered").click();
  assert.ok(await outcome.getByRole("button", { name: "Write it down" }).isDisabled(), "not offered needs its reason");
  await page.getByTestId("screening-reason").fill("at night nobody could consent");
  await shot(page, "screening-390");
  await outcome.getByRole("button", { name: "Write it down" }).click();
  await screening.getByText("not offered: at night nobody could consent").waitFor();
  await page.context().close();
});

test("no page threw an error", () => {
  assert.deepEqual(problems, []);
});
