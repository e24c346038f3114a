import assert from "node:assert/strict";
import { test } from "node:test";
import { packedMask, slicesInside, unpackedMask } from "./mask-bits.ts";

test("a mask packs to bits and comes back, from any voxel on, and is empty behind its end", () => {
  const mask = Uint8Array.from({ length: 37 }, (_, i) => ((i * i) % 5 < 2 ? 1 + (i % 3) : 0));
  const bits = packedMask(mask);
  assert.equal(bits.length, 5);
  const inside = [...mask].map((value) => (value ? 1 : 0));
  assert.deepEqual([...unpackedMask(bits, 0, 37)], inside);
  assert.deepEqual([...unpackedMask(bits, 11, 9)], inside.slice(11, 20));
  assert.deepEqual([...unpackedMask(bits, 35, 8)], [...inside.slice(35), 0, 0, 0, 0, 0, 0]);
});

test("the first bit of a byte is the lowest", () => {
  assert.deepEqual([...packedMask([1, 0, 0, 0, 0, 0, 0, 0, 0, 1])], [1, 2]);
});

test("the slices that hold anything are found across bytes; an empty mask has none", () => {
  const mask = new Uint8Array(9 * 5);
  mask[9 * 1 + 8] = 1;
  mask[9 * 3] = 1;
  assert.deepEqual(slicesInside(packedMask(mask), 9, 5), { first: 1, last: 3, voxels: 2 });
  assert.equal(slicesInside(new Uint8Array(6), 9, 5), undefined);
  // Bits behind the last voxel are nobody's.
  assert.equal(slicesInside(Uint8Array.of(0, 0, 0, 0, 0, 0b11100000), 9, 5), undefined);
});
