import type { Vec3 } from "../../core/geometry.ts";
import type { Mesh } from "../vessel/marching.ts";
import { vertexNormals } from "../vessel/mesh.ts";
import { isMeasured, type MeasuredDome, type Morphometry, measureDome } from "./morphometry.ts";
import { tilted } from "./neck.ts";

/** How uncertain the inputs of a measured dome are: standard deviations. */
export interface DomeUncertainty {
  /** Of the neck plane along its normal, mm (a person or a program setting it again), and of its tilt, degrees. */
  readonly planeMm: number;
  readonly tiltDegrees: number;
  /** Of the whole wall, outward, mm: the choice of threshold moves all of it together. */
  readonly wallMm: number;
}

/** What is assumed when nothing was measured on the same images twice: about a voxel of a rotational angiogram. */
export const USUAL_UNCERTAINTY: DomeUncertainty = { planeMm: 0.2, tiltDegrees: 4, wallMm: 0.08 };

/**
 * Standard deviation of each measure of a dome from the uncertainty of its neck plane and wall: the measures are taken
 * again with each input moved by one standard deviation either way, half their differences are added as squares.
 * Where one of the two moved planes cuts no dome off, or takes another vessel in (a volume or reach more than a half
 * larger or smaller), the other alone is used; NaN where both do. `sizeRatio` counts the parent as exact.
 */
export function spreadOf(
  mesh: Mesh,
  dome: MeasuredDome,
  inside: Vec3,
  parentMm?: number,
  uncertainty: DomeUncertainty = USUAL_UNCERTAINTY,
): Record<keyof Morphometry, number> {
  const { point, normal } = dome.plane;
  const { planeMm, wallMm } = uncertainty;
  const tilt = (uncertainty.tiltDegrees * Math.PI) / 180;
  const moved = (by: number): Vec3 => [point[0] + by * normal[0], point[1] + by * normal[1], point[2] + by * normal[2]];
  const normals = vertexNormals(mesh);
  const grown = (by: number): Mesh => ({
    positions: mesh.positions.map((x, at) => x + by * normals[at]),
    triangles: mesh.triangles,
  });
  const turned = (toward: number) =>
    measureDome(mesh, { point: dome.neckCentre, normal: tilted(normal, tilt, toward) }, inside, parentMm);
  const pairs = [
    [1, -1].map((s) => measureDome(mesh, { point: moved(s * planeMm), normal }, inside, parentMm)),
    [1, -1].map((s) => measureDome(grown(s * wallMm), dome.plane, inside, parentMm)),
    [0, Math.PI].map(turned),
    [Math.PI / 2, (3 * Math.PI) / 2].map(turned),
  ];
  const names = Object.keys(dome.values) as (keyof Morphometry)[];
  const squares = Object.fromEntries(names.map((name) => [name, 0])) as Record<keyof Morphometry, number>;
  for (const pair of pairs) {
    for (const name of names) {
      // Against the measure itself: a tilt to either side may change a value the same way.
      const away = pair
        .filter((found) => isMeasured(found) && sameDome(found.values, dome.values))
        .map((found) => ((found as MeasuredDome).values[name] ?? 0) - (dome.values[name] ?? 0));
      squares[name] += away.length === 0 ? Number.NaN : away.reduce((sum, x) => sum + x * x, 0) / away.length;
    }
  }
  return Object.fromEntries(names.map((name) => [name, Math.sqrt(squares[name])])) as Record<keyof Morphometry, number>;
}

/** Whether a moved plane still cuts off the same body, and not a branch with it. */
function sameDome(one: Morphometry, other: Morphometry): boolean {
  return [one.volume / other.volume, one.reach / other.reach].every((x) => x < 1.5 && x > 1 / 1.5);
}
