import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { before, test } from "node:test";

const ROOT = join(import.meta.dirname, "../..");
const REFERENCE = join(ROOT, "docs/reference");

/** Titles of all tests by the name of their file, with every file of that name. */
const titles = new Map<string, string[]>();
before(async () => {
  for (const folder of ["src", "test"])
    for (const path of await readdir(join(ROOT, folder), { recursive: true })) {
      if (!path.endsWith(".test.ts") || path.includes("node_modules")) continue;
      const text = await readFile(join(ROOT, folder, path), "utf8");
      const found = [...text.matchAll(/^\s*(?:await )?(?:t\.)?test\(\s*(["'`])([\s\S]+?)\1/gm)].map(
        ([, , title]) => title!,
      );
      const name = basename(path, ".test.ts");
      titles.set(name, [...(titles.get(name) ?? []), ...found]);
    }
});

/** A title that is made of parts fits what begins as it does. */
function fits(title: string, words: string): boolean {
  const [start, ...rest] = title.split("${");
  return title.includes(words) || (rest.length > 0 && start !== "" && words.startsWith(start!));
}

/** What a page says of tests: a file alone, or a file and words of the title of one of its tests. */
function named(page: string): { file: string; words?: string }[] {
  const text = page.replace(/\n(?!\n|\|)/g, " ");
  const found: { file: string; words?: string }[] = [];
  for (const [, file] of text.matchAll(/([a-z0-9-]+)\.test\.ts/g)) found.push({ file: file! });
  for (const [, file, words] of text.matchAll(/`([a-z0-9-]+)`: ([^|;)]+?) *(?=[|;)])/g))
    found.push({ file: file!, words: words! });
  for (const [, file, words] of text.matchAll(/(?:([a-z0-9-]+)(?:\.test\.ts)?`?:?) "([^"|]+?)(?: \.\.\.)?"/g))
    if (titles.has(file!)) found.push({ file: file!, words: words! });
  return found;
}

for (const [page, least] of [
  ["conformance.md", 20],
  ["dicomweb.md", 50],
  ["dimse.md", 30],
  ["objects.md", 25],
  ["pixels.md", 5],
  ["deidentification.md", 20],
] as const)
  test(`every test that ${page} names is there`, async () => {
    const all = named(await readFile(join(REFERENCE, page), "utf8"));
    assert.ok(all.length >= least, `${all.length} tests are named`);
    for (const { file, words } of all) {
      const there = titles.get(file);
      assert.ok(there, `${page} names ${file}.test.ts, which is not there`);
      if (words !== undefined)
        assert.ok(
          there.some((title) => fits(title, words)),
          `${page}: ${file}.test.ts has no test named "${words}"`,
        );
    }
  });
