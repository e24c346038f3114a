import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

const ROOT = join(import.meta.dirname, "../..");
const PLACES = ["test/conformance", "src/server/dicomweb"];

async function sourceOf(name: string): Promise<string> {
  for (const place of PLACES) {
    const text = await readFile(join(ROOT, place, `${name}.test.ts`), "utf8").catch(() => null);
    if (text !== null) return text;
  }
  throw new assert.AssertionError({ message: `docs/reference/dicomweb.md names ${name}.test.ts, which is not there` });
}

test("every test that the conformance statement names is there", async () => {
  const statement = (await readFile(join(ROOT, "docs/reference/dicomweb.md"), "utf8")).replace(/\n(?!\n|\|)/g, " ");
  const named = [...statement.matchAll(/`([a-z-]+)`: ([^|;)]+?) *(?=[|;)])/g)].map(([, file, words]) => [
    file!,
    words!,
  ]);
  assert.ok(named.length > 50, `${named.length} tests are named`);
  for (const [file, words] of named) {
    const titles = [...(await sourceOf(file!)).matchAll(/^test\("([^"]+)"/gm)].map(([, title]) => title!);
    assert.ok(
      titles.some((title) => title.includes(words!)),
      `${file}.test.ts has no test named "${words}"`,
    );
  }
});
