import { normal, uniform } from "../../core/random.ts";
import { evenDirection } from "../../imaging/aneurysm/hull.ts";
import { type PhantomSpec, signOf } from "../spec.ts";
import { nearestSample, spline, type Vessel, type WayPoint } from "./vessel.ts";

/** What was built: centre of neck and dome in LPS mm, exact sizes in mm. */
export interface AneurysmTruth {
  readonly site: string;
  readonly parent: string;
  readonly neckMm: number;
  readonly domeMm: number;
  readonly heightMm: number;
  readonly neckCentreMm: readonly [number, number, number];
  readonly domeCentreMm: readonly [number, number, number];
  readonly parentDiameterMm: number;
  readonly volumeMm3: number;
}

const SITE: Readonly<Record<string, { vessel: string; at: number; axis: readonly [number, number, number] }>> = {
  AComm: { vessel: "AComm", at: 0.5, axis: [0.1, -0.8, 0.6] },
  MCA: { vessel: "M1-?", at: 1, axis: [0.85, -0.35, -0.3] },
  PComm: { vessel: "ICA-?", at: 0.92, axis: [0.35, 0.8, -0.35] },
  BA: { vessel: "BA", at: 1, axis: [0.05, -0.15, 1] },
};

/**
 * Adds a saccular aneurysm: a sphere of diameter `domeMm` cut by the neck plane so that the ostium has diameter
 * `neckMm`; hence height = R + sqrt(R^2 - N^2/4) exactly. The neck plane lies just inside the parent's wall. The dome
 * points as near to the usual direction of its site as leaves it free of other arteries: none runs through it.
 */
export function addAneurysm(tree: Vessel[], spec: NonNullable<PhantomSpec["aneurysm"]>): AneurysmTruth {
  const sign = signOf(spec.side);
  const site = SITE[spec.site];
  const parent = tree.find((v) => v.name === site.vessel.replace("?", sign === 1 ? "L" : "R"));
  if (!parent) throw new RangeError(`no parent vessel for an aneurysm at ${spec.site}`);
  const at = Math.round(site.at * (parent.radius.length - 1));
  const m = Math.hypot(...site.axis);
  const usual = [(site.axis[0] * (spec.site === "BA" ? 1 : sign)) / m, site.axis[1] / m, site.axis[2] / m];
  const R = spec.domeMm / 2;
  const half = Math.min(R, spec.neckMm / 2);
  const down = Math.sqrt(R * R - half * half);
  const wall = parent.radius[at] * 0.75;
  const axis = freeAxis(tree, parent.xyz.subarray(3 * at, 3 * at + 3), usual, wall, down, R);
  const neck = [0, 1, 2].map((c) => parent.xyz[3 * at + c] + axis[c] * wall);
  const [before, after] = [Math.max(4, Math.ceil(down / 0.25)), Math.max(8, Math.ceil(R / 0.25))];
  const steps = before + after;
  const xyz = new Float64Array(3 * (steps + 1));
  const radius = new Float64Array(steps + 1);
  const arrival = new Float64Array(steps + 1);
  for (let i = 0; i <= steps; i++) {
    const s = i < before ? (down * i) / before : down + (R * (i - before)) / after;
    for (let c = 0; c < 3; c++) xyz[3 * i + c] = neck[c] + axis[c] * s;
    // Vessels are drawn as balls along their course: these lie inside the sphere, and the one in its middle is the sphere.
    radius[i] = Math.max(0.1, R - Math.abs(s - down));
    arrival[i] = parent.arrival[at] + 0.15 + (0.35 * i) / steps;
  }
  tree.push({
    name: `Aneurysm ${spec.site}`,
    kind: "artery",
    side: parent.side,
    territory: "none",
    parent: parent.name,
    parentSample: at,
    xyz,
    radius,
    arrival,
    fill: new Float64Array(steps + 1).fill(1),
    spread: new Float64Array(steps + 1).fill(parent.spread[at] + 0.4),
  });
  const height = R + down;
  return {
    site: spec.site,
    parent: parent.name,
    neckMm: 2 * half,
    domeMm: spec.domeMm,
    heightMm: height,
    neckCentreMm: [neck[0], neck[1], neck[2]],
    domeCentreMm: [neck[0] + axis[0] * down, neck[1] + axis[1] * down, neck[2] + axis[2] * down],
    parentDiameterMm: 2 * parent.radius[at],
    volumeMm3: (Math.PI * height * height * (3 * R - height)) / 3,
  };
}

const CLEAR_MM = 0.8;

/** The direction nearest to `usual` in which a dome of radius R, `down` over its neck, keeps clear of arteries above the neck. */
function freeAxis(
  tree: readonly Vessel[],
  base: Float64Array,
  usual: readonly number[],
  wall: number,
  down: number,
  R: number,
): readonly number[] {
  const near: number[][] = []; // place from the base, and radius
  for (const { xyz, radius } of tree)
    for (let i = 0; i < radius.length; i++) {
      const [x, y, z] = [xyz[3 * i] - base[0], xyz[3 * i + 1] - base[1], xyz[3 * i + 2] - base[2]];
      if (Math.hypot(x, y, z) < wall + down + R + 6) near.push([x, y, z, radius[i]]);
    }
  const room = ([a, b, c]: readonly number[]): number => {
    let least = Number.POSITIVE_INFINITY;
    for (const [x, y, z, r] of near) {
      if (a * x + b * y + c * z + r < wall + 0.5) continue; // parent and branches at the neck itself
      const s = wall + down;
      least = Math.min(least, Math.hypot(x - s * a, y - s * b, z - s * c) - r - R);
    }
    return least;
  };
  const along = (d: readonly number[]): number => d[0] * usual[0] + d[1] * usual[1] + d[2] * usual[2];
  const ways = [usual, ...Array.from({ length: 1500 }, (_, k) => evenDirection(k, 1500))];
  return ways.sort((a, b) => along(b) - along(a)).find((way) => room(way) >= CLEAR_MM) ?? usual;
}

/** What was built: nidus centre (LPS mm), diameter in mm, feeders and draining vein. */
export interface AvmTruth {
  readonly nidusCentreMm: readonly [number, number, number];
  readonly nidusMm: number;
  readonly feeders: readonly string[];
  readonly drainage: "superficial";
}

/** Adds a parietal arteriovenous malformation: thick feeders, a seeded tangle, an early vein to the sagittal sinus. */
export function addAvm(
  arteries: Vessel[],
  veins: Vessel[],
  spec: NonNullable<PhantomSpec["avm"]>,
  scale: readonly number[],
  seed: number,
): AvmTruth {
  const sign = signOf(spec.side);
  const letter = sign === 1 ? "L" : "R";
  const random = uniform(seed * 23 + 5);
  const gauss = normal(random);
  const centre = [sign * 38 * scale[0], 32 * scale[1], 40 * scale[2]] as const;
  const R = spec.nidusMm / 2;
  const feeders = [`Posterior parietal-${letter}`, `Anterior parietal-${letter}`, `Angular-${letter}`];
  const make = (
    name: string,
    kind: "artery" | "vein",
    way: readonly WayPoint[],
    from: number,
    speed: number,
    parent: string | null,
    sample: number,
  ): Vessel => {
    const rows = spline(way, 0.8);
    const n = rows.length;
    const xyz = new Float64Array(3 * n);
    const radius = new Float64Array(n);
    const arrival = new Float64Array(n);
    let t = from;
    for (let i = 0; i < n; i++) {
      for (let c = 0; c < 3; c++) xyz[3 * i + c] = rows[i][c];
      radius[i] = Math.max(0.2, rows[i][3]);
      if (i > 0)
        t += Math.hypot(rows[i][0] - rows[i - 1][0], rows[i][1] - rows[i - 1][1], rows[i][2] - rows[i - 1][2]) / speed;
      arrival[i] = t;
    }
    return {
      name,
      kind,
      side: sign,
      territory: kind === "artery" ? `MCA-${letter}` : "none",
      parent,
      parentSample: sample,
      xyz,
      radius,
      arrival,
      fill: new Float64Array(n).fill(kind === "artery" ? 1 : 0.9),
      spread: new Float64Array(n).fill(0.5),
    };
  };
  let hub = 0;
  for (const name of feeders) {
    const feeder = arteries.find((v) => v.name === name);
    if (!feeder) continue;
    const at = Math.round(nearestSample(feeder, centre[0], centre[1], centre[2]));
    for (let i = 0; i <= at; i++) feeder.radius[i] = Math.max(feeder.radius[i], 1.25);
    const p = [0, 1, 2].map((c) => feeder.xyz[3 * at + c]);
    hub = Math.max(hub, feeder.arrival[at] * 0.75);
    for (let i = 0; i <= at; i++) feeder.arrival[i] *= 0.85;
    const mid = [0, 1, 2].map((c) => (p[c] + centre[c]) / 2 + 3 * gauss());
    arteries.push(
      make(
        `Feeder ${name}`,
        "artery",
        [
          [p[0], p[1], p[2], 1.2],
          [mid[0], mid[1], mid[2], 1.1],
          [centre[0], centre[1], centre[2], 0.9],
        ],
        feeder.arrival[at],
        250,
        name,
        at,
      ),
    );
  }
  for (let q = 0; q < 46; q++) {
    const way: WayPoint[] = [];
    let p = [0, 1, 2].map(() => gauss() * R * 0.45);
    for (let s = 0; s < 7; s++) {
      p = p.map((v) => v + gauss() * R * 0.42);
      const m = Math.hypot(...p);
      if (m > R * 0.97) p = p.map((v) => (v * R * 0.97) / m);
      way.push([centre[0] + p[0], centre[1] + p[1], centre[2] + p[2], 0.35 + 0.45 * random()]);
    }
    arteries.push(make(`Nidus ${q + 1}`, "artery", way, hub + 0.15 * random(), 180, feeders[0], 0));
  }
  const top: WayPoint[] = [
    [centre[0], centre[1], centre[2], 2],
    [centre[0] + sign * 10, centre[1] + 9, centre[2] + 8, 2.3],
    [sign * 40 * scale[0], 46 * scale[1], 58 * scale[2], 2.5],
    [sign * 22 * scale[0], 50 * scale[1], 66 * scale[2], 2.5],
    [0, 56 * scale[1], 66 * scale[2], 2.7],
  ];
  veins.push(make(`Draining vein-${letter}`, "vein", top, hub + 0.45, 200, null, 0));
  return { nidusCentreMm: [centre[0], centre[1], centre[2]], nidusMm: spec.nidusMm, feeders, drainage: "superficial" };
}
