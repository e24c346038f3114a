import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type DataSet, dataSet, items, number, numbers, text } from "../data-set.ts";
import { parsePart10 } from "../parse.ts";
import { writePart10 } from "../write.ts";
import { FLOW_QUANTITIES, flowMap } from "./flow-map.ts";

const source = dataSet({
  ...{ SOPClassUID: "1.2.840.10008.5.1.4.1.1.12.1", SOPInstanceUID: "1.2.3.1", StudyInstanceUID: "1.2.3" },
  ...{ SeriesInstanceUID: "1.2.3.9", Modality: "XA", PatientName: "Doe^Jo", PatientID: "7", StudyDate: "20260101" },
  ...{ ImagerPixelSpacing: [0.308, 0.31], FrameOfReferenceUID: "1.2.3.8" },
});
const method = { name: "Flow maps", version: "1.0.0" };

function map(name: string, of: DataSet = source): DataSet {
  const values = Float32Array.from({ length: 12 }, (_, p) => (p === 3 ? Number.NaN : p / 3));
  const base = { values, rows: 3, columns: 4, sourceInstance: "1.2.3.1", run: "r", seriesNumber: 900, method };
  return flowMap({ ...base, name, source: of, ms: Date.UTC(2026, 0, 2) });
}

test("a map of a projection keeps its values, blanks, unit and detector spacing, and shares no place with the patient", () => {
  const { dataSet: back } = parsePart10(writePart10(map("ttp")));
  const [shared] = items(back, "SharedFunctionalGroupsSequence");
  const [measures] = items(shared!, "PixelMeasuresSequence");
  assert.deepEqual(numbers(measures!, "PixelSpacing"), [0.308, 0.31]);
  assert.notEqual(text(back, "FrameOfReferenceUID"), "1.2.3.8");
  assert.equal(text(back, "VolumetricProperties"), "DISTORTED");
  assert.equal(number(back, "FloatPixelPaddingValue"), -1e9);
  const [world] = items(shared!, "RealWorldValueMappingSequence");
  assert.equal(text(items(world!, "MeasurementUnitsCodeSequence")[0]!, "CodeValue"), "s");
  assert.match(text(back, "DerivationDescription")!, /Flow maps 1\.0\.0.*Not a medical device/);
});

test("without a detector spacing the map says what stands for it; an unknown map is refused", () => {
  const bare = new Map([...source].filter(([tag]) => tag !== 0x00181164));
  assert.match(text(map("auc", bare), "DerivationDescription")!, /not stated: 1 mm/);
  assert.throws(() => map("flux"), /choose from ttp, arrival/);
});

const skip = spawnSync("dciodvfy", ["-version"]).error ? "no dciodvfy" : false;
test("dciodvfy finds no error in any of the maps", { skip }, () => {
  const dir = mkdtempSync(join(tmpdir(), "flow-"));
  try {
    for (const name of Object.keys(FLOW_QUANTITIES)) {
      writeFileSync(join(dir, "a.dcm"), writePart10(map(name)));
      const { stderr, stdout } = spawnSync("dciodvfy", [join(dir, "a.dcm")], { encoding: "utf8" });
      assert.deepEqual(
        `${stdout}${stderr}`.split("\n").filter((line) => line.startsWith("Error")),
        [],
        name,
      );
    }
  } finally {
    rmSync(dir, { recursive: true });
  }
});
