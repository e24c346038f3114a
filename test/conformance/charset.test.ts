import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import test from "node:test";
import { charsetOf, decodeText } from "../../src/dicom/charset.ts";
import { pythonWith } from "../tools.ts";

const python = await pythonWith("pydicom");

test("text in every character set of PS3.3 C.12.1.1.2 reads as pydicom wrote it", {
  skip: python ? false : "no Python with pydicom",
}, () => {
  const run = spawnSync(python!, [join(import.meta.dirname, "charset-pydicom.py")], {
    ...{ encoding: "utf8", maxBuffer: 1 << 26 },
  });
  assert.equal(run.status, 0, run.stderr);
  const differ: string[] = [];
  const sets = new Set<string>();
  for (const line of run.stdout.trim().split("\n")) {
    const { terms, hex, text } = JSON.parse(line) as { terms: string[]; hex: string; text: string };
    const read = decodeText(new Uint8Array(Buffer.from(hex, "hex")), charsetOf(terms));
    sets.add(terms.join("\\"));
    if (read !== text) differ.push(`${terms.join("\\")}: ${hex}: ${read}, not ${text}`);
  }
  assert.deepEqual(differ, []);
  assert.equal(sets.size, 23);
});
