import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { deflateSync } from "fflate";
import { WillisError } from "../core/errors.ts";
import { type DataSet, dataSet, type Element, put } from "./data-set.ts";
import { tagOf } from "./dictionary.ts";
import { encapsulate, fragmentScan, frameBytes } from "./frames.ts";
import { parseHeader, parsePart10, withFragments } from "./parse.ts";
import { TS } from "./transfer-syntax.ts";
import { writeFileMeta, writePart10 } from "./write.ts";

const uids = { SOPClassUID: "1.2.840.10008.5.1.4.1.1.7", SOPInstanceUID: "1.2.3" };

const word = fc.string({ unit: fc.constantFrom(..."abcXYZ019 ü漢Ω-"), maxLength: 12 }).map((s) => s.trim());
const private0 = 0x00090000;

/** An element of any kind, at a private tag so that no dictionary rule changes it. */
const element: fc.Arbitrary<Element> = fc.oneof(
  fc
    .array(
      word.filter((s) => s !== ""),
      { maxLength: 3 },
    )
    .map((value): Element => ({ vr: "LO", value })),
  word.map((s): Element => ({ vr: "UT", value: s === "" ? [] : [s] })),
  fc.array(fc.integer({ min: 0, max: 65535 }), { maxLength: 4 }).map((value): Element => ({ vr: "US", value })),
  fc.array(fc.integer({ min: -32768, max: 32767 }), { maxLength: 4 }).map((value): Element => ({ vr: "SS", value })),
  fc
    .array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { maxLength: 3 })
    .map((value): Element => ({ vr: "SL", value })),
  fc.array(fc.double({ noNaN: true }), { maxLength: 3 }).map((value): Element => ({ vr: "FD", value })),
  fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { maxLength: 3 }).map((value): Element => ({ vr: "AT", value })),
  fc.array(fc.maxSafeInteger(), { maxLength: 2 }).map((value): Element => ({ vr: "SV", value })),
  fc.uint8Array({ maxLength: 20 }).map((b): Element => ({ vr: "OB", value: b.length % 2 ? b.slice(1) : b })),
);

function dataSets(depth: number): fc.Arbitrary<DataSet> {
  const fields = fc.array(fc.tuple(fc.integer({ min: 0x1000, max: 0x10ff }), element), { maxLength: 5 });
  const items = depth > 0 ? fc.array(dataSets(depth - 1), { maxLength: 2 }) : fc.constant([]);
  return fc.tuple(fields, items).map(([list, inner]) => {
    const ds: DataSet = new Map(list.map(([at, e]) => [private0 + at, e] as const).sort((a, b) => a[0] - b[0]));
    if (depth > 0) ds.set(private0 + 0x1100, { vr: "SQ", value: inner });
    return ds;
  });
}

function without(ds: DataSet, ...tags: number[]): DataSet {
  return new Map([...ds].filter(([tag]) => !tags.includes(tag)));
}

test("what is written explicit or deflated reads back the same", () => {
  fc.assert(
    fc.property(dataSets(3), fc.constantFrom(TS.ExplicitLittle, TS.DeflatedLittle), (ds, transferSyntax) => {
      const whole: DataSet = new Map([...dataSet(uids), ...ds]);
      const { dataSet: back, transferSyntax: read } = parsePart10(writePart10(whole, transferSyntax));
      assert.equal(read, transferSyntax);
      assert.deepEqual(without(back, 0x00080005), whole);
    }),
    { numRuns: 200 },
  );
});

test("what is written implicit reads back the same where the dictionary knows the VR", () => {
  const ds = dataSet({
    ...{ ...uids, PatientName: "Müller^Jörg=漢字^名=", Rows: 3, PixelRepresentation: 1, SmallestImagePixelValue: -5 },
    ...{
      FrameTime: 33.5,
      WindowCenter: [40, 400],
      RealWorldValueSlope: 0.1,
      StudyDescription: "",
      FrameIncrementPointer: 0x00181063,
    },
    SourceImageSequence: [dataSet({ ReferencedSOPInstanceUID: "1.2" }), new Map()],
  });
  const { dataSet: back } = parsePart10(writePart10(ds, TS.ImplicitLittle));
  assert.deepEqual(without(back, 0x00080005), ds);
});

test("only WillisError comes out of mutated, cut and random bytes", () => {
  const good = writePart10(
    dataSet({
      ...{
        ...uids,
        PatientName: "A^B",
        SpecificCharacterSet: ["", "ISO 2022 IR 87"],
        Rows: 2,
        Columns: 2,
        BitsAllocated: 8,
      },
      SourceImageSequence: [dataSet({ PurposeOfReferenceCodeSequence: [dataSet({ CodeValue: "1" })] })],
      PixelData: encapsulate([Uint8Array.of(1, 2), Uint8Array.of(3, 4)]),
    }),
    TS.RleLossless,
  );
  const edit = fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 }));
  const attempt = (bytes: Uint8Array): void => {
    try {
      const part10 = parsePart10(bytes);
      if (part10.pixels) frameBytes(bytes, part10, 0);
    } catch (error) {
      assert.ok(error instanceof WillisError, String(error instanceof Error ? error.stack : error));
    }
  };
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 8 }), fc.nat(good.length), (edits, length) => {
      const bytes = good.slice();
      for (const [at, value] of edits) bytes[at] = value;
      attempt(bytes);
      attempt(bytes.subarray(0, length));
      attempt(bytes.subarray(132));
    }),
    { numRuns: 1000 },
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), attempt), { numRuns: 300 });
});

/** Sequences in sequences, each of undefined length and never closed, or of defined length. */
function nested(depth: number, defined: boolean): Uint8Array {
  const head = writePart10(dataSet(uids));
  const level = 20;
  const out = new Uint8Array(head.length + depth * level);
  out.set(head);
  const view = new DataView(out.buffer);
  for (let i = 0; i < depth; i++) {
    const at = head.length + i * level;
    const rest = out.length - at;
    out.set([0x08, 0x00, 0x40, 0x11, 0x53, 0x51, 0, 0], at);
    view.setUint32(at + 8, defined ? rest - 12 : 0xffffffff, true);
    out.set([0xfe, 0xff, 0x00, 0xe0], at + 12);
    view.setUint32(at + 16, defined ? rest - 20 : 0xffffffff, true);
  }
  return out;
}

test("nesting of ten thousand levels is refused as too deep, of sixty it is read", () => {
  for (const defined of [true, false]) {
    assert.throws(() => parsePart10(nested(10_000, defined)), { code: "too-deep" });
  }
  let ds = parsePart10(nested(60, true)).dataSet;
  for (let i = 0; i < 60; i++) ds = (ds.get(0x00081140)!.value as readonly DataSet[])[0]!;
  assert.equal(ds.size, 0);
});

test("limits on elements and bytes are kept", () => {
  const ds = dataSet(uids);
  for (let i = 0; i < 100; i++) put(ds, private0 + 0x1000 + i, "LO", "x");
  const bytes = writePart10(ds);
  assert.throws(() => parsePart10(bytes, { elements: 50 }), { code: "too-large" });
  assert.throws(() => parsePart10(bytes, { bytes: 100 }), { code: "too-large" });
  const long = dataSet({ ...uids, ImageComments: "a".repeat(5000) });
  assert.throws(() => parsePart10(writePart10(long, TS.DeflatedLittle), { inflatedBytes: 1000 }), {
    code: "too-large",
  });
});

test("a deflated data set that is cut off inside is refused: no more of the file is asked for", () => {
  const whole = writePart10(dataSet({ ...uids, ImageComments: "a".repeat(5000) }));
  const { dataSetOffset } = parsePart10(whole);
  const meta = writeFileMeta(uids.SOPClassUID, uids.SOPInstanceUID, TS.DeflatedLittle);
  for (const left of [7, 3000, 5003, 5005, 5009]) {
    const body = deflateSync(whole.subarray(dataSetOffset, whole.length - left));
    const bytes = Uint8Array.from([...meta, ...body]);
    const refused = { code: "not-dicom", message: /cut off/ };
    assert.throws(() => parsePart10(bytes), refused);
    assert.throws(() => parseHeader(bytes, bytes.length), refused);
  }
});

test("a file that is cut off is refused with the element and the byte, unless cut pixels are accepted", () => {
  const ds = dataSet({ ...uids, Rows: 10, Columns: 10, BitsAllocated: 8, PixelData: new Uint8Array(100) });
  const bytes = writePart10(ds);
  const cut = bytes.subarray(0, bytes.length - 40);
  assert.throws(() => parsePart10(cut), { code: "not-dicom", message: /PixelData at byte \d+ needs bytes up to/ });
  const part10 = parsePart10(cut, { cutOffPixels: true });
  assert.equal(part10.pixels?.length, 60);
  assert.equal(part10.warnings.length, 2);
});

test("the head of a file is read from a prefix that grows only as far as Pixel Data", () => {
  const pixels = new Uint8Array(1_000_000);
  const ds = dataSet({ ...uids, Rows: 1000, Columns: 1000, BitsAllocated: 8, SamplesPerPixel: 1, PixelData: pixels });
  const bytes = writePart10(ds);
  let size = 16;
  for (;;) {
    const result = parseHeader(bytes.subarray(0, size), bytes.length);
    if (result.status === "complete") {
      assert.deepEqual(result.part10.pixels, parsePart10(bytes).pixels);
      break;
    }
    assert.ok(result.bytes > size && result.bytes <= bytes.length);
    size = result.bytes;
  }
  assert.ok(size < 2000, `a prefix of ${size} bytes was enough`);
});

test("fragments of a large file are found by reading only their heads", () => {
  const frames = [new Uint8Array(100_000).fill(1), new Uint8Array(50_001).fill(2), new Uint8Array(10).fill(3)];
  const ds = dataSet({
    ...uids,
    NumberOfFrames: 3,
    Rows: 1,
    Columns: 1,
    BitsAllocated: 8,
    PixelData: encapsulate(frames),
  });
  const bytes = writePart10(ds, TS.JpegLsLossless);
  const head = parseHeader(bytes.subarray(0, 1000), bytes.length);
  assert.equal(head.status, "complete");
  if (head.status !== "complete") return;
  assert.equal(head.part10.pixels?.frames, null);
  let read = 0;
  const scan = fragmentScan(head.part10.pixels!.offset, bytes.length);
  let step = scan.next();
  while (!step.done) {
    read += step.value.length;
    step = scan.next(bytes.subarray(step.value.offset, step.value.offset + step.value.length));
  }
  const part10 = withFragments(head.part10, step.value);
  assert.deepEqual(part10.pixels, parsePart10(bytes).pixels);
  assert.ok(read < 100);
  assert.deepEqual(frameBytes(bytes, part10, 1).subarray(0, 50_001), frames[1]);
  assert.throws(() => frameBytes(bytes, part10, 3), { code: "not-found" });
});

test("pixel data and other bytes are views into the file, not copies", () => {
  const ds = dataSet({
    ...uids,
    Rows: 2,
    Columns: 2,
    BitsAllocated: 8,
    PixelData: new Uint8Array(4),
    IconImageSequence: [],
  });
  const bytes = writePart10(ds);
  assert.equal(frameBytes(bytes, parsePart10(bytes), 0).buffer, bytes.buffer);
});

test("without a meta group the first element tells the transfer syntax; what is no DICOM is refused", () => {
  const bytes = writePart10(dataSet(uids));
  const { dataSetOffset } = parsePart10(bytes);
  const bare = parsePart10(bytes.subarray(dataSetOffset));
  assert.equal(bare.transferSyntax, TS.ExplicitLittle);
  assert.equal(bare.warnings.length, 1);
  assert.deepEqual(bare.dataSet.get(tagOf("SOPInstanceUID"))?.value, ["1.2.3"]);
  for (const text of ["", "hello", "%PDF-1.7 ".repeat(40), "\0".repeat(500)]) {
    assert.throws(() => parsePart10(new TextEncoder().encode(text)), { code: "not-dicom" });
  }
});
