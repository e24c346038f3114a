import assert from "node:assert/strict";
import { test } from "node:test";
import { COLOUR_MAPS, colourIndex, colourMap, EMBER, RATIO } from "./colour-map.ts";
import { contour } from "./contour.ts";
import { colourDifference, labToRgb, lightness, linearLight, type Rgb, rgbToLab } from "./lab.ts";

test("the lightness of the colour map rises in equal steps from dark to light", () => {
  const l = EMBER.table.map(lightness);
  for (let k = 1; k < 256; k++) {
    assert.ok(l[k]! > l[k - 1]! - 0.3, `entry ${k} is darker than the one before`);
    const straight = 8 + (88 * k) / 255;
    assert.ok(Math.abs(l[k]! - straight) < 1.5, `entry ${k}: L* ${l[k]!.toFixed(1)}, wanted ${straight.toFixed(1)}`);
  }
});

test("every map has 256 entries and its own name, by which it is found", () => {
  for (const map of COLOUR_MAPS) {
    assert.equal(map.table.length, 256);
    assert.equal(colourMap(map.name), map);
  }
  assert.equal(new Set(COLOUR_MAPS.map(({ name }) => name)).size, COLOUR_MAPS.length);
});

test("lightness rises all along a sequential map, and from the middle to both ends of a diverging one", () => {
  for (const { name, kind, table } of COLOUR_MAPS) {
    const l = table.map(lightness);
    for (let k = 1; k < 256; k++) {
      const rise = kind === "diverging" && k < 128 ? l[k - 1]! - l[k]! : l[k]! - l[k - 1]!;
      if (kind === "diverging" && k === 128) continue;
      assert.ok(rise > -0.45, `${name} entry ${k}: ${rise.toFixed(2)}`);
    }
    assert.ok(Math.abs(l[255]! - l[kind === "diverging" ? 128 : 0]!) > 60, name);
  }
});

test("the two ends of the diverging map are equally light and its middle has no colour", () => {
  const lab = RATIO.table.map(rgbToLab);
  assert.ok(Math.abs(lab[0]![0] - lab[255]![0]) < 1.5);
  assert.ok(Math.hypot(lab[127]![1], lab[127]![2]) < 2);
  assert.ok(Math.hypot(lab[128]![1], lab[128]![2]) < 2);
});

test("equal steps of the value are about equal steps to the eye: 16 entries differ by much the same everywhere", () => {
  for (const { name, table } of COLOUR_MAPS) {
    if (name === EMBER.name) continue; // its lightness is straight instead: tested above
    const lab = table.map(rgbToLab);
    const parts = name === RATIO.name ? [lab.slice(0, 128), lab.slice(128)] : [lab];
    for (const part of parts) {
      const steps: number[] = [];
      for (let k = 15; k < part.length; k += 16) {
        if (k >= 16) steps.push(colourDifference(part[k]!, part[k - 16]!));
      }
      const ratio = Math.max(...steps) / Math.min(...steps);
      assert.ok(
        ratio < 1.35,
        `${name}: steps from ${Math.min(...steps).toFixed(1)} to ${Math.max(...steps).toFixed(1)}`,
      );
    }
  }
});

/** How a colour looks without one kind of cone: Machado, Oliveira, Fernandes 2009, severity 1, on linear light. */
const WITHOUT = {
  protan: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deutan: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritan: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
} as const;

function seenWithout(kind: keyof typeof WITHOUT, rgb: Rgb): Rgb {
  const light = rgb.map(linearLight);
  const m = WITHOUT[kind];
  const encode = (v: number) => {
    const c = Math.min(1, Math.max(0, v));
    return Math.round(255 * (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055));
  };
  const row = (r: number) => encode(m[r]! * light[0]! + m[r + 1]! * light[1]! + m[r + 2]! * light[2]!);
  return [row(0), row(3), row(6)];
}

test("a tenth of the scale can be told apart with any kind of colour blindness, and the order never turns", () => {
  for (const { name, kind: mapKind, table } of COLOUR_MAPS) {
    for (const kind of ["protan", "deutan", "tritan"] as const) {
      const lab = table.map((rgb) => rgbToLab(seenWithout(kind, rgb)));
      for (let k = 26; k < 256; k += 5) {
        const apart = colourDifference(lab[k]!, lab[k - 26]!);
        const acrossMiddle = mapKind === "diverging" && k >= 128 && k - 26 < 128;
        if (!acrossMiddle) assert.ok(apart > 5, `${name} ${kind} ${k}: ${apart.toFixed(1)}`);
        if (mapKind === "sequential") assert.ok(lab[k]![0] > lab[k - 26]![0], `${name} ${kind} ${k} turns`);
      }
    }
  }
});

test("less and more of a ratio are never taken for each other, with any kind of colour blindness", () => {
  for (const kind of ["protan", "deutan", "tritan"] as const) {
    for (let k = 0; k < 96; k += 8) {
      const [less, more] = [RATIO.table[k]!, RATIO.table[255 - k]!];
      const apart = colourDifference(rgbToLab(seenWithout(kind, less)), rgbToLab(seenWithout(kind, more)));
      assert.ok(apart > 20, `${kind}, entry ${k}: ${apart.toFixed(1)}`);
    }
  }
});

test("white and mid grey come out of CIE Lab as in sRGB", () => {
  assert.deepEqual(labToRgb(100, 0, 0), [255, 255, 255]);
  assert.deepEqual(labToRgb(53.585, 0, 0), [128, 128, 128]);
});

test("a colour goes to CIE Lab and back", () => {
  for (const rgb of [
    [12, 200, 99],
    [255, 0, 0],
    [3, 4, 250],
  ] as const)
    assert.deepEqual(labToRgb(...rgbToLab(rgb)), rgb);
});

test("values beyond the scale take its end colours", () => {
  assert.equal(colourIndex(-3, 0, 12), 0);
  assert.equal(colourIndex(99, 0, 12), 255);
});

test("the contour of a disc lies at its radius", () => {
  const size = 41;
  const values = Float32Array.from({ length: size * size }, (_, k) => {
    return 20 - Math.hypot((k % size) - 20, Math.floor(k / size) - 20);
  });
  const pieces = contour(values, size, size, 8);
  assert.ok(pieces.length > 40);
  for (const [x1, y1, x2, y2] of pieces) {
    for (const r of [Math.hypot(x1 - 20, y1 - 20), Math.hypot(x2 - 20, y2 - 20)]) assert.ok(Math.abs(r - 12) < 0.05);
  }
});

test("no contour is drawn into pixels without a value", () => {
  assert.equal(contour([Number.NaN, 1, 0, 0], 2, 2, 0.5).length, 0);
});
