import { dot, sub, toIndex, type Vec3 } from "../../core/geometry.ts";
import type { Progress } from "../../core/progress.ts";
import type { Samples, Volume } from "../../core/volume.ts";
import { type MeasuredAneurysm, measureAneurysm } from "../../imaging/aneurysm/analysis.ts";
import { isMeasured, measureDome } from "../../imaging/aneurysm/morphometry.ts";
import type { NeckVessel } from "../../imaging/aneurysm/neck-vessels.ts";
import type { Plane } from "../../imaging/aneurysm/plane-cut.ts";
import { type AneurysmScene, aneurysmScene, domeMask } from "../../imaging/aneurysm/scene.ts";
import { simulatedView } from "../../imaging/aneurysm/simulated-view.ts";
import { viewAxes } from "../../imaging/aneurysm/view-angles.ts";
import { judgeView, workingViews } from "../../imaging/aneurysm/working-projection.ts";
import { packedMask } from "../../imaging/region/mask-bits.ts";
import { growVessel } from "../../imaging/vessel/grow.ts";
import type { Mesh } from "../../imaging/vessel/marching.ts";
import { lookAt, lookFrame } from "../../imaging/vessel/mesh-look.ts";
import { meshWithin } from "../../imaging/vessel/mesh-parts.ts";
import { samplePlane, slicesOf } from "../../imaging/volume/sample.ts";
import type { AneurysmAnswer, AneurysmQuestion, NeckAnswer } from "./aneurysm-messages.ts";
import { answerQuestions } from "./answer-questions.ts";
import type { Depth, SliceQuestion } from "./vessel-messages.ts";

let volume: Volume | undefined;
let scene: AneurysmScene | undefined;
let shown: Mesh | undefined;
let inDome: ReadonlySet<string> = new Set();
let found: MeasuredAneurysm | undefined;
let parent: NeckVessel | undefined;

answerQuestions(reply);

function reply(question: AneurysmQuestion, told: Progress): AneurysmAnswer {
  switch (question.kind) {
    case "slice":
      return takeSlice(question);
    case "dome": {
      if (!volume) throw new Error("The volume is not here. Click into the dome again.");
      const dome = brightest(volume, question.dome, question.depth);
      const { threshold } = question;
      const grown = growVessel(
        volume,
        [toIndex(volume, dome)],
        threshold === undefined ? {} : { threshold },
        (step, x) => told(step, 0.45 * x),
      );
      if ("reason" in grown) throw new Error(grown.reason);
      const made = aneurysmScene(volume, grown, dome, (step, x) => told(step, 0.45 + 0.5 * x));
      if ("reason" in made) throw new Error(made.reason);
      scene = made;
      shown = around(made);
      [found, parent, inDome] = [undefined, undefined, new Set()];
      return {
        kind: "dome",
        dome: made.inside,
        proposal: made.proposal?.plane ?? null,
        radiusMm: made.ball.radius,
        lumen: made.lumen,
        background: made.background,
        threshold: grown.threshold,
        limitations: made.limitations,
      };
    }
    case "neck":
      return question.whole ? whole(question.plane, question.parentAt) : quick(question.plane);
    case "surface": {
      const { turn, tilt, pixels } = question;
      const mesh = here() && shown!;
      const p = mesh.positions;
      // The dome keeps the vertices of the surface that it was cut from.
      const marked = new Uint8Array(p.length / 3).map((_, v) => (inDome.has(keyOf(p, v)) ? 1 : 0));
      return {
        kind: "surface",
        pixels: lookAt(mesh, turn, tilt, pixels, marked),
        ...lookFrame(mesh, turn, tilt, pixels),
      };
    }
    case "views": {
      const { dome } = measured();
      const views = workingViews(here().mesh, dome, {
        reach: question.reach,
        ...(parent ? { parent: parent.direction } : {}),
      });
      return { kind: "views", views };
    }
    case "view": {
      const { view, side, fieldMm } = question;
      const { dome } = measured();
      const { inside } = here();
      const judged = judgeView(here().mesh, dome, view, parent?.direction);
      const { depth, spacing } = simulatedView(here().volume, here().mask, view, inside, { side, fieldMm });
      const { right, down } = viewAxes(view);
      const middle = (side - 1) / 2;
      const neck = dome.neckLine.map((point): readonly [number, number] => {
        const d = sub(point, inside);
        return [middle + dot(d, right) / spacing, middle + dot(d, down) / spacing];
      });
      return { kind: "view", judged, depth, side, neck };
    }
    case "bits": {
      const { shape, spacing, origin, direction } = here().volume;
      const bits = packedMask(domeMask(here(), measured().dome.plane));
      return { kind: "bits", grid: { shape, spacing, origin, direction }, bits };
    }
  }
}

function here(): AneurysmScene {
  if (!scene) throw new Error("Nothing is segmented yet. Click into the dome.");
  return scene;
}

function measured(): MeasuredAneurysm {
  if (!found) throw new Error("The neck is not set yet.");
  return found;
}

const NO_MESH = { positions: new Float32Array(0), triangles: new Uint32Array(0) };
const NONE: Omit<NeckAnswer, "plane" | "whole" | "reason"> = {
  kind: "neck",
  ...{ values: null, centre: null, neckLine: [], measurements: [], vessels: [], parent: -1, limitations: [] },
  ...NO_MESH,
};

/** The measures alone: what follows the hand while the neck is dragged. */
function quick(at: Plane): NeckAnswer {
  const dome = measureDome(here().mesh, at, here().inside, parent?.meanMm);
  if (!isMeasured(dome) || dome.values.reach > 5 * here().ball.radius) {
    const reason = isMeasured(dome)
      ? "Above this plane lies more than the dome: move it toward the dome."
      : dome.reason;
    return { ...NONE, plane: at, whole: false, reason };
  }
  const { values, neckCentre: centre, neckLine, mesh } = dome;
  inDome = keysOf(mesh);
  return { ...NONE, ...mesh, plane: at, whole: false, reason: null, values, centre, neckLine };
}

function whole(at: Plane, parentAt: Vec3 | undefined): NeckAnswer {
  const result = measureAneurysm(here(), at, parentAt ? { parentAt } : {});
  if ("reason" in result) {
    found = undefined;
    return { ...NONE, plane: at, whole: true, reason: result.reason, limitations: here().limitations };
  }
  found = result;
  inDome = keysOf(result.dome.mesh);
  parent = result.parent;
  const { dome, vessels, measurements, limitations } = result;
  return {
    kind: "neck",
    ...{ plane: at, whole: true, reason: null, values: dome.values, centre: dome.neckCentre },
    ...{ neckLine: dome.neckLine, ...dome.mesh, measurements, vessels, limitations },
    parent: result.parent ? vessels.indexOf(result.parent) : -1,
  };
}

function keyOf(p: Float32Array, v: number): string {
  return `${p[3 * v]} ${p[3 * v + 1]} ${p[3 * v + 2]}`;
}

function keysOf({ positions }: Mesh): ReadonlySet<string> {
  return new Set(Array.from({ length: positions.length / 3 }, (_, v) => keyOf(positions, v)));
}

/** The surface within some radii of the dome: what its picture shows. */
function around({ mesh, ball }: AneurysmScene): Mesh {
  return meshWithin(mesh, ball.centre, Math.max(10, 4 * ball.radius));
}

function takeSlice({ grid, unit, k, samples, slope, intercept }: SliceQuestion): AneurysmAnswer {
  const plane = grid.shape[0] * grid.shape[1];
  const scaled = slope !== 1 || intercept !== 0;
  if (k === 0 || !volume) {
    const count = plane * grid.shape[2];
    const data: Samples = scaled ? new Float32Array(count) : new (samples.constructor as Int16ArrayConstructor)(count);
    volume = { ...grid, unit, data };
    [scene, shown, found, parent] = [undefined, undefined, undefined, undefined];
  }
  const out = volume.data;
  if (!scaled) out.set(samples, k * plane);
  else for (let p = 0; p < plane; p++) out[k * plane + p] = slope * samples[p]! + intercept;
  return { kind: "taken" };
}

/** The brightest place along the normal of a thick section; the place itself on a thin one. */
function brightest(at: Volume, point: Vec3, depth: Depth | undefined): Vec3 {
  if (!depth || !(depth.halfMm > 0)) return point;
  const step = Math.min(...at.spacing) / 2;
  const count = 2 * Math.ceil(depth.halfMm / step) + 1;
  const way = depth.normal.map((x) => x * step) as unknown as Vec3;
  const corner = point.map((x, a) => x - ((count - 1) / 2) * way[a]!) as unknown as Vec3;
  const values = samplePlane(slicesOf(at), { corner, right: way, down: [0, 0, 0], width: count, height: 1 });
  // Of the bright run that is longest, the middle: a dome is thicker than the vessels before and behind it.
  const most = values.reduce((a, b) => (b > a ? b : a), Number.NEGATIVE_INFINITY);
  const least = values.reduce((a, b) => (b < a ? b : a), Number.POSITIVE_INFINITY);
  let best = [0, 0];
  for (let n = 0, from = -1; n <= count; n++) {
    const bright = n < count && values[n]! > (most + least) / 2;
    if (bright && from < 0) from = n;
    if (!bright && from >= 0) {
      if (n - from > best[1]! - best[0]!) best = [from, n];
      from = -1;
    }
  }
  const middle = (best[0]! + best[1]! - 1) / 2;
  return best[1] === 0 ? point : (corner.map((x, a) => x + middle * way[a]!) as unknown as Vec3);
}
