import assert from "node:assert/strict";
import { test } from "node:test";
import { uniform } from "../core/random.ts";
import { type DataSet, dataSet, type FieldValue } from "./data-set.ts";
import { linearTable } from "./intensity.ts";
import { statedMasks } from "./mask-subtraction.ts";
import { runLimitations } from "./run-limits.ts";

const run = (...masks: Readonly<Record<string, FieldValue>>[]): DataSet =>
  dataSet({ NumberOfFrames: 20, MaskSubtractionSequence: masks.map((one) => dataSet(one)) });

test("AVG_SUB: the mean of the named frames, moved by rows then columns, in its range; outside it is marked", () => {
  const { frames, limitations } = statedMasks(
    run({
      MaskOperation: "AVG_SUB",
      MaskFrameNumbers: [2, 3],
      MaskSubPixelShift: [0.5, -1.25],
      ContrastFrameAveraging: 2,
      ApplicableFrameRange: [4, 20],
    }),
  );
  assert.deepEqual(limitations, []);
  assert.deepEqual(frames?.[3], { operation: "AVG_SUB", mask: [1, 2], average: 2, shift: [-1.25, 0.5], stated: true });
  assert.equal(frames?.[2]?.stated, false);
  assert.equal(frames?.length, 20);
});

test("TID takes the frame before, by its offset; REV_TID runs backwards from the first of its range", () => {
  const tid = statedMasks(run({ MaskOperation: "TID", TIDOffset: 3 })).frames!;
  assert.deepEqual(tid[10]!.mask, [7]);
  assert.ok(tid[3]!.stated && !tid[2]!.stated);
  assert.deepEqual(statedMasks(run({ MaskOperation: "TID" })).frames![5]!.mask, [4]);
  const reverse = statedMasks(run({ MaskOperation: "REV_TID", TIDOffset: 1, ApplicableFrameRange: [11, 15] })).frames!;
  assert.deepEqual(
    [10, 11, 12, 13, 14].map((t) => reverse[t]!.mask[0]),
    [9, 8, 7, 6, 5],
  );
  assert.equal(statedMasks(run({ MaskOperation: "REV_TID" })).frames, null);
});

test("several items: each frame takes the first whose range holds it", () => {
  const { frames } = statedMasks(
    run(
      { MaskOperation: "AVG_SUB", MaskFrameNumbers: [1], ApplicableFrameRange: [2, 10] },
      { MaskOperation: "AVG_SUB", MaskFrameNumbers: [11], ApplicableFrameRange: [12, 20] },
    ),
  );
  assert.deepEqual(frames?.[5]?.mask, [0]);
  assert.deepEqual(frames?.[15]?.mask, [10]);
});

test("wrong frame numbers, ranges, operations and shifts are left out and said with their value", () => {
  const wrong = statedMasks(run({ MaskOperation: "AVG_SUB", MaskFrameNumbers: [0, 2, 99] }));
  assert.deepEqual(wrong.frames?.[9]?.mask, [1]);
  assert.match(wrong.limitations[0]!.message, /0, 99/);
  const none = statedMasks(run({ MaskOperation: "AVG_SUB", MaskFrameNumbers: [21] }));
  assert.equal(none.frames, null);
  assert.equal(none.limitations[0]!.code, "mask-frames-wrong");
  assert.equal(statedMasks(run({ MaskOperation: "NONE" })).frames, null);
  assert.equal(statedMasks(run({ MaskOperation: "OTHER" })).limitations[0]!.code, "mask-operation-unknown");
});

test("whatever a sequence says, every mask lies in the run, every shift is a number, and there is one for each frame or none", () => {
  const random = uniform(11);
  const whole = (): number => Math.floor(60 * random()) - 20;
  for (let k = 0; k < 500; k++) {
    const list = (n: number): number[] => Array.from({ length: n }, () => Math.max(0, whole()));
    const item = (): Record<string, FieldValue> => ({
      MaskOperation: ["AVG_SUB", "TID", "REV_TID", "NONE", "X"][Math.floor(5 * random())]!,
      MaskFrameNumbers: list(Math.floor(4 * random())),
      ApplicableFrameRange: list(2 * Math.floor(3 * random())),
      TIDOffset: whole(),
      ContrastFrameAveraging: Math.max(0, whole()),
      MaskSubPixelShift: [whole(), random() < 0.1 ? 1e9 : whole()],
    });
    const { frames } = statedMasks(run(item(), item()));
    if (!frames) continue;
    assert.equal(frames.filter(Boolean).length, 20);
    for (const { mask, shift, average } of frames) {
      assert.ok(mask.length > 0 && mask.every((m) => Number.isInteger(m) && m >= 0 && m < 20), `${mask}`);
      assert.ok(shift.every(Number.isFinite) && average >= 1 && average <= 20);
    }
  }
});

test("a run says what cannot be read off it; a run that says all has no limitation", () => {
  const codes = (fields: Readonly<Record<string, FieldValue>>): string[] =>
    runLimitations(dataSet({ NumberOfFrames: 20, BitsStored: 12, ...fields })).map(({ code }) => code);
  assert.deepEqual(codes({ FrameTime: 250, PixelIntensityRelationship: "LIN" }), []);
  assert.deepEqual(codes({ FrameTime: 0, PixelIntensityRelationship: "LIN" }), ["frame-time-missing"]);
  assert.deepEqual(codes({ CineRate: 4, PixelIntensityRelationship: "DISP" }), [
    "frame-time-from-rate",
    "display-values",
  ]);
  assert.deepEqual(codes({ FrameTime: 250, BitsStored: 8, LossyImageCompression: "01" }), [
    "relationship-not-stated",
    "eight-bit",
    "lossy",
  ]);
  assert.deepEqual(codes({ NumberOfFrames: 1, PixelIntensityRelationship: "LOG" }), [
    "one-frame",
    "log-scale-not-stated",
  ]);
});

test("a logarithmic run with its Modality LUT, or an enhanced run with TO_LINEAR, becomes linear by it", () => {
  const table = Uint16Array.from({ length: 256 }, (_, v) => Math.round(Math.exp(v / 32)));
  const lut = { LUTDescriptor: [256, 0, 16], LUTData: table };
  const classic = dataSet({
    BitsAllocated: 16,
    PixelIntensityRelationship: "LOG",
    ModalityLUTSequence: [dataSet({ ...lut, ModalityLUTType: "US" })],
  });
  assert.ok(Math.abs(linearTable(classic)![128]! - 55) < 1);
  assert.equal(linearTable(classic)![9999], table[255]);
  const enhanced = dataSet({
    SharedFunctionalGroupsSequence: [
      dataSet({
        PixelIntensityRelationshipLUTSequence: [
          dataSet({ ...lut, LUTFunction: "TO_LOG" }),
          dataSet({ ...lut, LUTFunction: "TO_LINEAR" }),
        ],
      }),
    ],
  });
  assert.ok(Math.abs(linearTable(enhanced)![64]! - 7) < 1);
  assert.equal(linearTable(dataSet({ PixelIntensityRelationship: "LIN" })), null);
});
