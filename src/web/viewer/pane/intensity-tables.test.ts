import assert from "node:assert/strict";
import { test } from "node:test";
import { linearTable } from "../../../dicom/intensity.ts";
import { dataSetOf } from "./data-set-of.ts";
import type { JsonInstance } from "./dicom-json.ts";
import { withIntensityTables } from "./intensity-tables.ts";

const RUN: JsonInstance = {
  "00080060": { vr: "CS", Value: ["XA"] },
  "00280008": { vr: "IS", Value: [12] },
  "00281040": { vr: "CS", Value: ["LOG"] },
  "00283000": {
    vr: "SQ",
    Value: [
      {
        "00283002": { vr: "US", Value: [4, 0, 16] },
        "00283006": { vr: "OW", BulkDataURI: "https://willis.example/bulk/1" },
      },
    ],
  },
};

/** Four entries, little endian, as a whole answer without multipart. */
const TABLE = new Uint8Array(Uint16Array.from([1, 10, 100, 1000]).buffer);

test("a table behind an address is fetched, and the run is linear by it", async (t) => {
  const asked: string[] = [];
  t.mock.method(globalThis, "fetch", (uri: string) => {
    asked.push(uri);
    return Promise.resolve(new Response(TABLE, { headers: { "Content-Type": "application/octet-stream" } }));
  });
  assert.equal(linearTable(dataSetOf(RUN)), null, "without its bytes there is no table");
  const [filled] = await withIntensityTables([RUN]);
  assert.deepEqual(asked, ["https://willis.example/bulk/1"]);
  const table = linearTable(dataSetOf(filled!));
  assert.deepEqual([...table!.subarray(0, 5)], [1, 10, 100, 1000, 1000]);
});

test("a table that cannot be had leaves the run as it is; other images are not asked for", async (t) => {
  const fetched = t.mock.method(globalThis, "fetch", () => Promise.resolve(new Response(null, { status: 503 })));
  const [filled] = await withIntensityTables([RUN]);
  assert.equal(linearTable(dataSetOf(filled!)), null);
  assert.equal(fetched.mock.callCount(), 1);
  const ct = { ...RUN, "00080060": { vr: "CS", Value: ["CT"] } };
  assert.deepEqual(await withIntensityTables([ct]), [ct]);
  assert.equal(fetched.mock.callCount(), 1);
});
