import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { type DataSet, dataSet, type Element, put } from "../data-set.ts";
import { entryOf, tagText } from "../dictionary.ts";
import { VR_FACTS, type Vr } from "../vr.ts";
import { deidentifyDataSet } from "./data-set-walk.ts";
import { BASIC, type DeidentifyOptions, type ProfileRow, profileRows } from "./profile.ts";
import { E_1_1, OURS } from "./profile-table.ts";
import { keyedPseudonyms } from "./pseudonyms.ts";

const names = keyedPseudonyms((message) => createHmac("sha256", "a key of this test").update(message).digest());
const CT = "1.2.840.10008.5.1.4.1.1.2";
const ENHANCED = "1.2.840.10008.5.1.4.1.1.2.1";
const SECRET = "ZZSECRETZZ";
const ALL: DeidentifyOptions = {
  ...{ dates: "full", descriptors: true, structured: true, graphics: true, uids: true, device: true },
  ...{ institution: true, patient: true, safePrivate: true, documents: true },
};

/** A value that its VR can hold and that nobody else has. */
function secret(vr: Vr): Element {
  const { kind } = VR_FACTS[vr];
  if (kind === "items") return { vr, value: [dataSet({ CodeMeaning: SECRET, PatientName: SECRET })] };
  if (kind === "bytes") return { vr, value: new TextEncoder().encode(SECRET) };
  if (kind === "numbers") return { vr, value: [4242] };
  const texts: Partial<Record<Vr, string>> = {
    ...{ DA: "19710203", TM: "030405.678", DT: "19710203030405.678", UI: "1.2.826.0.1.99.4242", AS: "071Y" },
    ...{ IS: "4242", DS: "42.42" },
  };
  return { vr, value: [texts[vr] ?? SECRET] };
}

function objectWith(tag: number, element: Element, sopClass = CT): DataSet {
  const ds = dataSet({ SOPClassUID: sopClass, SOPInstanceUID: "1.2.3", PatientID: "P-1" });
  ds.set(tag, element);
  return ds;
}

function treated(tag: number, element: Element, options: DeidentifyOptions, sopClass = CT): Element | undefined {
  return deidentifyDataSet(objectWith(tag, element, sopClass), options, names).dataSet.get(tag);
}

const same = (a: Element | undefined, b: Element) =>
  a !== undefined && JSON.stringify(plain(a)) === JSON.stringify(plain(b));
const plain = (e: Element): unknown => [e.vr, e.value instanceof Uint8Array ? [...e.value] : e.value];

/** Each row has an element of group 0000, 0002 or 0004 removed whatever it says: they are no part of a data set. */
const inDataSet = [...profileRows()].filter(([tag]) => tag >>> 16 > 6);
const vrOf = (tag: number): Vr => entryOf(tag)?.vr ?? "LO";

/** Whether the original is still anywhere in it. */
function leaks(element: Element | undefined, from: Element): boolean {
  if (!element) return false;
  if (element.value instanceof Uint8Array) return Buffer.from(element.value).includes(SECRET);
  if (element.vr === "SQ")
    return (element.value as readonly DataSet[]).some((item) =>
      [...item.values()].some((one) => one.value.includes(SECRET as never)),
    );
  return (from.value as readonly unknown[]).some((one) => (element.value as readonly unknown[]).includes(one));
}

test("the table has the rows of E.1-1 of the edition that it names, and no tag twice", () => {
  const listed = (table: Readonly<Record<string, string>>) => Object.values(table).flatMap((tags) => tags.split(/\s+/));
  assert.equal(
    listed(E_1_1).length,
    456,
    "460 rows less private attributes, curves and two of overlays, which are rules",
  );
  assert.equal(new Set([...listed(E_1_1), ...listed(OURS)]).size, profileRows().size);
  assert.equal(listed(E_1_1).length + listed(OURS).length, profileRows().size, "a tag stands twice");
});

for (const sopClass of [CT, ENHANCED]) {
  test(`every row, Basic Profile, class ${sopClass}: X is gone, Z is empty, D and U are another value, none is the original`, () => {
    for (const [tag, row] of inDataSet) {
      const element = secret(vrOf(tag));
      const out = treated(tag, element, BASIC, sopClass);
      const where = `${tagText(tag)} ${row.basic}`;
      if (!isDescended(tag, row)) assert.ok(!leaks(out, element), `${where} still holds its value`);
      if (row.basic === "X") assert.equal(out, undefined, where);
      else if (row.basic === "U") assert.match(String(out?.value[0]), /^2\.25\.\d+$/, where);
      else if (row.basic === "Z" && !PSEUDONYM.has(tag)) assert.equal(out?.value.length, 0, where);
      else if (row.basic === "D" && tag !== 0x00700001) assert.ok((out?.value.length ?? 0) > 0, where);
      else if (sopClass === ENHANCED && row.basic !== "D" && row.basic.endsWith("D") && !OPTIONAL_EVERYWHERE.has(tag))
        assert.ok((out?.value.length ?? 0) > 0, `${where}: a class without known types keeps a value`);
    }
  });
}

/** PatientName, PatientID, AccessionNumber, StudyID: a pseudonym instead of nothing. */
const PSEUDONYM = new Set([0x00100010, 0x00100020, 0x00080050, 0x00200010]);
const OPTIONAL_EVERYWHERE = new Set([0x00081072, 0x00080082]);
/** Sequences whose items stay and are treated by themselves: the coded meaning of an item is not the patient. */
const isDescended = (tag: number, { basic }: ProfileRow) =>
  vrOf(tag) === "SQ" &&
  (basic === "D" || basic.includes("U*") || basic === "X/Z/D") &&
  tag !== 0x0040a730 &&
  tag !== 0x00401101;

const KEEPS = { u: "uids", d: "device", i: "institution", p: "patient" } as const;
for (const [letter, option] of Object.entries(KEEPS)) {
  test(`option ${option}: its rows keep their value, and without it they do not`, () => {
    const rows = inDataSet.filter(([, row]) => row.options.includes(letter));
    assert.ok(rows.length >= 3);
    for (const [tag] of rows) {
      const element = secret(vrOf(tag));
      if (element.vr === "SQ") continue; // items are treated: below
      assert.ok(same(treated(tag, element, { ...BASIC, [option]: true }), element), tagText(tag));
      assert.ok(!same(treated(tag, element, BASIC), element), tagText(tag));
    }
  });
}

test("dates: full keeps them, modified moves all by the same days and keeps times, neither leaves nothing", () => {
  const days = names.dayShift("id\n\nP-1");
  const moved = new Date(Date.UTC(1971, 1, 3) + days * 86_400_000).toISOString().slice(0, 10).replaceAll("-", "");
  for (const [tag] of inDataSet.filter(([, row]) => row.options.includes("t"))) {
    const element = tag === 0x00080201 ? ({ vr: "SH", value: ["+0100"] } as const) : secret(vrOf(tag));
    if (VR_FACTS[element.vr].kind !== "text") continue;
    const original = String(element.value[0]);
    assert.equal(treated(tag, element, { ...BASIC, dates: "full" })?.value[0], original, tagText(tag));
    const shifted = treated(tag, element, { ...BASIC, dates: "modified" })?.value[0];
    assert.equal(shifted, original.startsWith("1971") ? moved + original.slice(8) : original, tagText(tag));
    assert.ok(!leaks(treated(tag, element, BASIC), element));
  }
  const lie = { vr: "DA", value: [SECRET] } as const;
  for (const dates of ["full", "modified"] as const)
    assert.equal(treated(0x00080020, lie, { ...BASIC, dates })?.value[0], "19000101", "what is no date is not kept");
});

test("clean: of text the known words stay, and nothing of an unknown one, in every row that may be cleaned", () => {
  for (const [tag, row] of inDataSet) {
    const vr = vrOf(tag);
    if (!/[sqcg]/.test(row.options) || VR_FACTS[vr].kind !== "text") continue;
    const element = { vr, value: [`CT Head ${SECRET} 5mm, Meier/Neck`] };
    const out = treated(tag, element, { ...ALL, dates: "remove" });
    assert.equal(out?.value[0], "CT Head 5mm Neck", tagText(tag));
  }
  const { removedWords } = deidentifyDataSet(
    dataSet({ SOPClassUID: CT, StudyDescription: "Schädel-CT Frau Ångström 87 J., Zimmer 12 +49 711 5551212" }),
    { ...BASIC, descriptors: true },
    names,
  );
  assert.deepEqual(
    removedWords,
    ["12", "49", "5551212", "711", "87", "Frau", "J", "Schädel", "Zimmer", "Ångström"].sort(),
  );
});

test("with every option on, names, identifiers and what no option may keep still go", () => {
  for (const [tag, row] of inDataSet) {
    if (row.options !== "") continue;
    const element = secret(vrOf(tag));
    if (isDescended(tag, row)) continue;
    if (row.basic === "U") continue; // Retain UIDs
    assert.ok(!leaks(treated(tag, element, ALL), element), `${tagText(tag)} ${row.basic}`);
  }
});

test("what no table lists goes by its kind: names, dates, UIDs, AE titles, addresses and free text never stay", () => {
  const unlisted: readonly [string, Vr][] = [
    ["NameOfPhysiciansReadingStudy", "PN"],
    ["SelectorDAValue", "DA"],
    ["SelectorPNValue", "PN"],
    ["SelectorUTValue", "UT"],
    ["SelectorLTValue", "LT"],
    ["SelectorUIValue", "UI"],
    ["RetrieveAETitle", "AE"],
    ["RetrieveURL", "UR"],
    ["FrameReferenceDateTime", "DT"],
  ];
  for (const [keyword, vr] of unlisted) {
    const tag = [...dataSet({ [keyword]: "" }).keys()][0]!;
    const element = secret(vr);
    assert.ok(!leaks(treated(tag, element, BASIC), element), keyword);
  }
  const odd = secret("LO");
  assert.equal(treated(0x00091001, odd, BASIC), undefined, "private");
  assert.equal(treated(0x00410010, odd, BASIC), undefined, "private creator");
  assert.equal(treated(0x50000010, odd, BASIC), undefined, "curves");
  assert.equal(treated(0x00189ffe, odd, BASIC), undefined, "an element that PS3.6 does not know");
  assert.equal(treated(0x60003000, { vr: "OW", value: new TextEncoder().encode(SECRET) }, BASIC), undefined);
  assert.equal(
    treated(0x60000010, { vr: "US", value: [12] }, BASIC),
    undefined,
    "an overlay goes with its description",
  );
});

test("classes and codings of the standard keep their UIDs", () => {
  assert.equal(treated(0x00080016, { vr: "UI", value: [CT] }, BASIC)?.value[0], CT);
  assert.equal(treated(0x00081150, { vr: "UI", value: [CT] }, BASIC)?.value[0], CT);
  assert.equal(
    treated(0x00200052, { vr: "UI", value: ["1.2.840.10008.1.4.1.1"] }, BASIC)?.value[0],
    "1.2.840.10008.1.4.1.1",
  );
});

test("safe private elements stay with their reservation, and only those", () => {
  const ds = dataSet({ SOPClassUID: "1.2.840.10008.5.1.4.1.1.4", SOPInstanceUID: "1.2.3" });
  put(ds, 0x00190010, "LO", "SIEMENS MR HEADER");
  put(ds, 0x0019100c, "IS", "1000");
  put(ds, 0x00191008, "CS", SECRET);
  put(ds, 0x00290010, "LO", SECRET);
  put(ds, 0x00291010, "OB", new TextEncoder().encode(SECRET));
  const { dataSet: out } = deidentifyDataSet(ds, { ...BASIC, safePrivate: true }, names);
  assert.deepEqual([...out.keys()].filter((tag) => (tag >>> 16) & 1).sort(), [0x00190010, 0x0019100c]);
});

test("an age over 89 is 90", () => {
  const age = (value: string) =>
    treated(0x00101010, { vr: "AS", value: [value] }, { ...BASIC, patient: true })?.value[0];
  assert.equal(age("093Y"), "090Y");
  assert.equal(age("071Y"), "071Y");
  assert.equal(age(SECRET), "");
});
