import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cine } from "../../core/cine.ts";
import { toCine } from "../../dicom/cine.ts";
import { instanceOf } from "../../dicom/instance.ts";
import { subtractRun } from "../../imaging/angiography/subtract-run.ts";
import { findCase } from "../demo/cases.ts";
import { buildPatient } from "../patient.ts";
import { nativeAttenuation } from "./attenuation.ts";
import { motionAt, type RunMotion, renderRun } from "./dsa.ts";
import { openStudy } from "./studio.ts";

const theCase = findCase("late-window-m1");
const patient = buildPatient(theCase.phantom, 1);
const native = nativeAttenuation(patient);
const MOTION: RunMotion = { shift: [1.5, -1.5], warp: 2.5, period: 340 };
const STILL: RunMotion = { shift: [0, 0], warp: 0, period: 340 };

function render(motion: RunMotion): Cine {
  const study = openStudy(
    "motion",
    "xa",
    { ...theCase.patient, issuer: "WILLIS-PHANTOM", synthetic: true },
    {
      ...{ id: "1", ms: 1.7e12, accession: "1", description: "Angiography" },
      ...{ referringPhysician: "Keller^Eva", institution: "synthetic" },
    },
  );
  for (const file of renderRun(patient, native, study, 1.7e12, { site: theCase.injection, view: "ap", motion }, 1, 0))
    return toCine(instanceOf(file.bytes));
  throw new Error("the phantom rendered no run");
}

/** The frames that are compared, and the mask before them: what the kernel does to each does not depend on the others. */
const part = (run: Cine): Cine => ({
  ...run,
  frames: [0, 1, 6, 12].map((t) => run.frames[t]!),
  times: [0, 0.42, 2.5, 5],
});

test("a phantom head that shifts by 1.5 px and warps by 2.5 px: the residual is noise again and the vessels keep their iodine", () => {
  const [still, moved] = [part(render(STILL)), part(render(MOTION))];
  const truth = subtractRun(still, { mask: [0, 1], motion: false });
  const plain = subtractRun(moved, { mask: [0, 1], motion: false });
  const found = subtractRun(moved, { mask: [0, 1], motion: true });
  const { rows, columns } = still;
  const full = 2 ** still.bitsStored - 1;
  for (const t of [2, 3]) {
    // vessels move with the head: what is compared lies 8 px away from them
    const near = new Uint8Array(rows * columns);
    for (let p = 0; p < near.length; p++) {
      if (Math.abs(truth.densities[t]![p]!) < 0.15) continue;
      for (let y = -8; y <= 8; y += 2) for (let x = -8; x <= 8; x += 2) near[p + y * columns + x] = 1;
    }
    let [n, left, unmoved, floor, iodine, all] = [0, 0, 0, 0, 0, 0];
    for (let r = 120; r < rows - 120; r++)
      for (let c = 120; c < columns - 120; c++) {
        const p = r * columns + c;
        if (moved.frames[t]![p] === full || still.frames[t]![p] === full) continue;
        if (near[p]) {
          iodine += found.densities[t]![p]!;
          all += truth.densities[t]![p]!;
          continue;
        }
        left += found.densities[t]![p]! ** 2;
        unmoved += plain.densities[t]![p]! ** 2;
        floor += truth.densities[t]![p]! ** 2;
        n++;
      }
    assert.ok(n > 50_000, `${n} pixels are compared`);
    const over = Math.sqrt(left / floor);
    assert.ok(Math.sqrt(unmoved / floor) > 1.5, `unmoved ${Math.sqrt(unmoved / floor)}`);
    assert.ok(over <= 1.15, `frame ${t}: ${over} times the noise`);
    assert.ok(Math.abs(iodine / all - 1) < 0.03, `frame ${t}: ${iodine / all} of the iodine`);
    assert.ok(
      found.residuals[t]! < 1.15 && found.residualsBefore[t]! > 1.3,
      `said ${t}: ${found.residuals[t]} of ${found.residualsBefore[t]}, true ${over}`,
    );
  }
  // the mean way over the head, as the phantom knows it
  const [x, y] = found.shifts[3]!;
  let [sumX, sumY, n] = [0, 0, 0];
  for (let r = 82; r < rows - 82; r += 9)
    for (let c = 82; c < columns - 82; c += 9) {
      if (still.frames[0]![r * columns + c] === full) continue;
      const [a, b] = motionAt(MOTION, c, r);
      [sumX, sumY, n] = [sumX + a, sumY + b, n + 1];
    }
  assert.ok(Math.hypot(x - sumX / n, y - sumY / n) < 0.3, `mean shift ${x}, ${y}; true ${sumX / n}, ${sumY / n}`);
});
