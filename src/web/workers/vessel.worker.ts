import { sub, toIndex, toPatient, type Vec3 } from "../../core/geometry.ts";
import type { Progress } from "../../core/progress.ts";
import type { Samples, Volume } from "../../core/volume.ts";
import { packedMask } from "../../imaging/region/mask-bits.ts";
import { measureVessel, type VesselAnalysis } from "../../imaging/vessel/analysis.ts";
import { paintBall } from "../../imaging/vessel/brush.ts";
import { diametersAlong } from "../../imaging/vessel/diameter.ts";
import { type Grown, growVessel } from "../../imaging/vessel/grow.ts";
import { lookAt } from "../../imaging/vessel/mesh-look.ts";
import { vesselPath } from "../../imaging/vessel/path-2d.ts";
import { curveFrames, straightened } from "../../imaging/volume/curve.ts";
import { samplePlane, slicesOf } from "../../imaging/volume/sample.ts";
import { answerQuestions } from "./answer-questions.ts";
import type { Answer, Depth, MaskQuestion, Question, SliceQuestion } from "./vessel-messages.ts";

let volume: Volume | undefined;
let grown: Grown | undefined;
let analysis: VesselAnalysis | undefined;
/** What each stroke of the brush changed: voxels whose value it turned over. */
let strokes: Int32Array[] = [];
const KEPT_STROKES = 50;

answerQuestions(reply);

function reply(question: Question, told: Progress): Answer {
  switch (question.kind) {
    case "run": {
      const { density: data, rows, columns, saturated, from, to } = question;
      const image = { data, rows, columns, saturated };
      const path = vesselPath(image, from, to);
      return { kind: "run", curve: path && diametersAlong(image, path) };
    }
    case "slice":
      return takeSlice(question);
    case "grow": {
      const here = held();
      const { seeds, threshold, widestMm } = question;
      const found = growVessel(
        here,
        seeds.map((seed) => toIndex(here, brightest(seed, question.depth))),
        { ...(threshold === undefined ? {} : { threshold }), ...(widestMm === undefined ? {} : { widestMm }) },
        told,
      );
      if ("reason" in found) throw new Error(found.reason);
      [grown, strokes, analysis] = [found, [], undefined];
      return size();
    }
    case "brush": {
      const mask = segmented();
      const changed = paintBall(held(), mask.mask, question.points, question.radiusMm, question.add);
      if (changed.length > 0) strokes = [...strokes, changed].slice(-KEPT_STROKES);
      analysis = undefined;
      return size();
    }
    case "bits": {
      const { shape, spacing, origin, direction } = held();
      return { kind: "bits", bits: packedMask(segmented().mask), grid: { shape, spacing, origin, direction } };
    }
    case "undo": {
      const last = strokes.at(-1);
      const { mask } = segmented();
      for (const p of last ?? []) mask[p] = mask[p] ? 0 : 1;
      strokes = strokes.slice(0, -1);
      analysis = undefined;
      return size();
    }
    case "measure": {
      const { volume: here, grown: now } = { volume: held(), grown: segmented() };
      const seed = toPatient(here, ...now.level.seed);
      const to = question.to && brightest(question.to, question.depth);
      const found = measureVessel(here, now, { seeds: [seed], to }, told);
      if ("reason" in found) throw new Error(found.reason);
      analysis = found;
      return {
        kind: "measured",
        lines: found.lines.map(({ line, along, sections, parent }) => ({
          points: line.points,
          along,
          sections,
          lengthMm: line.lengthMm,
          tortuosity: line.tortuosity,
          parent,
        })),
        measurements: found.measurements,
        limitations: found.limitations,
        bridges: found.bridges,
        watertight: found.surface?.closure.openEdges === 0,
      };
    }
    case "mask":
      return { kind: "mask", inside: maskOn(question) };
    case "straight": {
      const frames = framesOf(question.line);
      const picture = straightened(slicesOf(held()), frames, question.widthMm, question.degrees);
      return {
        kind: "picture",
        values: picture.values,
        width: picture.width,
        height: picture.height,
        stepMm: picture.stepMm,
      };
    }
    case "across": {
      const { line, index, sizeMm, pixels } = question;
      const frames = framesOf(line);
      const frame = frames[Math.min(frames.length - 1, index)]!;
      const step = sizeMm / (pixels - 1);
      const [right, down] = [frame.across.map((x) => x * step), frame.other.map((x) => x * step)] as unknown as [
        Vec3,
        Vec3,
      ];
      const centre = measured().lines[line]?.sections[index]?.centre ?? frame.point;
      const corner = centre.map((x, a) => x - ((pixels - 1) / 2) * (right[a]! + down[a]!)) as unknown as Vec3;
      const values = samplePlane(slicesOf(held()), { corner, right, down, width: pixels, height: pixels });
      return { kind: "picture", values, width: pixels, height: pixels, stepMm: step };
    }
    case "look": {
      const mesh = measured().surface?.mesh;
      if (!mesh) throw new Error("There is no surface yet.");
      return { kind: "look", pixels: lookAt(mesh, question.turn, question.tilt, question.pixels) };
    }
  }
}

function held(): Volume {
  if (!volume) throw new Error("The volume is not here. Segment again.");
  return volume;
}

function segmented(): Grown {
  if (!grown) throw new Error("Nothing is segmented yet. Place a seed in the vessel.");
  return grown;
}

function measured(): VesselAnalysis {
  if (!analysis) throw new Error("The vessel was changed. Measure again.");
  return analysis;
}

function framesOf(line: number) {
  const found = measured().lines[line];
  if (!found) throw new Error(`There is no centreline ${line + 1}.`);
  const step = found.along.length > 1 ? found.along[1]! - found.along[0]! : 0.5;
  return curveFrames(found.line.points, step, [0, 0, 1]);
}

function takeSlice({ grid, unit, k, samples, slope, intercept }: SliceQuestion): Answer {
  const plane = grid.shape[0] * grid.shape[1];
  if (k === 0 || !volume) {
    const whole = plane * grid.shape[2];
    const scaled = slope !== 1 || intercept !== 0;
    const data: Samples = scaled ? new Float32Array(whole) : new (samples.constructor as Int16ArrayConstructor)(whole);
    volume = { ...grid, unit, data };
    [grown, strokes, analysis] = [undefined, [], undefined];
  }
  const out = volume.data;
  if (slope === 1 && intercept === 0) out.set(samples, k * plane);
  else for (let p = 0; p < plane; p++) out[k * plane + p] = slope * samples[p]! + intercept;
  return { kind: "taken" };
}

function size(): Answer {
  const { mask, level, threshold, limitations } = segmented();
  const { spacing } = held();
  let voxels = 0;
  for (let p = 0; p < mask.length; p++) voxels += mask[p]!;
  const volumeMl = (voxels * spacing[0] * spacing[1] * spacing[2]) / 1000;
  return {
    kind: "size",
    volumeMl,
    threshold,
    lumen: level.lumen,
    background: level.background,
    undos: strokes.length,
    limitations,
  };
}

/** The brightest place along the normal of a thick section; the place itself on a thin one. */
function brightest(point: Vec3, depth: Depth | undefined): Vec3 {
  if (!depth || !(depth.halfMm > 0)) return point;
  const here = held();
  const step = Math.min(...here.spacing) / 2;
  const count = 2 * Math.ceil(depth.halfMm / step) + 1;
  const way = depth.normal.map((x) => x * step) as unknown as Vec3;
  const corner = point.map((x, a) => x - ((count - 1) / 2) * way[a]!) as unknown as Vec3;
  const values = samplePlane(slicesOf(here), { corner, right: way, down: [0, 0, 0], width: count, height: 1 });
  let best = -1;
  values.forEach((v, n) => {
    if (!Number.isNaN(v) && (best < 0 || v > values[best]!)) best = n;
  });
  return best < 0 ? point : (corner.map((x, a) => x + best * way[a]!) as unknown as Vec3);
}

/** Which pixels of a plane, or of a thick section about it, hold any of the mask; the nearest voxel decides. */
function maskOn({ corner, right, down, width, height, depth }: MaskQuestion): Uint8Array {
  const here = held();
  const { mask } = segmented();
  const [ni, nj, nk] = here.shape;
  const at = toIndex(here, corner);
  const step = (way: Vec3): Vec3 =>
    sub(toIndex(here, [corner[0] + way[0], corner[1] + way[1], corner[2] + way[2]]), at);
  const [r, d, n] = [step(right), step(down), depth ? step(depth.normal) : ([0, 0, 0] as Vec3)];
  const half = depth?.halfMm ?? 0;
  const sections = half > 0 ? 2 * Math.ceil(half / Math.min(...here.spacing)) + 1 : 1;
  const out = new Uint8Array(width * height);
  for (let s = 0; s < sections; s++) {
    const mm = sections === 1 ? 0 : -half + (2 * half * s) / (sections - 1);
    const start = at.map((v, a) => v + mm * n[a]!);
    for (let y = 0, p = 0; y < height; y++)
      for (let x = 0; x < width; x++, p++) {
        const i = Math.round(start[0]! + x * r[0] + y * d[0]);
        const j = Math.round(start[1]! + x * r[1] + y * d[1]);
        const k = Math.round(start[2]! + x * r[2] + y * d[2]);
        if (i >= 0 && j >= 0 && k >= 0 && i < ni && j < nj && k < nk) out[p]! |= mask[(k * nj + j) * ni + i]!;
      }
  }
  return out;
}
