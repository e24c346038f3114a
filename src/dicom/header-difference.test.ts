import assert from "node:assert/strict";
import { test } from "node:test";
import { headerDifferences } from "./header-difference.ts";

test("attributes that differ are named with both values, those that agree are not", () => {
  const one = {
    "00100010": { vr: "PN", Value: [{ Alphabetic: "MEYER^ANNA" }] },
    "00100020": { vr: "LO", Value: ["4471"] },
    "00280010": { vr: "US", Value: [512] },
    "00081140": { vr: "SQ", Value: [{}, {}] },
    "7FE00010": { vr: "OW", BulkDataURI: "/a" },
  };
  const other = {
    "00100010": { vr: "PN", Value: [{ Alphabetic: "MEYER^A" }] },
    "00100020": { vr: "LO", Value: ["4471"] },
    "00280010": { vr: "US", Value: [256] },
    "00091001": { vr: "UN", InlineBinary: "AAAA" },
    "7FE00010": { vr: "OW", BulkDataURI: "/b" },
  };
  assert.deepEqual(headerDifferences(one, other), [
    { tag: "00081140", name: "Referenced Image Sequence", one: "2 items", other: null },
    { tag: "00091001", name: "private or unknown", one: null, other: "3 bytes" },
    { tag: "00100010", name: "Patient Name", one: "MEYER^ANNA", other: "MEYER^A" },
    { tag: "00280010", name: "Rows", one: "512", other: "256" },
  ]);
  assert.deepEqual(headerDifferences(one, one), []);
});
