import { normal, uniform } from "../../core/random.ts";
import { onVault } from "../anatomy/cavity.ts";
import { SINUSES } from "./course.ts";
import { spline, type Vessel, type WayPoint } from "./vessel.ts";

/**
 * Dural sinuses, deep veins and seeded cortical veins that run over the convexity into the superior sagittal sinus,
 * in patient mm. Arrival is that of the opacified blood (s after the carotid), later downstream; the right transverse
 * sinus is the larger one, as in most people.
 */
export function venousTree(seed: number, scale: readonly number[]): Vessel[] {
  const gauss = normal(uniform(seed * 19 + 11));
  const veins: Vessel[] = [];
  const add = (name: string, side: -1 | 0 | 1, from: number, way: readonly WayPoint[], speed: number): void => {
    const rows = spline(way, 1);
    const n = rows.length;
    const xyz = new Float64Array(3 * n);
    const radius = new Float64Array(n);
    const arrival = new Float64Array(n);
    let t = from;
    for (let i = 0; i < n; i++) {
      for (let c = 0; c < 3; c++) xyz[3 * i + c] = rows[i][c] * scale[c];
      radius[i] = Math.max(0.2, rows[i][3]);
      if (i > 0)
        t +=
          Math.hypot(xyz[3 * i] - xyz[3 * i - 3], xyz[3 * i + 1] - xyz[3 * i - 2], xyz[3 * i + 2] - xyz[3 * i - 1]) /
          speed;
      arrival[i] = t;
    }
    veins.push({
      name,
      kind: "vein",
      side,
      territory: "none",
      parent: null,
      parentSample: 0,
      xyz,
      radius,
      arrival,
      fill: new Float64Array(n).fill(name === "SSS" || side === 0 ? 1 : 0.95),
      spread: new Float64Array(n).fill(1.1),
    });
  };
  for (const s of SINUSES) {
    for (const side of s.mirror ? ([1, -1] as const) : ([0] as const)) {
      const k = side || 1;
      const calibre = /sinus|IJV/.test(s.name) && s.mirror && side === 1 ? 0.72 : 1;
      const label = side === 0 ? s.name : `${s.name}-${side === 1 ? "L" : "R"}`;
      add(
        label,
        side,
        s.from,
        s.points.map((p): WayPoint => [k * p[0], p[1], p[2], p[3] * calibre]),
        170,
      );
    }
  }
  for (const side of [1, -1] as const) {
    for (let i = 0; i < 9; i++) {
      const y = -52 + i * 14 + 3 * gauss();
      const start = onVault(side * (58 - Math.abs(i - 4) * 2.5), y + 6 + 4 * gauss(), 18 + 6 * gauss(), 2.4);
      const end = onVault(side * 2, y - 6, 70, 2.2);
      const way: WayPoint[] = [[start[0], start[1], start[2], 0.3]];
      for (let q = 1; q < 6; q++) {
        const t = q / 6;
        const p = onVault(
          start[0] + (end[0] - start[0]) * t,
          start[1] + (end[1] - start[1]) * t + 2.2 * gauss(),
          start[2] + (end[2] - start[2]) * t + 14 * Math.sin(Math.PI * t),
          2.4,
        );
        way.push([p[0], p[1], p[2], 0.35 + 0.7 * t]);
      }
      way.push([end[0], end[1], end[2], 1.15]);
      add(`Cortical vein ${i + 1}-${side === 1 ? "L" : "R"}`, side, 4.3, way, 90);
    }
  }
  return veins;
}
