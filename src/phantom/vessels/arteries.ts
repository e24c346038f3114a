import { normal, uniform } from "../../core/random.ts";
import { onVault } from "../anatomy/cavity.ts";
import { ACA_BRANCHES, BASILAR, CORTICAL, COURSE } from "./course.ts";
import { flowSpeed, spline, type Territory, type Vessel, type WayPoint } from "./vessel.ts";

/** Variants of the circle of Willis and disease of the carotid bifurcation. */
export interface ArterialVariants {
  /** Sides with a fetal posterior cerebral artery (large PComm, thin P1). */
  readonly fetalPca?: readonly (-1 | 1)[];
  /** Sides with a hypoplastic first segment of the anterior cerebral artery. */
  readonly hypoplasticA1?: readonly (-1 | 1)[];
  readonly hypoplasticVertebral?: -1 | 1;
  /** NASCET stenosis of the carotid bulb. */
  readonly stenosis?: { readonly side: -1 | 1; readonly percent: number };
}

/**
 * The arterial tree in patient mm. `scale` carries atlas into patient mm; the seed moves way points by under a
 * millimetre and grows the cortical branches (two generations) along the hull of the brain.
 */
export function arterialTree(seed: number, scale: readonly number[], variants: ArterialVariants = {}): Vessel[] {
  const gauss = normal(uniform(seed * 13 + 7));
  const random = uniform(seed * 17 + 3);
  const tree: Vessel[] = [];
  const find = (name: string): Vessel => {
    const found = tree.find((v) => v.name === name);
    if (!found) throw new RangeError(`no vessel named ${name}`);
    return found;
  };

  const add = (
    name: string,
    side: -1 | 0 | 1,
    territory: Territory,
    parent: string | null,
    way: readonly WayPoint[],
    at = 1,
  ): Vessel => {
    const rows = spline(way, 0.8);
    const n = rows.length;
    const up = parent ? find(parent) : null;
    const parentSample = up ? Math.min(up.radius.length - 1, Math.round(at * (up.radius.length - 1))) : 0;
    const xyz = new Float64Array(3 * n);
    const radius = new Float64Array(n);
    const arrival = new Float64Array(n);
    const fill = new Float64Array(n).fill(1);
    const spread = new Float64Array(n);
    let t = up ? up.arrival[parentSample] : 0;
    for (let i = 0; i < n; i++) {
      for (let c = 0; c < 3; c++) xyz[3 * i + c] = rows[i][c] * scale[c];
      radius[i] = Math.max(0.12, rows[i][3]);
      if (i > 0) {
        const step = Math.hypot(
          xyz[3 * i] - xyz[3 * i - 3],
          xyz[3 * i + 1] - xyz[3 * i - 2],
          xyz[3 * i + 2] - xyz[3 * i - 1],
        );
        t += step / flowSpeed(radius[i]);
      }
      arrival[i] = t;
      spread[i] = 0.25 + 0.3 * t;
    }
    const vessel: Vessel = {
      name,
      kind: "artery",
      side,
      territory,
      parent,
      parentSample,
      xyz,
      radius,
      arrival,
      fill,
      spread,
    };
    tree.push(vessel);
    return vessel;
  };

  const jitter = (way: readonly WayPoint[], side: number, by: number, calibre = 1): WayPoint[] =>
    way.map((p, i): WayPoint => {
      const k = i === 0 || i === way.length - 1 ? 0 : by;
      return [side * (p[0] + k * gauss()), p[1] + k * gauss(), p[2] + k * gauss(), p[3] * calibre];
    });

  /** Way point (atlas) of an existing vessel's sample. */
  const pointOf = (v: Vessel, sample: number): [number, number, number] => [
    v.xyz[3 * sample] / scale[0],
    v.xyz[3 * sample + 1] / scale[1],
    v.xyz[3 * sample + 2] / scale[2],
  ];

  /** A pial course from `from` to `to` over the hull, with wriggles; ends thinner. */
  const pial = (
    from: readonly number[],
    to: readonly number[],
    r0: number,
    r1: number,
    wriggle: number,
  ): WayPoint[] => {
    const length = Math.hypot(to[0] - from[0], to[1] - from[1], to[2] - from[2]);
    const n = Math.max(3, Math.round(length / 6));
    const way: WayPoint[] = [];
    const phase = random() * 6;
    for (let i = 1; i <= n; i++) {
      const t = i / n;
      const w = wriggle * Math.sin(phase + t * length * 0.25) * Math.sin(Math.PI * Math.min(1, t * 1.1));
      const x = from[0] + (to[0] - from[0]) * t + gauss() * wriggle * 0.35;
      const y = from[1] + (to[1] - from[1]) * t + w + gauss() * wriggle * 0.3;
      const z = from[2] + (to[2] - from[2]) * t + w * 0.6 + gauss() * wriggle * 0.3;
      const inset = 3 + 2.2 * Math.max(0, gauss()) * (r0 < 0.5 ? 1.6 : 1);
      const h = onVault(x, y, z, inset);
      way.push([h[0], h[1], h[2], r0 + (r1 - r0) * t]);
    }
    return way;
  };

  const sprout = (mother: Vessel, generation: number, every: number): void => {
    const n = mother.radius.length;
    let next = Math.round(n * (generation === 1 ? 0.18 : 0.25) + random() * 6);
    let turn = random() < 0.5 ? 1 : -1;
    let count = 0;
    while (next < n - 4) {
      const a = pointOf(mother, next);
      const b = pointOf(mother, Math.min(n - 1, next + 5));
      const dir = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
      const m = Math.hypot(dir[0], dir[1], dir[2]) || 1;
      const out = [a[0] / 68, (a[1] - 17) / 87, (a[2] - 12) / 63];
      const side = [
        dir[1] * out[2] - dir[2] * out[1],
        dir[2] * out[0] - dir[0] * out[2],
        dir[0] * out[1] - dir[1] * out[0],
      ];
      const sm = Math.hypot(side[0], side[1], side[2]) || 1;
      const long = generation === 1 ? 15 + 16 * random() : 7 + 9 * random();
      const angle = turn * (0.55 + 0.45 * random());
      const to = [0, 1, 2].map(
        (c) => a[c] + long * (Math.cos(angle) * (dir[c] / m) + Math.sin(angle) * (side[c] / sm)),
      );
      const r0 = Math.max(0.16, mother.radius[next] * (0.62 + 0.14 * random()));
      const way: WayPoint[] = [[a[0], a[1], a[2], r0], ...pial(a, to, r0, Math.max(0.12, r0 * 0.45), 1.6)];
      if (!(Math.sign(way[way.length - 1][0]) === -Math.sign(a[0]))) {
        const child = add(`${mother.name}.${++count}`, mother.side, mother.territory, mother.name, way, next / (n - 1));
        if (generation < 3 && r0 > 0.2) sprout(child, generation + 1, every);
      }
      turn = -turn;
      next += Math.round(every * (0.6 + 0.9 * random()));
    }
  };

  for (const side of [1, -1] as const) {
    const S = side === 1 ? "L" : "R";
    const fetal = variants.fetalPca?.includes(side) ?? false;
    const thinA1 = variants.hypoplasticA1?.includes(side) ? 0.45 : 1;
    const name = (n: string): string => `${n}-${S}`;
    add(name("CCA"), side, "none", null, jitter(COURSE.CCA, side, 0.6));
    const ica = add(name("ICA"), side, "none", name("CCA"), jitter(COURSE.ICA, side, 0.35));
    const s = variants.stenosis;
    if (s && s.side === side) narrow(ica, s.percent, 9);
    add(name("ECA"), side, "none", name("CCA"), jitter(COURSE.ECA, side, 0.6));
    add(name("STA"), side, "none", name("ECA"), jitter(COURSE.STA, side, 1));
    add(name("Maxillary"), side, "none", name("ECA"), jitter(COURSE.Maxillary, side, 1));
    sprout(add(name("MMA"), side, "none", name("Maxillary"), jitter(COURSE.MMA, side, 0.7), 0.3), 2, 7);
    add(name("Ophthalmic"), side, "none", name("ICA"), jitter(COURSE.Ophthalmic, side, 0.4), 0.86);
    add(name("M1"), side, `MCA-${S}`, name("ICA"), jitter(COURSE.M1, side, 0.7));
    for (let p = 0; p < 5; p++) {
      const at = 0.15 + 0.14 * p;
      const q = pointOf(find(name("M1")), Math.round(at * (find(name("M1")).radius.length - 1)));
      const fan = side * (2 + p * 2.2);
      add(
        name(`Lenticulostriate ${p + 1}`),
        side,
        `MCA-${S}`,
        name("M1"),
        [
          [q[0], q[1], q[2], 0.22],
          [q[0] + fan * 0.1, q[1] + 3, q[2] + 5, 0.2],
          [q[0] + fan * 0.5, q[1] + 4, q[2] + 13, 0.17],
          [q[0] + fan * 0.35, q[1] + 5, q[2] + 22, 0.13],
        ],
        at,
      );
    }
    for (const m2 of ["M2-superior", "M2-inferior"] as const)
      add(name(m2), side, `MCA-${S}`, name("M1"), jitter(COURSE[m2], side, 0.6));
    for (const [branch, division, at, exit, target, r] of CORTICAL) {
      const m2 = find(name(division));
      const q = pointOf(m2, Math.round(at * (m2.radius.length - 1)));
      const e = exit.map((v, c) => (c === 0 ? side * v : v + gauss()));
      const t = target.map((v, c) => (c === 0 ? side * v : v) + 3 * gauss());
      const bend: WayPoint = [side * 46, q[1] + (e[1] - q[1]) * 0.45, Math.max(q[2], e[2]) + 1.5, r * 1.02];
      const way: WayPoint[] = [
        [q[0], q[1], q[2], r * 1.1],
        [side * 42.5, q[1] * 0.7 + e[1] * 0.3, q[2] + 2.5, r * 1.06],
        bend,
        [e[0], e[1], e[2], r],
      ];
      const branchVessel = add(
        name(branch),
        side,
        `MCA-${S}`,
        name(division),
        [...way, ...pial(e, t, r * 0.95, 0.2, 2.4)],
        at,
      );
      sprout(branchVessel, 1, 11);
    }
    add(name("A1"), side, `ACA-${S}`, name("ICA"), jitter(COURSE.A1, side, 0.5, thinA1));
    add(name("A2"), side, `ACA-${S}`, name("A1"), jitter(COURSE.A2, side, 0.25));
    add(name("Callosomarginal"), side, `ACA-${S}`, name("A2"), jitter(COURSE.Callosomarginal, side, 0.5), 0.34);
    for (const [branch, mother, at, to, r] of ACA_BRANCHES) {
      const m = find(name(mother));
      const q = pointOf(m, Math.round(at * (m.radius.length - 1)));
      const half: WayPoint = [side * 2.4, (q[1] + to[1]) / 2 + gauss() * 2, (q[2] + to[2]) / 2 + gauss() * 2, r * 0.9];
      const edge: WayPoint = [side * 3.5, to[1] * 0.93 + 1, to[2] * 0.93 + 1, r * 0.75];
      const way: WayPoint[] = [[q[0], q[1], q[2], r], half, edge];
      const end = [side * (to[0] + 12), to[1] + 8, to[2] - 3];
      const v = add(
        name(branch),
        side,
        `ACA-${S}`,
        name(mother),
        [...way, ...pial([side * to[0], to[1], to[2]], end, r * 0.65, 0.18, 1.5)],
        at,
      );
      sprout(v, 2, 12);
    }
    add(name("VA"), side, "none", null, jitter(COURSE.VA, side, 0.5, variants.hypoplasticVertebral === side ? 0.5 : 1));
    add(name("PICA"), side, "BA", name("VA"), jitter(COURSE.PICA, side, 1), 0.82);
    if (fetal) add(name("PComm"), side, `PCA-${S}`, name("ICA"), jitter(COURSE.PComm, side, 0.3, 1.7), 0.92);
  }
  add("BA", 0, "BA", "VA-L", jitter(BASILAR, 1, 0.3));
  add("AComm", 0, "none", "A1-L", [
    [1.9, -13.5, -9.5, 0.8],
    [0, -13.8, -9.6, 0.75],
    [-1.9, -13.5, -9.5, 0.8],
  ]);
  for (const side of [1, -1] as const) {
    const S = side === 1 ? "L" : "R";
    const fetal = variants.fetalPca?.includes(side) ?? false;
    const name = (n: string): string => `${n}-${S}`;
    add(name("AICA"), side, "BA", "BA", jitter(COURSE.AICA, side, 0.8), 0.25);
    add(name("SCA"), side, "BA", "BA", jitter(COURSE.SCA, side, 0.8), 0.9);
    add(name("P1"), side, `PCA-${S}`, "BA", jitter(COURSE.P1, side, 0.2, fetal ? 0.5 : 1));
    add(name("P2"), side, `PCA-${S}`, fetal ? name("PComm") : name("P1"), jitter(COURSE.P2, side, 0.4));
    if (!fetal) add(name("PComm"), side, "none", name("ICA"), jitter(COURSE.PComm, side, 0.3, 0.8), 0.92);
    for (const branch of ["Calcarine", "Parieto-occipital"] as const)
      sprout(add(name(branch), side, `PCA-${S}`, name("P2"), jitter(COURSE[branch], side, 1)), 2, 9);
    sprout(
      add(
        name("Posterior-temporal"),
        side,
        `PCA-${S}`,
        name("P2"),
        jitter(COURSE["Posterior-temporal"], side, 1),
        0.45,
      ),
      2,
      9,
    );
    sprout(find(name("SCA")), 3, 9);
    sprout(find(name("PICA")), 3, 10);
  }
  return tree;
}

/** Narrows a vessel so that its least diameter is `percent` below the distal reference (NASCET), at `atMm` along it. */
export function narrow(vessel: Vessel, percent: number, atMm: number): void {
  const n = vessel.radius.length;
  const reference = vessel.radius[Math.min(n - 1, Math.round(40 / 0.75))];
  let along = 0;
  for (let i = 0; i < n; i++) {
    if (i > 0) {
      along += Math.hypot(
        vessel.xyz[3 * i] - vessel.xyz[3 * i - 3],
        vessel.xyz[3 * i + 1] - vessel.xyz[3 * i - 2],
        vessel.xyz[3 * i + 2] - vessel.xyz[3 * i - 1],
      );
    }
    const w = Math.exp(-(((along - atMm) / 3.6) ** 2));
    const least = reference * (1 - percent / 100);
    vessel.radius[i] = vessel.radius[i] * (1 - w) + least * w;
  }
}
