import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import type { DataSet, Element } from "../data-set.ts";
import { entryOf } from "../dictionary.ts";
import { TABLE } from "../dictionary-table.ts";
import { parsePart10 } from "../parse.ts";
import { TS } from "../transfer-syntax.ts";
import type { Vr } from "../vr.ts";
import { writePart10 } from "../write.ts";
import { deidentify } from "./deidentify.ts";
import { BASIC, type DeidentifyOptions, decide } from "./profile.ts";
import { keyedPseudonyms } from "./pseudonyms.ts";

const names = keyedPseudonyms((message) => createHmac("sha256", "planted").update(message).digest());
const IMAGE = "1.2.840.10008.5.1.4.1.1.";

/** Every element of PS3.6 that may stand in a data set and hold text or items, and a few private ones. */
const TAGS = Object.entries(TABLE).flatMap(([group, row]) =>
  group.endsWith("xx") || group.toUpperCase() === "FFFE" || Number.parseInt(group, 16) <= 6
    ? []
    : row.split(";").map((cell) => Number.parseInt(group + cell.slice(0, 4), 16)),
);
const PRIVATE: readonly (readonly [number, Vr])[] = [
  [0x00090010, "LO"],
  [0x00091001, "LO"],
  [0x00291010, "UN"],
  [0x7fe11001, "OB"],
  [0x00191000, "SQ"],
];
const SPECIAL = new Set([
  0x00080005, 0x00080016, 0x00080018, 0x7fe00010, 0x7fe00008, 0x7fe00009, 0x7fe00001, 0x7fe00002,
]);

/** A secret as this VR can hold it; null where it holds no text, or where the profile leaves the element as it is. */
function plant(
  tag: number,
  vr: Vr,
  n: number,
  options: DeidentifyOptions,
): { element: Element; secret: string } | null {
  const { rule, deed } = decide(tag, vr, options);
  if (SPECIAL.has(tag) || deed === "keep" || (rule === "not listed" && vr !== "SQ")) return null;
  if (deed === "shift" && vr === "TM") return null;
  const digits = String(100_000 + n);
  if (vr === "DA")
    return { element: { vr, value: [`19${digits.slice(2)}11`.slice(0, 8)] }, secret: `19${digits.slice(2)}11` };
  if (vr === "UI") return { element: { vr, value: [`1.2.826.0.99.${digits}`] }, secret: `1.2.826.0.99.${digits}` };
  if (vr === "TM" || vr === "DT" || vr === "IS" || vr === "DS" || vr === "AS" || vr === "CS") return null;
  if (["OB", "UN", "OW"].includes(vr)) {
    const secret = `ZQ${digits}ZQ`;
    return { element: { vr, value: new TextEncoder().encode(secret) }, secret };
  }
  const secret = `ZQ${digits}ZQ`;
  return ["PN", "LO", "SH", "LT", "ST", "UT", "UC", "AE", "UR"].includes(vr)
    ? { element: { vr, value: [secret] }, secret }
    : null;
}

const sets = fc.array(fc.tuple(fc.nat(TAGS.length + PRIVATE.length - 1), fc.nat(3)), { minLength: 40, maxLength: 160 });
const choices = fc.record({
  dates: fc.constantFrom("remove" as const, "modified" as const),
  ...{ descriptors: fc.boolean(), structured: fc.boolean(), graphics: fc.boolean(), uids: fc.constant(false) },
  ...{ device: fc.boolean(), institution: fc.boolean(), patient: fc.boolean(), safePrivate: fc.boolean() },
  documents: fc.constant(false),
});

/** A data set of these elements: number 1 to 3 puts one into an item of the sequence before it, that many deep. */
function built(picks: readonly (readonly [number, number])[], sopClass: string, options: DeidentifyOptions) {
  const root: DataSet = new Map();
  root.set(0x00080016, { vr: "UI", value: [sopClass] });
  root.set(0x00080018, { vr: "UI", value: ["1.2.826.0.99.1"] });
  const secrets: string[] = ["1.2.826.0.99.1"];
  const open: DataSet[] = [root];
  picks.forEach(([pick, depth], n) => {
    const [tag, vr] =
      pick < TAGS.length ? ([TAGS[pick]!, entryOf(TAGS[pick]!)!.vr] as const) : PRIVATE[pick - TAGS.length]!;
    const place = open[Math.min(depth, open.length - 1)]!;
    if (place.has(tag)) return;
    if (vr === "SQ") {
      const item: DataSet = new Map();
      place.set(tag, { vr, value: [item] });
      open.splice(Math.min(depth, open.length - 1) + 1, 3, item);
      return;
    }
    const planted = plant(tag, vr, n, options);
    if (!planted) return;
    place.set(tag, planted.element);
    secrets.push(planted.secret);
  });
  return { root, secrets };
}

test("whatever attribute of the dictionary holds a secret, however deep, with whatever options: it is not in the bytes", () => {
  fc.assert(
    fc.property(
      sets,
      choices,
      fc.constantFrom(`${IMAGE}2`, `${IMAGE}2.1`, `${IMAGE}12.1`, `${IMAGE}88.33`, `${IMAGE}11.1`, `${IMAGE}481.3`),
      fc.constantFrom(TS.ExplicitLittle, TS.ImplicitLittle),
      (picks, options, sopClass, syntax) => {
        const { root, secrets } = built(picks, sopClass, options);
        const file = writePart10(root, syntax);
        for (const secret of secrets) assert.ok(Buffer.from(file).includes(secret), "the secret was planted");
        const result = deidentify(file, options, names);
        assert.equal(result.state, "done");
        if (result.state !== "done") return;
        for (const secret of secrets)
          assert.ok(!Buffer.from(result.bytes).includes(secret), `${secret} is still there`);
        parsePart10(result.bytes);
      },
    ),
    { numRuns: 300, seed: 20261127 },
  );
});

test("no attribute that the Basic Profile removes is left at any depth", () => {
  fc.assert(
    fc.property(sets, (picks) => {
      const result = deidentify(writePart10(built(picks, `${IMAGE}2`, BASIC).root), BASIC, names);
      assert.equal(result.state, "done");
      if (result.state !== "done") return;
      const places: DataSet[] = [parsePart10(result.bytes).dataSet];
      for (const place of places) {
        for (const [tag, { vr, value }] of place) {
          assert.notEqual(decide(tag, vr, BASIC).deed === "remove" && value.length > 0, true, tag.toString(16));
          if (vr === "SQ") places.push(...(value as readonly DataSet[]));
        }
      }
    }),
    { numRuns: 200, seed: 7 },
  );
});
