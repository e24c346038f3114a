import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { WillisError } from "../../core/errors.ts";
import { type DicomJson, fromDicomJson, toDicomJson } from "../../dicom/json.ts";
import { nativeXml } from "./native-xml.ts";
import { parseNativeXml } from "./native-xml-parse.ts";
import { xmlTokens } from "./xml-tokens.ts";

const CONTROL = /[\p{Cc}\ufffe\uffff\\^=]/gu;
const word = fc
  .string({ unit: "binary", maxLength: 12 })
  .map((text) => text.toWellFormed().replace(CONTROL, "").trim());
const name = fc.record({
  Alphabetic: fc.tuple(word, word).map(([a, b]) => `x${a}^y${b}`),
  Ideographic: word.map((w) => `z${w}`),
});
const leaf = fc.oneof(
  fc.record({
    vr: fc.constant("LO"),
    Value: fc.array(
      word.map((w) => `a${w}`),
      { minLength: 1, maxLength: 3 },
    ),
  }),
  fc.record({
    vr: fc.constant("US"),
    Value: fc.array(fc.integer({ min: 0, max: 65535 }), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    vr: fc.constant("FD"),
    Value: fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 2 }),
  }),
  fc.record({ vr: fc.constant("PN"), Value: fc.array(name, { minLength: 1, maxLength: 2 }) }),
  fc.record({
    vr: fc.constant("OB"),
    InlineBinary: fc.uint8Array({ minLength: 1, maxLength: 9 }).map((b) => Buffer.from(b).toString("base64")),
  }),
  fc.record({ vr: fc.constant("SH") }),
);
const tag = fc
  .integer({ min: 0x00100000, max: 0x7fdfffff })
  .filter((t) => (t & 0xffff) !== 0)
  .map((t) => t.toString(16).toUpperCase().padStart(8, "0"));
const { dataSet } = fc.letrec<{ dataSet: DicomJson; element: DicomJson[string] }>((tie) => ({
  dataSet: fc.dictionary(tag, tie("element"), { maxKeys: 4, noNullPrototype: true }) as fc.Arbitrary<DicomJson>,
  element: fc.oneof(
    { depthSize: "small" },
    leaf as fc.Arbitrary<DicomJson[string]>,
    fc.record({ vr: fc.constant("SQ"), Value: fc.array(tie("dataSet"), { maxLength: 2 }) }),
  ) as fc.Arbitrary<DicomJson[string]>,
}));

/** Runs hostile input: an error of our own table with words, or an answer; never anything else. */
function harmless(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    assert.ok(
      error instanceof WillisError && ["bad-request", "too-deep", "too-large"].includes(error.code),
      String(error),
    );
  }
}

test("what is written in the Native DICOM Model is read back as the same data set", () => {
  fc.assert(
    fc.property(dataSet, (json) => {
      const back = fromDicomJson(parseNativeXml(nativeXml(json)));
      assert.deepEqual(toDicomJson(back), toDicomJson(fromDicomJson(json)));
    }),
  );
});

test("any text ends in a data set or in a bad request", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => harmless(() => parseNativeXml(text))));
  const pieces = fc.constantFrom(
    ...[
      "<NativeDicomModel>",
      "</NativeDicomModel>",
      '<DicomAttribute tag="00100010" vr="PN">',
      "</DicomAttribute>",
      "<Item>",
    ],
    ...[
      "</Item>",
      '<Value number="2">',
      "</Value>",
      "text",
      "&amp;",
      "&#x41;",
      "&x;",
      "<![CDATA[",
      "]]>",
      "<!--",
      "-->",
      "<?x?>",
    ],
    ...[
      '<BulkData uri="x"/>',
      "<InlineBinary>",
      "</InlineBinary>",
      "<PersonName>",
      "<",
      ">",
      '"',
      "<!DOCTYPE a [",
      "\u0000",
    ],
  );
  fc.assert(fc.property(fc.array(pieces, { maxLength: 20 }), (list) => harmless(() => parseNativeXml(list.join("")))));
});

test("a written document with bytes changed or cut ends in a data set or in a bad request", () => {
  fc.assert(
    fc.property(dataSet, fc.nat(), fc.nat(), fc.string({ maxLength: 3 }), (json, at, cut, put) => {
      const xml = nativeXml(json);
      const where = at % xml.length;
      harmless(() => parseNativeXml(xml.slice(0, where) + put + xml.slice(where + (cut % 9))));
    }),
  );
});

test("depth, counts and entities have limits; nesting costs no stack", () => {
  const nested = (n: number) =>
    `<NativeDicomModel>${'<DicomAttribute tag="00400275" vr="SQ"><Item>'.repeat(n)}${"</Item></DicomAttribute>".repeat(n)}</NativeDicomModel>`;
  assert.ok(parseNativeXml(nested(64))["00400275"]);
  assert.throws(() => parseNativeXml(nested(65)), { code: "too-deep" });
  assert.throws(() => parseNativeXml(nested(100_000)), { code: "too-deep" });
  assert.throws(() => [...xmlTokens("<a>".repeat(200_000))], { code: "too-deep" });
  assert.throws(() => parseNativeXml(nested(3), 5), { code: "too-large" });
  assert.throws(() => parseNativeXml('<!DOCTYPE l [<!ENTITY a "b">]><NativeDicomModel/>'), /document types/);
  assert.throws(() => parseNativeXml("<NativeDicomModel>&lol;</NativeDicomModel>"), /no entity/);
  const far =
    '<NativeDicomModel><DicomAttribute tag="00100020" vr="LO"><Value number="999999999"/></DicomAttribute></NativeDicomModel>';
  assert.throws(() => parseNativeXml(far), { code: "bad-request" });
});

test("DICOM JSON: any JSON ends in a data set or in a bad request; depth and counts have limits", () => {
  fc.assert(fc.property(fc.jsonValue(), (json) => harmless(() => fromDicomJson(json, { elements: 100 }))));
  const element = fc.record(
    {
      vr: fc.constantFrom("US", "SQ", "PN", "OB", "XX", "DS", "AT"),
      Value: fc.jsonValue(),
      InlineBinary: fc.option(fc.string(), { nil: undefined }),
    },
    { requiredKeys: [] },
  );
  fc.assert(fc.property(fc.dictionary(tag, element), (json) => harmless(() => fromDicomJson(json))));
  let deep: DicomJson = {};
  for (let i = 0; i < 100; i++) deep = { "00400275": { vr: "SQ", Value: [deep] } };
  assert.throws(() => fromDicomJson(deep), { code: "too-deep" });
  const many = Object.fromEntries(
    Array.from({ length: 20 }, (_, i) => [`0009${(0x1000 + i).toString(16)}`, { vr: "LO" }]),
  );
  assert.throws(() => fromDicomJson(many, { elements: 10 }), { code: "too-large" });
  for (const [vr, value] of [
    ["US", 70_000],
    ["US", 1.5],
    ["SS", -40_000],
    ["UV", 2 ** 60],
    ["SL", "x"],
  ] as const)
    assert.throws(() => fromDicomJson({ "00091001": { vr, Value: [value] } }), { code: "bad-request" }, vr);
});
