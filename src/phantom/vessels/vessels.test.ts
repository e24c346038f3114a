import assert from "node:assert/strict";
import { test } from "node:test";
import { arterialTree } from "./arteries.ts";
import { addAneurysm } from "./malformation.ts";
import { occlude } from "./occlusion.ts";
import { venousTree } from "./veins.ts";
import type { Vessel } from "./vessel.ts";

const SCALE = [0.93, 0.93, 0.93];
const find = (tree: readonly Vessel[], name: string): Vessel => {
  const v = tree.find((x) => x.name === name);
  assert.ok(v, name);
  return v;
};

test("left vessels lie at positive x, right ones at negative x", () => {
  const tree = arterialTree(5, SCALE);
  assert.ok(find(tree, "M1-L").xyz.at(-3)! > 25);
  assert.ok(find(tree, "M1-R").xyz.at(-3)! < -25);
});

test("blood never arrives earlier downstream, and later in veins than in arteries", () => {
  const tree = arterialTree(5, SCALE);
  for (const v of tree)
    for (let i = 1; i < v.arrival.length; i++) assert.ok(v.arrival[i]! >= v.arrival[i - 1]!, v.name);
  for (const v of tree.filter((x) => x.parent)) {
    assert.ok(v.arrival[0]! >= find(tree, v.parent!).arrival[0]!, `${v.name} after ${v.parent}`);
  }
  const last = Math.max(...tree.flatMap((v) => [...v.arrival]));
  assert.ok(last < find(venousTree(5, SCALE), "SSS").arrival[0]!);
});

test("a fetal posterior cerebral artery comes from the carotid, not from the basilar", () => {
  const tree = arterialTree(5, SCALE, { fetalPca: [-1] });
  assert.equal(find(tree, "P2-R").parent, "PComm-R");
  assert.equal(find(tree, "P2-L").parent, "P1-L");
});

test("a carotid stenosis has the NASCET percentage that was asked for", () => {
  const tree = arterialTree(5, SCALE, { stenosis: { side: -1, percent: 78 } });
  const ica = find(tree, "ICA-R");
  const distal = ica.radius[Math.round(40 / 0.75)]!;
  const least = Math.min(...ica.radius.slice(0, 40));
  assert.ok(Math.abs(100 * (1 - least / distal) - 78) < 1.5, `${100 * (1 - least / distal)} %`);
});

test("behind a middle cerebral occlusion nothing fills at once, the other side is untouched", () => {
  const tree = arterialTree(5, SCALE);
  const before = [...find(tree, "Central-R").arrival];
  const thrombus = occlude(tree, { site: "M1", side: "left" }, 12);
  assert.ok(thrombus.positionMm[0] > 10 && thrombus.lengthMm > 5);
  assert.ok(Math.max(...find(tree, "M2-superior-L").fill) < 0.5);
  assert.ok(find(tree, "Central-L").arrival[5]! > 3);
  assert.deepEqual([...find(tree, "Central-R").arrival], before);
  assert.equal(find(tree, "A2-L").fill[3], 1);
});

test("an aneurysm is a sphere cut by its neck: height and volume follow", () => {
  const tree = arterialTree(5, SCALE);
  const a = addAneurysm(tree, { site: "MCA", side: "left", neckMm: 4, domeMm: 7 });
  const expected = 3.5 + Math.sqrt(3.5 ** 2 - 2 ** 2);
  assert.ok(Math.abs(a.heightMm - expected) < 1e-9);
  assert.ok(a.volumeMm3 < (4 / 3) * Math.PI * 3.5 ** 3 && a.volumeMm3 > 0.8 * (4 / 3) * Math.PI * 3.5 ** 3);
  assert.ok(a.domeCentreMm[0] > 0);
});
