import assert from "node:assert/strict";
import { test } from "node:test";
import { uniform } from "../../../core/random.ts";
import type { JsonInstance } from "./dicom-json.ts";
import { asReceived, splitSeries } from "./series-groups.ts";
import { orderStack } from "./stack-order.ts";

const AXIAL = [1, 0, 0, 0, 1, 0];
const SAGITTAL = [0, 1, 0, 0, 0, -1];
const ds = (...Value: unknown[]) => ({ vr: "DS", Value });

function image(
  n: number,
  fields: { at?: number[]; along?: number[]; size?: number; spacing?: number; type?: string; more?: JsonInstance },
): JsonInstance {
  const { at = [0, 0, n], along = AXIAL, size = 64, spacing = 1, type = "AXIAL", more = {} } = fields;
  return {
    "00080018": { vr: "UI", Value: [`1.2.${n}`] },
    "00080008": { vr: "CS", Value: ["ORIGINAL", "PRIMARY", type] },
    "00200013": { vr: "IS", Value: [n] },
    "00200032": ds(...at),
    "00200037": ds(...along),
    "00280030": ds(spacing, spacing),
    "00280010": { vr: "US", Value: [size] },
    "00280011": { vr: "US", Value: [size] },
    ...more,
  };
}
const uids = (order: { times: readonly (readonly { sopUid: string }[])[] }) =>
  order.times.flat().map(({ sopUid }) => sopUid);

test("a series of one stack is not split", () => {
  const groups = splitSeries([1, 2, 3].map((n) => image(n, {})));
  assert.deepEqual(
    groups.map(({ why }) => why),
    [""],
  );
});

test("a localiser, another orientation and another matrix are groups of their own, and each says why", () => {
  const groups = splitSeries([
    image(1, { type: "LOCALIZER", along: SAGITTAL, size: 128 }),
    ...[2, 3, 4].map((n) => image(n, {})),
    ...[5, 6].map((n) => image(n, { along: SAGITTAL, at: [n, 0, 0] })),
  ]);
  assert.deepEqual(
    groups.map(({ why, order }) => [why, order.times.flat().length]),
    [
      ["localiser, sagittal, 128 × 128", 1],
      ["axial, 64 × 64", 3],
      ["sagittal, 64 × 64", 2],
    ],
  );
});

test("times say what tells them apart", () => {
  const weighted = (n: number, z: number, b: number) =>
    image(n, { at: [0, 0, z], more: { "00189087": { vr: "FD", Value: [b] } } });
  const { times, timeWords } = orderStack([
    weighted(1, 0, 0),
    weighted(2, 5, 0),
    weighted(3, 0, 1000),
    weighted(4, 5, 1000),
  ]);
  assert.equal(times.length, 2);
  assert.deepEqual(timeWords, ["b 0 s/mm²", "b 1000 s/mm²"]);
});

test("whatever a series holds, every image is in exactly one group and in the list as received", () => {
  const random = uniform(21);
  const pick = <T>(all: readonly T[]) => all[Math.floor(random() * all.length)]!;
  for (let round = 0; round < 200; round++) {
    const count = 1 + Math.floor(random() * 20);
    const instances = Array.from({ length: count }, (_, k) => {
      const made = image(k + 1, {
        ...{ along: pick([AXIAL, SAGITTAL, [1, 0, 0, 0, 0.8, 0.6]]), size: pick([64, 128]), spacing: pick([0.5, 1]) },
        ...{ type: pick(["AXIAL", "AXIAL", "LOCALIZER"]), at: [0, 0, Math.floor(random() * 6)] },
      });
      if (random() < 0.1) delete (made as Record<string, unknown>)["00280030"];
      if (random() < 0.1) (made as Record<string, unknown>)["00280008"] = { vr: "IS", Value: [3] };
      return made;
    });
    const frames = instances.reduce((sum, one) => sum + Number(one["00280008"]?.Value?.[0] ?? 1), 0);
    const wanted = new Set(instances.map((one) => String(one["00080018"]?.Value?.[0])));
    const grouped = splitSeries(instances);
    assert.deepEqual(new Set(grouped.flatMap(({ order }) => uids(order))), wanted);
    assert.equal(uids(asReceived(instances)).length, frames);
    assert.ok(grouped.length === 1 || grouped.every(({ why }) => why.length > 0));
  }
});
