import assert from "node:assert/strict";
import { test } from "node:test";
import { whyIgnored } from "./ignored.ts";
import { foldName, searchableName } from "./patient-name.ts";

const dicom = Buffer.concat([Buffer.alloc(128), Buffer.from("DICM")]);

test("texts and files of operating systems are left out, with the reason", () => {
  for (const name of [".DS_Store", "a/Thumbs.db", "__MACOSX/a/b.dcm", "a/._IM1", "notes.TXT", "viewer/autorun.exe"]) {
    assert.match(whyIgnored(name, Buffer.from("hello")) ?? "", /not an image|macOS/, name);
  }
});

test("what says DICM is looked at, whatever it is called", () => {
  assert.equal(whyIgnored("notes.txt", dicom), null);
});

test("a name that could be an image is never left out", () => {
  for (const name of ["IM0001", "a/b/00000001", "scan.dcm", "scan.jpg", "", "README/IM1"]) {
    assert.equal(whyIgnored(name, Buffer.from("junk")), null, name);
  }
});

test("names are folded for searching", () => {
  assert.equal(foldName("Müller^Änne"), "muller^anne");
  assert.equal(searchableName("Yamada^Tarou=山田^太郎=やまだ^たろう^^"), "=yamada^tarou=山田^太郎=やまた^たろう=");
  assert.equal(searchableName(""), "==");
});
