import assert from "node:assert/strict";
import { test } from "node:test";
import { WillisError } from "../../core/errors.ts";
import { perfusion } from "./perfusion.ts";
import type { PerfusionResult } from "./result.ts";
import { type HeadOptions, syntheticHead } from "./synthetic-head.ts";

const every = (n: number, dt: number, from: number = 0): number[] => Array.from({ length: n }, (_, i) => from + i * dt);
const SMALL: HeadOptions = { shape: [96, 96, 6], spacing: [2.2, 2.2, 8], noise: 3 };

const study = (options: HeadOptions): { result: PerfusionResult; core: number; penumbra: number } => {
  const head = syntheticHead({ ...SMALL, ...options });
  return { result: perfusion(head.series), core: head.truth.core, penumbra: head.truth.penumbra };
};
const codes = (r: PerfusionResult): string[] => r.quality.map((q) => q.code);
const near = (value: number, truth: number, within: number, what: string): void =>
  assert.ok(Math.abs(value - truth) <= within, `${what}: ${value.toFixed(1)}, truth ${truth.toFixed(1)}`);

test("core and Tmax > 6 s of a known lesion are within 5 and 11 mL on either side, with curves in their vessels", () => {
  for (const side of [1, -1] as const) {
    const { result, core, penumbra } = study({ side });
    near(result.volumes.core_rcbf30, core, 5, "core");
    near(result.volumes.tmax6, penumbra, 11, "Tmax > 6 s");
    assert.equal(result.volumes.mismatch, result.volumes.tmax6 - result.volumes.core_rcbf30);
    assert.ok(result.mismatchRatio !== null && result.mismatchRatio > 4);
    near(result.arterial.measures.peak, 320, 25, "arterial peak");
    const [x, y] = result.arterial.position;
    assert.ok(
      [
        [34, -10],
        [-34, -10],
        [0, -45],
      ].some(([a, b]) => Math.hypot(x - a, y - b) < 4),
      `artery at ${x}, ${y}`,
    );
    const vein = result.venous?.position ?? [99, 99, 0];
    assert.ok(Math.hypot(vein[0], vein[1] - 80) < 5, `vein at ${vein}`);
  }
});

test("frames of 1 s then 3 s, of 3 s, a late bolus and no skull give the same volumes within 6 and 13 mL", () => {
  const variants: HeadOptions[] = [
    { times: [...every(25, 1), ...every(15, 3, 25)] },
    { times: every(24, 3) },
    { bolusStart: 20 },
    { skull: false },
    { skull: false, air: 0 },
    { air: -3024 },
  ];
  for (const options of variants) {
    const { result, core, penumbra } = study(options);
    const name = JSON.stringify(options).slice(0, 40);
    near(result.volumes.core_rcbf30, core, 6, `core, ${name}`);
    near(result.volumes.tmax6, penumbra, 13, `Tmax > 6 s, ${name}`);
  }
});

test("a head without a lesion has no core and no Tmax > 6 s, and the ratio says why it is missing", () => {
  const { result } = study({ side: 0 });
  assert.equal(result.volumes.core_rcbf30, 0);
  assert.equal(result.volumes.tmax6, 0);
  assert.equal(result.mismatchRatio, null);
  assert.match(result.mismatchRatioReason ?? "", /no tissue has Tmax/i);
  assert.equal(result.hypoperfusionIntensityRatio, null);
  assert.ok(codes(result).includes("no-region"));
});

test("delay without a core gives an infinite ratio as null with its reason", () => {
  const { result, penumbra } = study({ coreRadius: 0, penumbraFlow: 0.8 });
  assert.equal(result.volumes.core_rcbf30, 0);
  near(result.volumes.tmax6, penumbra, 12, "Tmax > 6 s");
  assert.equal(result.mismatchRatio, null);
  assert.match(result.mismatchRatioReason ?? "", /infinite/);
});

test("a core with next to no flow stays in the core: fluid is told by density, not by missing contrast", () => {
  const { result, core } = study({ coreRadius: 26, penumbraRadius: 36, coreFlow: 0.03 });
  near(result.volumes.core_rcbf30, core, 0.12 * core, "core");
});

test("a head that moves by 4 mm and 2 degrees is aligned, said so, and measured within 6 and 14 mL", () => {
  const still = { shift: [0, 0, 0], turn: [0, 0, 0] } as const;
  const moved = { shift: [3, -2, 1], turn: [0, 0.01, 0.035] } as const;
  const { result, core, penumbra } = study({ pose: (t) => (t > 18 ? moved : still) });
  assert.ok(codes(result).includes("motion"));
  near(result.volumes.core_rcbf30, core, 6, "core");
  near(result.volumes.tmax6, penumbra, 14, "Tmax > 6 s");
  const last = result.motion[result.motion.length - 1];
  assert.ok(Math.hypot(last.shift[0] - 3, last.shift[1] + 2) < 0.6, `shift ${last.shift}`);
  assert.ok(Math.abs(last.turn[2] - 0.035) < 0.012, `turn ${last.turn}`);
});

test("a bolus that came before the scan, a scan cut short and a missing baseline are said", () => {
  const before = codes(study({ bolusStart: -4 }).result);
  assert.ok(before.includes("bolus-before-scan"), before.join());
  const cut = study({ times: every(14, 1.5) }).result;
  assert.ok(
    cut.quality.some((q) => ["truncated", "arterial-truncated", "venous-tail"].includes(q.code)),
    codes(cut).join(),
  );
  const early = codes(study({ bolusStart: 1 }).result);
  assert.ok(early.includes("few-baseline-frames"), early.join());
});

test("maps lie on the source grid, and a 512 matrix binned for the work gives exact volumes there", () => {
  const head = syntheticHead({ shape: [384, 384, 2], spacing: [0.6, 0.6, 8], noise: 6, times: every(40, 1.5) });
  const result = perfusion(head.series);
  for (const map of [...Object.values(result.maps), ...Object.values(result.masks)]) {
    assert.deepEqual(map.shape, head.series.shape);
    assert.deepEqual(map.origin, head.series.origin);
    assert.equal(map.data.length, 384 * 384 * 2);
  }
  const voxel = (0.6 * 0.6 * 8) / 1000;
  let core = 0;
  for (const one of result.masks.core.data) core += one * voxel;
  near(core, result.volumes.core_rcbf30, 1e-6, "core on the grid");
});

test("every number is a measurement with unit, method, version and tier C, and volumes carry their uncertainty", () => {
  const { result } = study({});
  for (const m of result.measurements) {
    assert.equal(m.tier, "C");
    assert.ok(m.unit.length > 0 && m.method.version.length > 0 && m.method.name.length > 0);
    assert.ok(m.value !== null || m.reason);
  }
  const core = result.measurements.find((m) => m.code === "core_ml");
  assert.ok(
    core?.uncertainty && core.uncertainty.low <= (core.value ?? 0) && core.uncertainty.high >= (core.value ?? 0),
  );
  const strip = result.thresholds.tmax.map((x) => x.ml);
  assert.deepEqual(
    strip,
    [...strip].sort((a, b) => b - a),
    "volumes fall as the Tmax threshold rises",
  );
});

test("a curve placed by hand is taken there, and a place without enhancement is refused", () => {
  const head = syntheticHead(SMALL);
  const result = perfusion(head.series, { arterialPosition: [34, -10, 16] });
  assert.equal(result.arterial.chosen, "by hand");
  assert.ok(Math.hypot(result.arterial.position[0] - 34, result.arterial.position[1] + 10) < 3);
  assert.throws(
    () => perfusion({ ...head.series, times: head.series.times.slice(0, 5), frames: head.series.frames.slice(0, 5) }),
    WillisError,
  );
});
