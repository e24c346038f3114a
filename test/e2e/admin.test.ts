import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { parsePart10 } from "../../src/dicom/parse.ts";
import { TS } from "../../src/dicom/transfer-syntax.ts";
import { uidOf } from "../../src/dicom/uid.ts";
import { writeDataSet, writeFileMeta } from "../../src/dicom/write.ts";
import { storeObject } from "../../src/server/ingest/store-object.ts";
import { launchBrowser } from "../browser.ts";
import { type Claim, claimed } from "../conformance/identity-images.ts";
import { startWillis, type TestWillis } from "../harness.ts";

let willis: TestWillis;
let browser: Browser;
const problems: string[] = [];

const ANNA: Claim = { PatientID: "4471", PatientName: "MEYER^ANNA", PatientBirthDate: "19450312", PatientSex: "F" };

before(async () => {
  willis = await startWillis();
  browser = await launchBrowser();
  await store(claimed("CT head", ANNA));
  await store(claimed("MR follow-up", { ...ANNA, PatientID: "4417", PatientName: "MEIER^ANNA" }));
  await store(claimed("Angiography", { ...ANNA, PatientID: "33", PatientName: "HUBER^LENA" }));
  await store(claimed("Angiography", { ...ANNA, PatientID: "33", PatientName: "HUBER^LENA^M" }));
  await store(claimed("Angiography", { PatientID: "34", PatientName: "OTHER^OTTO", PatientSex: "M" }, 2));
  const homeless = new Map(parsePart10(claimed("homeless", { PatientID: "H-1", PatientName: "KELLER^URS" })).dataSet);
  homeless.delete(0x0020000d);
  const head = writeFileMeta("1.2.840.10008.5.1.4.1.1.7", uidOf("homeless 1"), TS.ExplicitLittle);
  await store(Buffer.concat([head, writeDataSet(homeless)]), "IM_0042.dcm");
  await store(new TextEncoder().encode("a letter, not an image ".repeat(30)), "letter.dcm");
});

after(async () => {
  await browser?.close();
  await willis?.stop();
});

async function store(bytes: Uint8Array, name = "IM.dcm"): Promise<void> {
  const origin = { organisationId: willis.organisations.Hub, via: "dimse", who: "CT_SPOKE", name } as const;
  await storeObject(willis.services, bytes, origin);
}

async function signIn(login: "admin" | "hub", viewport: { width: number; height: number }): Promise<Page> {
  const page = await (await browser.newContext({ viewport })).newPage();
  page.on("pageerror", (error) => problems.push(`${login}: ${error.message}`));
  await page.goto(await willis.signIn(login));
  return page;
}

const DESK = { width: 1440, height: 900 };

async function rowsOf(query: string): Promise<number> {
  const answer = await willis.as("admin", `/dicom-web/studies?${query}`);
  return answer.status === 204 ? 0 : ((await answer.json()) as unknown[]).length;
}

test("the page says what arrived from whom and what waits; each task leads to its place", async () => {
  const page = await signIn("admin", DESK);
  await page.goto(`${willis.url}/admin`);
  await page.getByTestId("arrival").filter({ hasText: "CT_SPOKE" }).filter({ hasText: "MEYER, ANNA" }).waitFor();
  await page.getByTestId("arrival").filter({ hasText: "2 in quarantine" }).waitFor();
  await page.getByTestId("arrival").filter({ hasText: "1 with other bytes" }).waitFor();
  await page.getByTestId("task-patients").click();
  await page.getByTestId("claim").filter({ hasText: "OTHER, OTTO" }).getByText("It is right").click();
  await page.getByTestId("deed-reason").fill("A test object");
  await page.getByTestId("deed-do").click();
  await page.getByTestId("claim").waitFor({ state: "detached" });
});

test("two patients are compared, merged only when it is confirmed why, and parted again by undo", async () => {
  const page = await signIn("admin", DESK);
  await page.goto(`${willis.url}/admin?tab=patients`);
  await page.getByTestId("patient-search").fill("meyer");
  await page.getByTestId("patient-row").filter({ hasText: "MEYER" }).click();
  await page.getByTestId("patient-merge").click();
  await page.getByTestId("choose-search").fill("4417");
  await page.getByTestId("choose-row").filter({ hasText: "MEIER" }).click();
  await page.getByTestId("compared").getByText("differs").first().waitFor();
  await page.getByTestId("deed-reason").fill("Typed wrongly at registration");
  await page.getByTestId("deed-do").click();
  await page
    .getByTestId("deed-problem")
    .getByText(/may be two patients/)
    .waitFor();
  assert.equal(await page.getByTestId("deed-do").isDisabled(), true, "not without saying why it is right");
  await page.getByTestId("deed-confirm").fill("Registration confirmed by phone");
  await page.getByTestId("deed-do").click();
  await page.getByTestId("deed").waitFor({ state: "detached" });
  await page.getByText("came as MEIER, ANNA").waitFor();
  assert.equal(await rowsOf("PatientID=4471"), 2);
  await page.getByTestId("history").getByTestId("undo").click();
  await page.getByText("taken back by Dr admin").waitFor();
  assert.equal(await rowsOf("PatientID=4471"), 1);
});

test("a name is corrected and a study moved to a new patient by keyboard and mouse", async () => {
  const page = await signIn("admin", DESK);
  await page.goto(`${willis.url}/admin?tab=patients`);
  await page.getByTestId("patient-search").fill("meier");
  await page.keyboard.press("Tab");
  const rows = page.getByTestId("patient-row");
  await rows.filter({ hasNotText: /meier/i }).first().waitFor({ state: "detached" }); // the others left the list
  const correct = page.getByTestId("patient-correct");
  // a row that is drawn anew while the key goes down takes no key: it is pressed again
  for (let tries = 0; tries < 20 && !(await correct.isVisible()); tries++) {
    await rows.filter({ hasText: "MEIER" }).first().press("Enter");
    await correct.waitFor({ timeout: 3000 }).catch(() => undefined);
  }
  await correct.press("Enter");
  await page.getByTestId("patient-name").fill("Meier^Anne");
  await page.getByTestId("deed-reason").fill("As on the passport");
  await page.getByTestId("deed-do").click();
  await page.getByTestId("patient").getByRole("heading", { name: "Meier, Anne" }).waitFor();
  assert.equal(await rowsOf("PatientName=meier%5Eanne"), 1);
  await page.getByTestId("patient-move").click();
  await page.getByText("A new patient").click();
  await page.getByTestId("patient-name").fill("Weber^Karl");
  await page.getByTestId("patient-number").fill("9001");
  await page.getByTestId("deed-reason").fill("Wrong worklist entry");
  await page.getByTestId("deed-do").click();
  await page.getByTestId("deed").waitFor({ state: "detached" });
  assert.equal(await rowsOf("PatientID=9001&PatientName=Weber*"), 1);
});

test("a file in quarantine is fixed, another is discarded and taken back, on a phone too", async () => {
  const page = await signIn("admin", { width: 390, height: 844 });
  await page.goto(`${willis.url}/admin?tab=quarantine`);
  const letter = page.getByTestId("quarantine-row").filter({ hasText: "letter.dcm" });
  await letter.getByTestId("quarantine-fix").click();
  await page.getByTestId("fix-unreadable").waitFor();
  await page.keyboard.press("Escape");
  const image = page.getByTestId("quarantine-row").filter({ hasText: "IM_0042" });
  await image.getByTestId("quarantine-fix").click();
  await page.getByTestId("fix-new-StudyInstanceUID").click();
  await page.getByTestId("fix-reason").fill("The order was cancelled by mistake");
  await page.getByTestId("fix-do").click();
  await image.getByText(/stored with other values \(StudyInstanceUID\)/).waitFor();
  assert.equal(await rowsOf("PatientID=H-1"), 1);
  await letter.getByTestId("quarantine-discard").click();
  await page.getByTestId("discard-reason").fill("A letter");
  await page.getByTestId("discard-do").click();
  await letter.getByText(/discarded by Dr admin: A letter/).waitFor();
  await letter.getByTestId("quarantine-restore").click();
  await letter.getByTestId("quarantine-discard").waitFor();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `the page is ${wide} px wider than the phone`);
});

test("an object that came twice is compared and the other one put into use; space and peers are said", async () => {
  const page = await signIn("admin", DESK);
  await page.goto(`${willis.url}/admin?tab=versions`);
  await page.getByTestId("version-compare").click();
  await page.getByTestId("version-differences").getByText("HUBER^LENA^M").waitFor();
  await page.getByTestId("deed-reason").fill("The second is complete");
  await page.getByTestId("deed-do").click();
  await page.getByTestId("deed").waitFor({ state: "detached" });
  await page.goto(`${willis.url}/admin?tab=changes`);
  await page.getByTestId("history").getByText("The second is complete").waitFor();
  await page.goto(`${willis.url}/admin?tab=space`);
  await page.getByTestId("storage").getByText("Free on disk").waitFor();
  await page.goto(`${willis.url}/admin?tab=peers`);
  await page.getByTestId("peer-add").click();
  await page.getByTestId("peer-title").fill("NOBODY");
  await page.getByTestId("peer-host").fill("127.0.0.1");
  await page.getByTestId("peer-port").fill("1");
  await page.getByTestId("peer-save").click();
  await page.getByTestId("peer-row").filter({ hasText: "NOBODY" }).getByTestId("peer-test").click();
  await page
    .getByTestId("peer-row")
    .getByText(/127\.0\.0\.1/)
    .nth(1)
    .waitFor();
});

test("who may not change patients sees them, and no way to change them", async () => {
  const page = await signIn("hub", DESK);
  await page.goto(`${willis.url}/admin?tab=patients`);
  await page.getByTestId("patient-row").first().click();
  await page.getByTestId("patient").waitFor();
  assert.equal(await page.getByTestId("patient-merge").count(), 0);
  assert.deepEqual(problems, []);
});
