import assert from "node:assert/strict";
import { test } from "node:test";
import { type Comparison, type ConditionCode, comparability, type RunConditions } from "./comparability.ts";

const BASE: RunConditions = {
  primaryAngle: -2,
  secondaryAngle: 24,
  frameRate: 4,
  sid: 1100,
  sod: 780,
  fieldOfView: 220,
  rows: 1024,
  columns: 1024,
  agent: "Iopromide 300",
  volume: 8,
  rate: 4,
  vessel: "ICA L",
  catheter: "5F",
  relationship: "LIN",
};
const without = (name: keyof RunConditions): RunConditions => {
  const { [name]: _, ...rest } = BASE;
  return rest;
};

interface Row {
  readonly name: string;
  readonly b: RunConditions;
  readonly a?: RunConditions;
  readonly verdict: readonly [ConditionCode, "same" | "differs" | "not stated"];
  readonly refused: readonly Comparison[];
  readonly says?: RegExp;
}

const ROWS: readonly Row[] = [
  { name: "two runs alike", b: BASE, verdict: ["projection", "same"], refused: [] },
  { name: "angles within 5 degrees", b: { ...BASE, primaryAngle: 2.5 }, verdict: ["projection", "same"], refused: [] },
  {
    name: "angles past the turn",
    a: { ...BASE, primaryAngle: 179 },
    b: { ...BASE, primaryAngle: -179 },
    verdict: ["projection", "same"],
    refused: [],
  },
  {
    name: "another projection",
    b: { ...BASE, primaryAngle: 90 },
    verdict: ["projection", "differs"],
    refused: ["pixel-maps", "area-ratio", "relative-area-ratio"],
    says: /RAO 2° CRAN 24° and LAO 90° CRAN 24°/,
  },
  {
    name: "a projection that is not stated",
    b: without("secondaryAngle"),
    verdict: ["projection", "not stated"],
    refused: ["pixel-maps", "area-ratio", "relative-area-ratio"],
    says: /projection is not stated/,
  },
  { name: "another frame rate", b: { ...BASE, frameRate: 2 }, verdict: ["frame-rate", "differs"], refused: [] },
  {
    name: "another distance of the detector",
    b: { ...BASE, sid: 1250 },
    verdict: ["magnification", "differs"],
    refused: ["pixel-maps"],
    says: /1\.41× and 1\.6×/,
  },
  {
    name: "another field of view",
    b: { ...BASE, fieldOfView: 160 },
    verdict: ["field-of-view", "differs"],
    refused: ["pixel-maps"],
  },
  {
    name: "another matrix",
    b: { ...BASE, rows: 512, columns: 512 },
    verdict: ["field-of-view", "differs"],
    refused: ["pixel-maps"],
  },
  {
    name: "more contrast",
    b: { ...BASE, volume: 10 },
    verdict: ["injection", "differs"],
    refused: ["area-ratio", "time-difference"],
    says: /8 mL at 4 mL\/s and 10 mL at 4 mL\/s/,
  },
  {
    name: "an injection by hand",
    b: without("rate"),
    verdict: ["injection", "not stated"],
    refused: ["area-ratio", "time-difference"],
    says: /injection is not stated|it is not stated/,
  },
  {
    name: "another agent",
    b: { ...BASE, agent: "Iohexol 350" },
    verdict: ["agent", "differs"],
    refused: ["area-ratio"],
  },
  {
    name: "the same agent at another strength",
    a: { ...BASE, iodine: 300 },
    b: { ...BASE, iodine: 370 },
    verdict: ["agent", "differs"],
    refused: ["area-ratio"],
  },
  {
    name: "another vessel",
    b: { ...BASE, vessel: "VA L" },
    verdict: ["vessel", "differs"],
    refused: ["pixel-maps", "area-ratio", "relative-area-ratio", "time-difference", "relative-time-difference"],
  },
  {
    name: "the same vessel in other letters",
    b: { ...BASE, vessel: " ica-l" },
    verdict: ["vessel", "same"],
    refused: [],
  },
  {
    name: "another catheter",
    b: { ...BASE, catheter: "microcatheter" },
    verdict: ["catheter", "differs"],
    refused: [],
  },
  {
    name: "display values",
    b: { ...BASE, relationship: "DISP" },
    verdict: ["intensity", "differs"],
    refused: ["area-ratio", "relative-area-ratio"],
    says: /Times may be read/,
  },
  {
    name: "display values in both",
    a: { ...BASE, relationship: "DISP" },
    b: { ...BASE, relationship: "DISP" },
    verdict: ["intensity", "same"],
    refused: ["area-ratio", "relative-area-ratio"],
  },
  {
    name: "logarithms beside intensities",
    b: { ...BASE, relationship: "LOG" },
    verdict: ["intensity", "differs"],
    refused: ["area-ratio", "relative-area-ratio"],
  },
  {
    name: "a relationship that is not stated",
    b: without("relationship"),
    verdict: ["intensity", "not stated"],
    refused: ["area-ratio", "relative-area-ratio"],
  },
  {
    name: "nothing stated at all",
    a: {},
    b: {},
    verdict: ["magnification", "not stated"],
    refused: ["pixel-maps", "area-ratio", "relative-area-ratio", "time-difference"],
  },
];

for (const { name, a, b, verdict, refused, says } of ROWS)
  test(`${name}: ${verdict[0]} ${verdict[1]}, ${refused.length === 0 ? "nothing refused" : `refuses ${refused.join(", ")}`}`, () => {
    for (const [one, two] of [
      [a ?? BASE, b],
      [b, a ?? BASE],
    ] as const) {
      const found = comparability(one, two);
      assert.equal(found.conditions.find(({ code }) => code === verdict[0])?.verdict, verdict[1]);
      assert.deepEqual(
        found.rulings.filter(({ allowed }) => !allowed).map(({ comparison }) => comparison),
        refused,
      );
      for (const { allowed, reasons } of found.rulings) assert.ok(allowed || reasons.length > 0, "a refusal says why");
    }
    if (says) assert.match(JSON.stringify(comparability(a ?? BASE, b)), says);
  });
