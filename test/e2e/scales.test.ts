import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import type { ScaleEntryView } from "../../src/cases/scale-entries.ts";
import type { CaseView } from "../../src/cases/views.ts";
import { launchBrowser } from "../browser.ts";
import { startWillis, type TestWillis } from "../harness.ts";
import { ct, smallStudy } from "./small-studies.ts";

let willis: TestWillis;
let browser: Browser;
let caseId = "";
const problems: string[] = [];
const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

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
  caseId = made.id;
  const at = new Date(Date.now() - 3 * 3_600_000).toISOString();
  await call("spoke", "PATCH", `/api/cases/${caseId}`, { lastKnownWell: { at, by: "daughter" } });
  for (const [name, value] of Object.entries({ nihss: 16, hypertension: true, occlusion_side: "left" }))
    await call("spoke", "POST", `/api/cases/${caseId}/facts`, { name, value, observedAt: at });
  for (const file of smallStudy("scales", "Ada", "20261120", [ct("Head plain")]).files) {
    const sent = await willis.as("spoke", `/api/cases/${caseId}/images`, {
      method: "POST",
      headers: { "content-type": "application/dicom" },
      body: file as BodyInit,
    });
    assert.ok(sent.ok, await sent.text());
  }
  await call("spoke", "POST", `/api/cases/${caseId}/refer`);
});

after(async () => {
  await browser?.close();
  await willis?.stop();
});

async function open(
  viewport: { width: number; height: number },
  path = `/cases/${caseId}`,
  as: "hub" | "spoke" = "hub",
): Promise<Page> {
  const page = await (await browser.newContext({ viewport, hasTouch: viewport.width < 720 })).newPage();
  page.on("pageerror", (error) => problems.push(error.message));
  await page.goto(await willis.signIn(as));
  await page.getByTestId("account").waitFor();
  await page.goto(willis.url + path);
  return page;
}

async function choose(page: Page, search: string, id: string): Promise<void> {
  await page.getByTestId("tab-scales").click();
  await page.getByTestId("scale-add").click();
  await page.getByLabel("Which scale").fill(search);
  await page.getByTestId(`scale-choose-${id}`).click();
  await page.getByTestId("scale-keep").waitFor();
}

async function shot(page: Page, name: string): Promise<void> {
  const shots = process.env.WILLIS_SHOTS;
  if (shots) await page.screenshot({ path: `${shots}/scales-${name}-${page.viewportSize()?.width}.png` });
}

const entries = async () =>
  (await call<{ entries: ScaleEntryView[] }>("spoke", "GET", `/api/cases/${caseId}/scales`)).entries;

test("NIHSS by tap on a phone: one item at a time, untestable, back and undo; the score becomes a fact at both ends", async () => {
  const page = await open(PHONE);
  await choose(page, "nih", "nihss");
  const steps = page.getByTestId("scale-steps");
  await steps.getByText("1 of 15").waitFor();
  const target = steps.getByRole("button", { name: /^0 alert/ });
  const box = (await target.boundingBox())!;
  assert.ok(box.height >= 48 && box.width >= 300, `a target of ${box.width} x ${box.height}`);
  await shot(page, "nihss");
  await target.tap();
  for (const name of [
    /^0 both right/,
    /^0 both/,
    /^2 forced/,
    /^0 no loss/,
    /^2 partial/,
    /^0 no drift/,
    /^4 no movement/,
  ])
    await steps.getByRole("button", { name }).tap();
  await steps.getByText("9 of 15").waitFor();
  await steps.getByRole("button", { name: "Back" }).tap();
  await steps.getByText("8 of 15").waitFor();
  await steps.getByRole("button", { name: /^3 no effort/ }).tap();
  await page.getByTestId("scale-total").getByText("7 of 15 items not answered; no total yet").waitFor();
  await page.getByTestId("scale-total").getByRole("button", { name: "Undo" }).tap();
  for (const name of [/^0 no drift/, /^3 no effort/, /^UN/, /^1 mild/, /^2 severe/, /^UN/, /^0 none/])
    await steps.getByRole("button", { name }).tap();
  await steps.getByText("right arm").waitFor();
  const total = page.getByTestId("scale-total");
  assert.match((await total.textContent())!, /^14 moderate · not tested: limb ataxia, dysarthria/);
  await shot(page, "nihss-review");
  const spoke = await open(DESKTOP, `/cases/${caseId}`, "spoke");
  await spoke.getByTestId("tab-scales").click();
  await spoke.getByText("Nothing is scored yet").waitFor();
  await page.getByTestId("scale-keep-it").tap();
  await page.getByTestId("course-nihss").getByText("14").first().waitFor();
  await spoke.getByTestId("course-nihss").getByText("14").first().waitFor();
  await spoke.getByTestId("tab-course").click();
  await spoke.getByText("scored NIH Stroke Scale: 14, moderate").waitFor();
  const [kept] = await entries();
  assert.deepEqual([kept?.scale, kept?.value, kept?.by.name], ["nihss", 14, "Dr hub"]);
  const seen = await call<CaseView>("spoke", "GET", `/api/cases/${caseId}`);
  assert.equal(seen.facts.find((group) => group.name === "nihss")?.current?.value, 14);
});

test("a score is filled in from the case and says from what; by keyboard, kept, corrected, and drawn over time", async () => {
  const page = await open(DESKTOP);
  await page.getByTestId("tab-facts").click();
  await page.getByTestId("fact-add").click();
  await page.getByLabel("Which fact").fill("glasgow");
  await page
    .getByRole("button", { name: /Glasgow/ })
    .first()
    .click();
  await page.keyboard.press("Escape");
  await page.getByTestId("case").waitFor(); // Escape in a dialog never leaves the case
  await page.goto(`${willis.url}/cases/${caseId}`);
  await page.getByTestId("tab-facts").click();
  await page.getByTestId("fact-add").click();
  await page.getByLabel("Which fact").fill("pre-stroke");
  await page.getByRole("button", { name: /Pre-stroke mRS/ }).click();
  await page.getByTestId("fact-score-mrs").click();
  const moment = page.getByRole("radio", { name: "before the stroke" });
  assert.equal(await moment.isChecked(), true);
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByTestId("tab-facts").click();
  await page.getByTestId("fact-add").click();
  await page.getByLabel("Which fact").fill("glasgow");
  await page
    .getByRole("button", { name: /Glasgow/ })
    .first()
    .click();
  await page.getByTestId("fact-score-gcs").click();
  await page.getByTestId("scale-keep").getByRole("heading", { name: "Glasgow Coma Scale" }).waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();
  await choose(page, "thrive", "thrive");
  const age = page.getByTestId("scale-from-age");
  assert.match((await age.textContent())!, /Age 71 years, derived: whole years since the birth date/);
  assert.match((await page.getByTestId("scale-from-nihss").textContent())!, /NIHSS 14, scored by Dr hub/);
  const group = page.getByRole("group", { name: "hypertension", exact: true });
  assert.equal(await group.getByRole("radio", { name: /^1 yes/ }).isChecked(), true);
  await group.getByRole("radio", { name: /^0 no/ }).check();
  await page.getByTestId("scale-from-htn").waitFor({ state: "detached" });
  await page.getByTestId("scale-total").getByRole("button", { name: "Undo" }).click();
  await page.getByTestId("scale-from-htn").waitFor();
  await shot(page, "prefilled");
  await page.getByTestId("scale-keep-it").click();
  await page.getByRole("alert").getByText("Not kept yet: 2 items are not answered").waitFor();
  for (const name of ["diabetes", "atrial fibrillation"])
    await page.getByRole("group", { name, exact: true }).getByRole("radio", { name: /^0 no/ }).check();
  await page.getByTestId("scale-keep-it").click();
  await page.getByTestId("course-thrive").waitFor();
  const thrive = (await entries()).find((entry) => entry.scale === "thrive");
  assert.deepEqual(
    thrive?.inputs.map((input) => input.item),
    ["age", "nihss", "htn"],
  );

  await page.getByTestId("course-nihss").getByRole("button", { name: "Score again" }).click();
  await page.getByText("One at a time").click();
  await page.getByTestId("scale-steps").focus();
  for (const key of ["1", "0", "0", "0", "0", "1", "0", "2", "0", "2", "u", "0", "1", "0", "0"])
    await page.keyboard.press(key);
  await page.getByTestId("scale-total").getByText(/^7/).waitFor();
  await page.getByTestId("scale-keep-it").click();
  const course = page.getByTestId("course-nihss");
  await course.getByTestId("scale-plot").waitFor();
  assert.equal(await course.getByTestId("scale-entry").count(), 2);
  assert.match((await course.getByRole("img").getAttribute("aria-label"))!, /over time: 14, then 7/);
  await course.getByRole("button", { name: "Items" }).first().click();
  await course.getByTestId("scale-correct").click();
  await page.getByText("Correct NIH Stroke Scale").waitFor();
  const language = page.getByRole("group", { name: "language", exact: true });
  await language.getByRole("radio", { name: /^2 severe/ }).check();
  await page.getByTestId("scale-reason").fill("speech was examined again");
  await page.getByTestId("scale-keep-it").click();
  await course.getByText("corrects: speech was examined again").waitFor();
  assert.equal(await course.getByTestId("scale-entry").count(), 3);
  await shot(page, "course");
  const nihss = (await entries()).filter((entry) => entry.scale === "nihss");
  assert.deepEqual(nihss.map((entry) => [entry.value, entry.supersededBy !== null]).sort(), [
    [14, false],
    [7, true],
    [8, false],
  ]);
});

test("ASPECTS by tapping the regions, with the keyboard too, and on the patient's own slice", async () => {
  const page = await open(DESKTOP);
  await choose(page, "aspects", "aspects");
  const regions = page.getByTestId("scale-regions");
  assert.equal(await regions.getByRole("radio", { name: "patient's left" }).isChecked(), true);
  await regions.getByTestId("region-M1").click();
  await regions.getByTestId("region-I").focus();
  await page.keyboard.press("Space");
  assert.equal(await regions.getByTestId("region-I").getAttribute("aria-checked"), "true");
  const stage = page.getByRole("button", { name: "Overview", exact: true });
  assert.equal(await stage.getAttribute("aria-current"), "step", "the viewer beside it did not take the key");
  const words = page.getByTestId("region-words");
  await words.getByText("8 not answered; if the rest is spared: 8.").waitFor();
  assert.match((await words.textContent())!, /Affected: I, M1/);
  await page.getByTestId("tab-facts").click();
  await page.getByTestId("facts").waitFor();
  await page.getByTestId("tab-scales").click();
  await words.getByText("8 not answered; if the rest is spared: 8.").waitFor();
  const side = async (key: string) => {
    const at = (await regions.getByTestId(`region-${key}`).boundingBox())!;
    const whole = (await regions.locator("svg").first().boundingBox())!;
    return at.x + at.width / 2 > whole.x + whole.width / 2 ? "right half" : "left half";
  };
  assert.equal(await side("M1"), "right half", "the patient's left is at the right of the image");
  await shot(page, "aspects");
  await page.getByTestId("scale-slice").click();
  const dialog = page.getByTestId("scale-slice-dialog");
  await dialog.getByRole("img", { name: /slice \d of 8/ }).waitFor();
  const before = (await dialog.getByTestId("region-M2").boundingBox())!;
  const handle = (await dialog.getByTestId("slice-size").boundingBox())!;
  await page.mouse.move(handle.x + handle.width / 2, handle.y + handle.height / 2);
  await page.mouse.down();
  await page.mouse.move(handle.x - 60, handle.y - 40, { steps: 4 });
  await page.mouse.up();
  const after = (await dialog.getByTestId("region-M2").boundingBox())!;
  assert.ok(after.height < before.height * 0.95, `${after.height} of ${before.height}`);
  await dialog.getByTestId("region-M2").click();
  await shot(page, "slice");
  await dialog.getByRole("button", { name: "The rest is spared" }).click();
  await dialog.getByTestId("scale-slice-use").click();
  await page.getByTestId("scale-total").getByText(/^7/).waitFor();
  await page.getByTestId("scale-keep-it").click();
  await page.getByTestId("course-aspects").getByText("left hemisphere").waitFor();
  const seen = await call<CaseView>("spoke", "GET", `/api/cases/${caseId}`);
  assert.equal(seen.facts.find((group) => group.name === "aspects")?.current?.value, 7);
});

test("cancel keeps nothing; a phone taps the regions of pc-ASPECTS", async () => {
  const page = await open(PHONE);
  const before = (await entries()).length;
  await choose(page, "pc-aspects", "pc-aspects");
  await page.getByTestId("region-pons").tap();
  await page.getByTestId("region-words").getByText("if the rest is spared: 8.").waitFor();
  await shot(page, "pc-aspects");
  await page.getByRole("button", { name: "Cancel" }).tap();
  await page.getByTestId("scale-keep").waitFor({ state: "detached" });
  const desk = await open(DESKTOP);
  await choose(desk, "gcs", "gcs");
  await desk.getByRole("group", { name: "eye", exact: true }).getByRole("radio", { name: /^4/ }).check();
  await desk.keyboard.press("Escape");
  await desk.getByRole("alert").getByText("Not kept yet.").waitFor();
  await desk.getByRole("button", { name: "Cancel" }).click();
  await desk.getByTestId("scale-keep").waitFor({ state: "detached" });
  assert.equal((await entries()).length, before);
});

test("no page had an error", () => {
  assert.deepEqual(problems, []);
});
