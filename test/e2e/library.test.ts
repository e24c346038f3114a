import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { shelve } from "../../src/server/knowledge/pack-shelf.ts";
import { loadPacks, PACKS_DIR } from "../../src/server/packs.ts";
import { launchBrowser } from "../browser.ts";
import { startWillis, type TestWillis } from "../harness.ts";

let willis: TestWillis;
let browser: Browser;
const problems: string[] = [];

before(async () => {
  willis = await startWillis();
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  await willis?.stop();
});

async function open(path: string, viewport = { width: 1440, height: 900 }): Promise<Page> {
  const page = await (await browser.newContext({ viewport })).newPage();
  page.on("pageerror", (error) => problems.push(`${path}: ${error.message}`));
  await page.goto(await willis.signIn("hub"));
  await page.getByTestId("account").waitFor();
  await page.goto(willis.url + path);
  return page;
}

test("ordinary words find as one types, and the keyboard alone opens what was found", async () => {
  const page = await open("/know");
  await page.getByTestId("library-home").waitFor();
  await page.getByRole("link", { name: "What changed" }).focus();
  await page.keyboard.press("/");
  await page.keyboard.type("bp after clot retr");
  const hits = page.getByTestId("found-recommendation").getByTestId("hit");
  await hits.filter({ hasText: "Systolic target below 140 mmHg after thrombectomy" }).first().waitFor();
  assert.equal(await hits.first().locator("mark").first().textContent(), "Systolic");
  assert.match(page.url(), /q=bp/);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByTestId("paper").getByRole("heading", { level: 1, name: "Systolic target" }).waitFor();
  await page.goBack();
  await hits.first().waitFor();
  assert.match(await page.getByLabel("Search the library").inputValue(), /^bp after/);
});

test("a mistyped word is read as what was meant; nonsense says so and suggests what finds something", async () => {
  const page = await open("/know?q=thromectomy");
  await page.getByTestId("results").getByText("read as").waitFor();
  await page.getByLabel("Search the library").fill("zzqqxy");
  const nothing = page.getByTestId("nothing");
  await nothing.waitFor();
  const suggestions = await nothing.getByRole("button").allTextContents();
  assert.ok(suggestions.length >= 5);
  for (const words of suggestions) {
    const answer = await willis.as("hub", `/api/knowledge/search?q=${encodeURIComponent(words)}`);
    assert.ok(((await answer.json()) as { total: number }).total > 0, `"${words}" is suggested and finds nothing`);
  }
  await nothing.getByRole("button").first().click();
  await page.getByTestId("hit").first().waitFor();
});

test("a recommendation has its page: criteria, strength, source, history by criterion, trials; what is old is read-only", async () => {
  const page = await open("/know/recommendation/ais26-evt-02");
  const paper = page.getByTestId("paper");
  await paper.getByText("Occlusion site is ICA or M1", { exact: true }).waitFor();
  assert.match((await page.getByTestId("grade").textContent())!, /COR 1, LOE A/);
  await paper.getByText("written from memory, not yet checked").first().waitFor();
  await page.getByTestId("history").locator("del", { hasText: "≤ 16 h" }).waitFor();
  await page.getByTestId("history").locator("ins", { hasText: "≤ 24 h" }).waitFor();
  await page.getByTestId("forest-row").filter({ hasText: "DEFUSE 3" }).getByText("2.77 (1.63 to 4.7)").waitFor();
  assert.equal(await page.getByTestId("read-only").count(), 0);
  await page.getByTestId("history").getByRole("link").first().click();
  await page.getByTestId("read-only").getByText("it drives nothing").waitFor();
  await page.goto(`${willis.url}/know/recommendation/no-such`);
  await page.getByTestId("library-missing").getByText('There is no recommendation "no-such"').waitFor();
});

test("on paper the frame is gone, what was folded is open, and the page says where and when it was printed", async () => {
  const page = await open("/know/indication/ais-lvo-early");
  await page.getByTestId("alternatives").locator("details").first().waitFor();
  await page.emulateMedia({ media: "print" });
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  assert.equal(await page.locator("nav.rail").isVisible(), false);
  assert.equal(await page.getByRole("button", { name: "Print" }).isVisible(), false);
  assert.equal(await page.locator(".paper details:not([open])").count(), 0);
  await page.getByText(/^Willis, http.*printed \d{4}-\d\d-\d\d/).waitFor();
  const paper = await page.evaluate(() => ({
    ground: getComputedStyle(document.body).backgroundColor,
    ink: getComputedStyle(document.querySelector(".paper h1")!).color,
  }));
  assert.deepEqual(paper, { ground: "rgb(255, 255, 255)", ink: "rgb(0, 0, 0)" });
  const pdf = await page.pdf({ format: "A4" });
  assert.ok(pdf.length > 10_000);
});

test("no rate without a citation is on the page of an indication", async () => {
  const page = await open("/know/indication/ais-lvo-early");
  const row = page.getByTestId("complications").getByRole("row", { name: /access/ });
  await row.getByText("none with a citation is known").waitFor();
  assert.equal(await page.getByText("trial range").count(), 0);
});

test("trials of a topic stand in one plot a scale, each with its estimate as words", async () => {
  const page = await open("/know/trials?topic=evt-large-core");
  const plots = page.getByTestId("forest");
  await plots.first().waitFor();
  assert.equal(await plots.count(), 2);
  await plots.first().getByText("Ratio, logarithmic; 1 is no difference").waitFor();
  const row = page.getByTestId("forest-row").filter({ hasText: "TESLA" });
  await row.getByText("0.63 (-0.09 to 1.34)").waitFor();
  // What is drawn is what is said: the square of a ratio of more than 1 stands to the right of the line of no difference.
  const drawn = await page
    .getByTestId("forest-row")
    .filter({ hasText: "TENSION" })
    .locator("svg")
    .evaluate((svg) => ({
      none: Number(svg.querySelector(".forest-none")!.getAttribute("x1")),
      point: Number(svg.querySelector("rect")!.getAttribute("x")) + 4,
    }));
  assert.ok(drawn.point > drawn.none);
  await row.getByRole("link", { name: "TESLA" }).click();
  await page.getByTestId("paper").getByRole("heading", { level: 1, name: "TESLA" }).waitFor();
});

test("a scale is a form without a patient: nothing unanswered counts as zero, the total and its reading come at once", async () => {
  const page = await open("/know/scale/phases");
  const total = page.getByTestId("scale-total");
  await total.getByText("6 of 6 items not answered; no total yet").waitFor();
  for (const [group, option] of [
    ["population", /^5 Finnish/],
    ["hypertension", /^1 yes/],
    ["age", /^1 >=70/],
    ["size", /^3 7.0-9.9/],
    ["earlier SAH from other aneurysm", /^0 no/],
  ] as const) {
    await page.getByRole("group", { name: group, exact: true }).getByRole("radio", { name: option }).check();
  }
  await total.getByText("1 of 6 items not answered").waitFor();
  await page
    .getByRole("group", { name: "site", exact: true })
    .getByRole("radio", { name: /^2 MCA/ })
    .check();
  assert.match((await total.locator("b").textContent())!, /^12/);
  await total.getByRole("button", { name: "Clear" }).click();
  await total.getByText("6 of 6 items not answered").waitFor();
});

test("a metric shows its formula in words, a scale its items, a pack its contents", async () => {
  const page = await open("/know/metric/d2p");
  await page.getByTestId("paper").getByText("The median time from").waitFor();
  await page.goto(`${willis.url}/know/scale/phases`);
  await page.getByTestId("paper").getByText("The points of the items are added.").waitFor();
  await page.goto(`${willis.url}/know?kind=pack`);
  await page.getByTestId("hit").filter({ hasText: "AHA/ASA 2026" }).first().click();
  await page
    .getByTestId("paper")
    .getByRole("heading", { name: /^Recommendations \(\d+\)$/ })
    .waitFor();
});

test("what changed is shown by criterion; what came since the last visit is marked once", async () => {
  const page = await open("/know/changes");
  const entries = page.getByTestId("feed-entry");
  await entries.first().waitFor();
  await page.getByText("You have not looked here before").waitFor();
  await entries.filter({ hasText: "16-24 h window" }).locator("ins", { hasText: "> 6 h" }).first().waitFor();
  await page.evaluate(() => localStorage.setItem("willis.library.seen", "2026-01-01T00:00:00.000Z"));
  await page.reload();
  await entries.first().getByText("new since your last visit").waitFor();
  await page.reload();
  await page.getByText("0 new since your last visit").waitFor();
});

test("a version that came here is in the feed against the one before it, and marked as new", async () => {
  const page = await open("/know/changes");
  await page.getByText("You have not looked here before").waitFor();
  await page.getByTestId("feed-entry").first().waitFor(); // a visit counts from when the feed is seen
  const dir = await mkdtemp(join(tmpdir(), "willis-packs-"));
  try {
    const folder = join(dir, "later");
    await cp(join(PACKS_DIR, "aha-ais-2026"), folder, { recursive: true });
    const change = async (name: string, from: string, to: string) => {
      const text = await readFile(join(folder, name), "utf8");
      assert.ok(text.includes(from));
      await writeFile(join(folder, name), text.replace(from, to));
    };
    await change("pack.json", '"version": "1.0.0"', '"version": "1.0.1"');
    await change("recommendations.json", "Do not use tenecteplase 0.4 mg/kg", "Never use tenecteplase 0.4 mg/kg");
    await shelve(willis.services.pool, dir, loadPacks(dir));
  } finally {
    await rm(dir, { recursive: true });
  }
  await page.reload();
  const entry = page.getByTestId("feed-entry").filter({ hasText: "Version 1.0.0 became 1.0.1" });
  await entry.getByText("new since your last visit").waitFor();
  await entry.locator("ins", { hasText: "Never use tenecteplase" }).waitFor();
  await page.getByText("1 new since your last visit").waitFor();
});

test("on a phone nothing is wider than the screen", async () => {
  const page = await open("/know", { width: 390, height: 844 });
  for (const path of [
    "/know",
    "/know?q=nimodipine",
    "/know/trials",
    "/know/changes",
    "/know/recommendation/ais26-evt-02",
    "/know/trial/dawn",
    "/know/indication/ais-lvo-early",
    "/know/scale/nihss",
    "/know/pack/aha-ais-2026",
  ]) {
    await page.goto(willis.url + path);
    await page.locator("main.library").waitFor();
    await page.waitForLoadState("networkidle");
    const over = await page.locator("main.library").evaluate((main) => main.scrollWidth - main.clientWidth);
    assert.ok(over <= 0, `${path} is ${over} px too wide`);
  }
});

test("nothing went wrong behind the pages", () => {
  assert.deepEqual(problems, []);
});
