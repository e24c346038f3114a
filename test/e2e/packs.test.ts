import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { PACKS_DIR } from "../../src/server/packs.ts";
import { launchBrowser } from "../browser.ts";
import { startWillis, type TestWillis } from "../harness.ts";

const ID = "eso-thrombectomy-2019";
let willis: TestWillis;
let browser: Browser;
let page: Page;
let work: string;
const problems: string[] = [];

before(async () => {
  work = mkdtempSync(join(tmpdir(), "willis-pack-"));
  cpSync(join(PACKS_DIR, ID), join(work, ID), { recursive: true });
  const header = join(work, ID, "pack.json");
  writeFileSync(header, readFileSync(header, "utf8").replace(/"version": "[^"]*"/, '"version": "9.0.0"'));
  willis = await startWillis();
  browser = await launchBrowser();
  page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  page.on("pageerror", (error) => problems.push(error.message));
  await page.goto(await willis.signIn("admin"));
  await page.getByTestId("account").waitFor();
  await page.goto(`${willis.url}/admin?tab=packs`);
  await page.getByTestId("packs").waitFor();
});
after(async () => {
  await browser?.close();
  await willis?.stop();
  rmSync(work, { recursive: true, force: true });
});

async function picture(name: string): Promise<void> {
  if (process.env.WILLIS_SHOTS) await page.screenshot({ path: join(process.env.WILLIS_SHOTS, `packs-${name}.png`) });
}

test("a folder is put in force: without a signature only with a reason, which is shown with the pack", async () => {
  await page.getByTestId(`pack-${ID}`).getByText("comes with Willis").waitFor();
  await page.getByTestId("pack-folder").setInputFiles(join(work, ID));
  const dialog = page.getByTestId("install-dialog");
  await dialog.getByText("version 9.0.0").waitFor();
  await dialog.getByTestId("install-why").fill("Newer than the shipped one");
  await dialog.getByTestId("install-do").click();
  await dialog
    .getByRole("alert")
    .getByText(/Add the key of its author, or say why/)
    .waitFor();
  await picture("install");
  await dialog.getByTestId("install-because").fill("written here, the key comes next week");
  await dialog.getByTestId("install-do").click();
  const row = page.getByTestId(`pack-${ID}`);
  await row.getByText(/Taken because written here/).waitFor();
  await row.getByText(/version 9\.0\.0/).waitFor();
  await picture("list");
  assert.equal(willis.services.packs.find((pack) => pack.id === ID)!.version, "9.0.0");
});

test("a pack is taken out of force with a reason, and the one of Willis comes back", async () => {
  await page.getByTestId(`pack-${ID}`).getByRole("button", { name: "Take out" }).click();
  assert.ok(await page.getByTestId("why-do").isDisabled(), "a reason is needed");
  await page.getByTestId("why").fill("Not for this house");
  await page.getByTestId("why-do").click();
  const silent = page.getByTestId(`silent-${ID}`);
  await silent.getByText("Not for this house").waitFor();
  assert.ok(!willis.services.packs.some((pack) => pack.id === ID));
  await silent.getByRole("button", { name: /in force/ }).click();
  await page.getByTestId("why").fill("Asked for by neurology");
  await page.getByTestId("why-do").click();
  await page
    .getByTestId(`pack-${ID}`)
    .getByText(/version 1\./)
    .waitFor();
  assert.ok(willis.services.packs.some((pack) => pack.id === ID));
});

test("nothing went wrong in the page", () => assert.deepEqual(problems, []));
