import { toIndex } from "../../core/geometry.ts";
import type { Volume } from "../../core/volume.ts";
import type { MeasuredLine } from "./analysis.ts";

/**
 * Cross-sections as CSV (RFC 4180, one row each): number of the centreline from 1, that of the one it leaves (0: none),
 * mm along it, middle (LPS mm), diameters and area; empty where there is none, with the reason in the last column.
 */
export function centrelineTable(lines: readonly MeasuredLine[]): string {
  const head =
    "centreline,parent,along_mm,x_mm,y_mm,z_mm,diameter_mm,diameter_sd_mm,least_mm,greatest_mm,inscribed_mm,area_mm2,reason";
  const rows = lines.flatMap(({ along, sections, parent }, n) =>
    sections.map((s, q) =>
      [
        n + 1,
        parent + 1,
        fixed(along[q]),
        ...s.centre.map(fixed),
        ...[s.diameter, s.sd, s.least, s.greatest, s.inscribed, s.area].map((v) => (v === null ? "" : fixed(v))),
        s.reason ?? "",
      ].join(","),
    ),
  );
  return `${[head, ...rows].join("\r\n")}\r\n`;
}

function fixed(value: number): string {
  return value.toFixed(3);
}

/** The centrelines on the grid of a volume: 0 outside, their number from 1 on the voxels they pass. */
export function centrelineVolume(grid: Volume, lines: readonly MeasuredLine[]): Volume {
  const [ni, nj, nk] = grid.shape;
  const data = new Uint16Array(ni * nj * nk);
  for (let n = lines.length - 1; n >= 0; n--)
    for (const point of lines[n].line.points) {
      const [i, j, k] = toIndex(grid, point).map(Math.round);
      if (i >= 0 && j >= 0 && k >= 0 && i < ni && j < nj && k < nk) data[(k * nj + j) * ni + i] = n + 1;
    }
  return { ...grid, data, unit: "1" };
}
