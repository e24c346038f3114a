import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { items, text } from "../../src/dicom/data-set.ts";
import { launchBrowser } from "../browser.ts";
import { beginning, ending, scheduled, tell } from "../conformance/angio-suite.ts";
import { startWillis, type TestWillis } from "../harness.ts";

let willis: TestWillis;
let browser: Browser;
let caseId = "";
const problems: string[] = [];

before(async () => {
  willis = await startWillis();
  browser = await launchBrowser();
  await willis.services.pool.query(
    `insert into peer (organisation_id, ae_title, host, port, permissions) values
       ($1, 'ANGIO1', '', 104, '{worklist,mpps}'), ($1, 'PACS', '127.0.0.1', 1, '{store,find,retrieve}')`,
    [willis.organisations.Hub],
  );
  const patient = { name: "Vogt, Vera", identifier: "V-1", birthDate: "1950-01-02", sex: "F" };
  const question = "M1 left, wake-up. Thrombectomy?";
  const made = await post("spoke", "/api/cases", {
    kind: "stroke",
    toOrganisationId: willis.organisations.Hub,
    patient,
    question,
  });
  caseId = ((await made.json()) as { id: string }).id;
  await post("spoke", `/api/cases/${caseId}/refer`, {});
  await post("hub", `/api/cases/${caseId}/answer`, { kind: "accept", option: "Mechanical thrombectomy" });
});
after(async () => {
  await browser?.close();
  await willis?.stop();
});

const post = (login: "hub" | "spoke", path: string, body: object) =>
  willis.as(login, path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

async function signIn(login: "admin" | "hub" | "spoke", viewport = { width: 1440, height: 900 }): Promise<Page> {
  const page = await (await browser.newContext({ viewport })).newPage();
  page.on("pageerror", (error) => problems.push(`${login}: ${error.message}`));
  await page.goto(await willis.signIn(login));
  return page;
}

/** A picture for the eye, where a folder is given for them. */
async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env.WILLIS_SHOTS;
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`) });
}

test("a procedure is followed on its case: planned, moved, begun, ended with its dose, live", async () => {
  const page = await signIn("hub");
  await page.goto(`${willis.url}/cases/${caseId}`);
  await page.getByTestId("tab-procedure").click();
  const step = page.getByTestId("scheduled-step");
  await step.filter({ hasText: "Mechanical thrombectomy" }).filter({ hasText: "any station" }).waitFor();
  await step.getByTestId("move-step").click();
  await page.getByTestId("schedule-station").fill("ANGIO1");
  await shot(page, "procedure-dialog");
  await page.getByTestId("schedule-save").click();
  await step.filter({ hasText: "ANGIO1" }).waitFor();
  const item = await scheduled(willis, "V-1");
  assert.equal(text(items(item, "ScheduledProcedureStepSequence")[0]!, "ScheduledStationAETitle"), "ANGIO1");

  assert.equal((await tell(willis, "create", "1.2.826.0.5.1", beginning(item))).status, 0);
  await page.locator('[data-testid="scheduled-step"][data-state="in-progress"]').waitFor({ timeout: 5000 });
  assert.equal(await page.getByTestId("move-step").count(), 0, "what has begun is not moved");
  assert.equal((await tell(willis, "set", "1.2.826.0.5.1", ending())).status, 0);
  await page
    .getByTestId("performed-step")
    .filter({ hasText: "dose area product 123.5 Gy·cm²" })
    .waitFor({ timeout: 5000 });
  await page.getByTestId("prior-search").filter({ hasText: "PACS is asked again soon" }).waitFor();
  await shot(page, "procedure-desk");
  await page.getByTestId("tab-course").click();
  await page.getByText("procedure ended: Mechanical thrombectomy").waitFor();
  await shot(page, "procedure-course");
});

test("another procedure is added and taken off with a reason; the referring side looks and changes nothing", async () => {
  const page = await signIn("hub", { width: 390, height: 844 });
  await page.goto(`${willis.url}/cases/${caseId}`);
  await page.getByTestId("tab-procedure").click();
  await page.getByTestId("schedule").click();
  await page.getByTestId("schedule-what").fill("Control angiography");
  await page.getByTestId("schedule-save").click();
  const added = page.getByTestId("scheduled-step").filter({ hasText: "Control angiography" });
  await added.waitFor();
  await added.scrollIntoViewIfNeeded();
  await shot(page, "procedure-phone");
  await added.getByTestId("cancel-step").click();
  await page.getByTestId("cancel-step-reason").fill("done elsewhere");
  await shot(page, "procedure-phone-dialog");
  await page.getByTestId("cancel-step-do").click();
  await added.filter({ hasText: "done elsewhere" }).waitFor();
  const spoke = await signIn("spoke");
  await spoke.goto(`${willis.url}/cases/${caseId}`);
  await spoke.getByTestId("tab-procedure").click();
  await spoke.getByTestId("performed-step").waitFor();
  assert.equal(await spoke.getByTestId("schedule").count(), 0);
});

test("the administration shows the worklist and what was asked about safe keeping", async () => {
  const made = await willis.services.pool.query(
    `insert into commitment (organisation_id, role, transaction_uid, ae_title, state, committed, failed, message, finished_at)
     values ($1, 'provider', '1.2.826.0.5.9', 'ANGIO1', 'failed', 1, 1, '1 × is not there (0112)', now()) returning id`,
    [willis.organisations.Hub],
  );
  await willis.services.pool.query(
    `insert into commitment_item values ($1, 1, '1.2.840.10008.5.1.4.1.1.12.1', '1.2.826.0.5.1', 0), ($1, 2, '1.2.840.10008.5.1.4.1.1.12.1', '1.2.826.0.5.2', 274)`,
    [made.rows[0].id],
  );
  const page = await signIn("admin");
  await page.goto(`${willis.url}/admin?tab=worklist`);
  await page.getByTestId("worklist").getByText("Vogt, Vera · V-1").first().waitFor();
  await shot(page, "worklist-admin");
  await page.goto(`${willis.url}/admin?tab=peers`);
  const row = page.getByTestId("commitment");
  await row.filter({ hasText: "ANGIO1 asked us" }).waitFor();
  await row.scrollIntoViewIfNeeded();
  await shot(page, "commitments-admin");
  const [retried] = await Promise.all([
    page.waitForResponse((answer) => answer.url().endsWith("/retry")),
    row.getByTestId("commitment-retry").click(),
  ]);
  assert.ok(retried.ok(), `${retried.status()}`);
  // The check is made anew, and now neither object is here; a device that cannot be told can be tried again at once.
  await row.filter({ hasNotText: "1 × is not there" }).waitFor();
  for (let look = 0; ; look++) {
    const { rows } = await willis.services.pool.query("select committed, failed from commitment where id = $1", [
      made.rows[0].id,
    ]);
    if (rows[0].committed === 0 && rows[0].failed === 2) break;
    assert.ok(look < 100, JSON.stringify(rows[0]));
    await page.waitForTimeout(200);
  }
  assert.deepEqual(problems, []);
});
