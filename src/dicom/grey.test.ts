import assert from "node:assert/strict";
import test from "node:test";
import { type DataSet, dataSet, put } from "./data-set.ts";
import type { Frame } from "./decode.ts";
import { displayImage, greyScaleOf, paddingOf } from "./grey.ts";
import { drawOverlays, hasEmbeddedOverlay, overlaysOf } from "./overlay.ts";
import type { Vr } from "./vr.ts";

function frameOf(values: readonly number[], photometric: Frame["photometric"] = "MONOCHROME2"): Frame {
  const samples = Int16Array.from(values);
  return { samples, rows: 1, columns: values.length, samplesPerPixel: 1, bitsStored: 16, signed: true, photometric };
}
const shown = (values: readonly number[], ds: DataSet, photometric?: Frame["photometric"]): number[] => [
  ...displayImage(frameOf(values, photometric), ds).data,
];

function table(first: number, bits: number, values: readonly number[]): DataSet {
  const lut: DataSet = new Map();
  put(lut, 0x00283002, "US", [values.length, first, bits]);
  put(lut, 0x00283006, "US", values);
  return lut;
}

test("a modality LUT stands in the place of the rescale; values outside take its first or last entry", () => {
  const ds = dataSet({
    ...{ ModalityLUTSequence: [table(10, 16, [0, 100, 200])], RescaleSlope: 7, RescaleIntercept: 7 },
    ...{ WindowCenter: 100, WindowWidth: 200, VOILUTFunction: "LINEAR_EXACT" },
  });
  assert.deepEqual(shown([5, 10, 11, 12, 99], ds), [0, 0, 128, 255, 255]);
});

test("a VOI LUT is used when there is no window, over its own range; a window stands above it", () => {
  const ds = dataSet({ VOILUTSequence: [table(0, 12, [0, 4095, 2048])] });
  assert.deepEqual(shown([-3, 0, 1, 2, 3], ds), [0, 0, 255, 128, 128]);
  put(ds, 0x00281050, "DS", 1);
  put(ds, 0x00281051, "DS", 3);
  assert.deepEqual(shown([-3, 0, 1, 2, 3], ds), [0, 64, 191, 255, 255]);
});

test("a sigmoid follows its formula", () => {
  const ds = dataSet({ WindowCenter: 50, WindowWidth: 100, VOILUTFunction: "SIGMOID" });
  assert.deepEqual(
    shown([0, 50, 100], ds),
    [0, 50, 100].map((x) => Math.round(255 / (1 + Math.exp((-4 * (x - 50)) / 100)))),
  );
});

test("the presentation LUT comes last: a shape that inverts, or a table of P-values", () => {
  const window = { WindowCenter: 127.5, WindowWidth: 255, VOILUTFunction: "LINEAR_EXACT" };
  assert.deepEqual(shown([0, 255], dataSet({ ...window, PresentationLUTShape: "INVERSE" })), [255, 0]);
  const lut = { PresentationLUTSequence: [table(0, 8, [255, 10, 0])] };
  assert.deepEqual(shown([0, 128, 255], dataSet({ ...window, ...lut })), [255, 10, 0]);
  assert.deepEqual(shown([0, 255], dataSet({ ...window, PresentationLUTShape: "INVERSE" }), "MONOCHROME1"), [255, 0]);
});

test("padding is black, also inverted, also as a range, and does not count for an automatic window", () => {
  const one = dataSet({ PixelRepresentation: 1, PixelPaddingValue: -2000, WindowCenter: 50.5, WindowWidth: 101 });
  assert.deepEqual(shown([-2000, 0, 100], one, "MONOCHROME1"), [0, 255, 0]);
  const unsigned = dataSet({});
  put(unsigned, 0x00280103, "US", 1);
  put(unsigned, 0x00280120, "US", 63536);
  put(unsigned, 0x00280121, "US", 63636);
  assert.deepEqual(paddingOf(unsigned), { low: -2000, high: -1900 });
  const values = [...Array(50).fill(-1950), ...Array.from({ length: 50 }, (_, i) => i)];
  const scale = greyScaleOf(frameOf(values), unsigned);
  assert.equal(scale.automatic, true);
  assert.deepEqual([scale.grey(-1950), scale.grey(0), scale.grey(49)], [0, 0, 255]);
});

test("each frame of an enhanced image has its own rescale and window", () => {
  const group = (slope: number) =>
    dataSet({
      PixelValueTransformationSequence: [dataSet({ RescaleSlope: slope, RescaleIntercept: 0 })],
      FrameVOILUTSequence: [dataSet({ WindowCenter: 100, WindowWidth: 200, VOILUTFunction: "LINEAR_EXACT" })],
    });
  const ds = dataSet({ PerFrameFunctionalGroupsSequence: [group(1), group(2)] });
  assert.deepEqual(
    [0, 1].map((i) => displayImage(frameOf([50]), ds, i).data[0]),
    [64, 128],
  );
});

test("a supplemental palette colours the values from its first on, the others stay grey", () => {
  const ds = dataSet({
    PixelPresentation: "MIXED",
    WindowCenter: 50,
    WindowWidth: 100,
    VOILUTFunction: "LINEAR_EXACT",
  });
  [0, 1, 2].forEach((c) => {
    put(ds, 0x00281101 + c, "US", [2, 200, 16]);
    put(ds, 0x00281201 + c, "OW", new Uint8Array(Uint16Array.of((10 * c) << 8, (100 + c) << 8).buffer));
  });
  const image = displayImage(frameOf([0, 100, 200, 201]), ds);
  assert.equal(image.channels, 3);
  assert.deepEqual([...image.data], [0, 0, 0, 255, 255, 255, 0, 10, 20, 100, 101, 102]);
  put(ds, 0x00089205, "CS", "MONOCHROME");
  assert.equal(displayImage(frameOf([0]), ds).channels, 1);
});

test("overlays are drawn where they lie: of one or all frames, beside the image, in unused bits of the pixels", () => {
  type Field = readonly [number, Vr, number | number[] | Uint8Array];
  const overlay = (group: number, fields: readonly Field[]) => {
    const ds = dataSet({ WindowCenter: 50, WindowWidth: 100 });
    for (const [element, vr, value] of fields) put(ds, group * 0x10000 + element, vr, value);
    return ds;
  };
  const bits = (n: number): Uint8Array => Uint8Array.of(n, 0);
  const size: readonly Field[] = [
    [0x10, "US", 1],
    [0x11, "US", 4],
  ];
  const drawn = (ds: DataSet, index = 0, words: number[] | null = null): number[] => [
    ...drawOverlays({ data: new Uint8Array(4), rows: 1, columns: 4, channels: 1 }, overlaysOf(ds, index, words)).data,
  ];
  assert.deepEqual(drawn(overlay(0x6000, [...size, [0x3000, "OW", bits(0b0101)]])), [255, 0, 255, 0]);
  assert.deepEqual(
    drawn(overlay(0x601e, [...size, [0x50, "SS", [1, 3]], [0x3000, "OW", bits(0b1111)]])),
    [0, 0, 255, 255],
  );
  assert.deepEqual(
    drawn(overlay(0x6002, [...size, [0x50, "SS", [1, -1]], [0x3000, "OW", bits(0b0100)]])),
    [255, 0, 0, 0],
  );
  const two = overlay(0x6000, [...size, [0x15, "IS", 2], [0x51, "US", 2], [0x3000, "OW", bits(0b1000_0001)]]);
  assert.deepEqual(
    [0, 1, 2, 3].map((i) => drawn(two, i).indexOf(255)),
    [-1, 0, 3, -1],
  );
  const inside = overlay(0x6000, [...size, [0x100, "US", 16], [0x102, "US", 15]]);
  assert.equal(hasEmbeddedOverlay(inside), true);
  assert.deepEqual(drawn(inside, 0, [0x8001, 0x7fff, 0x8000, 0]), [255, 0, 255, 0]);
  assert.deepEqual(
    drawn(
      overlay(0x6000, [
        [0x10, "US", 4000],
        [0x11, "US", 4000],
        [0x3000, "OW", bits(1)],
      ]),
    ),
    [0, 0, 0, 0],
  );
});
