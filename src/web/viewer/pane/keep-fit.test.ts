import assert from "node:assert/strict";
import { test } from "node:test";
import type { Types } from "@cornerstonejs/core";
import { createFitKeeper } from "./keep-fit.ts";

test("a fitted picture is still fitted when it is scrolled, and not when it is zoomed, moved or turned", () => {
  const camera = { parallelScale: 100, focalPoint: [0, 0, 0], viewPlaneNormal: [0, 0, -1] };
  const kept = createFitKeeper(() => ({ getCamera: () => ({ ...camera }) }) as unknown as Types.IViewport);
  assert.equal(kept.holds(), false, "nothing was fitted yet");
  kept.remember();
  camera.focalPoint = [0, 0, 42];
  assert.equal(kept.holds(), true);
  camera.parallelScale = 99;
  assert.equal(kept.holds(), false);
  camera.parallelScale = 100;
  camera.focalPoint = [3, 0, 42];
  assert.equal(kept.holds(), false);
  camera.focalPoint = [0, 0, 42];
  camera.viewPlaneNormal = [0, -0.1, -0.99];
  assert.equal(kept.holds(), false);
  camera.viewPlaneNormal = [0, 0, -1];
  assert.equal(kept.holds(), true);
  kept.forget();
  assert.equal(kept.holds(), false);
});
