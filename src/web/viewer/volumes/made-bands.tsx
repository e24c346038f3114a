import { useId } from "react";
import { dot, sub } from "../../../core/geometry.ts";
import type { PaneController } from "../pane/pane-controller.ts";
import type { PaneState } from "../pane/pane-state.ts";
import { bandIn, type Spot } from "./crosshair-lines.ts";
import { gridOf } from "./volume-source.ts";

interface Props {
  readonly imageIds: readonly string[];
  readonly controller: PaneController;
  /** Drawn anew with every picture. */
  readonly state: PaneState;
}

/** Hatching over the parts of a section that no slice imaged. */
export function MadeBands({ imageIds, controller }: Props) {
  const pattern = useId();
  const grid = gridOf(imageIds);
  if (grid.state !== "rebuilt") return null;
  const { clientWidth: width, clientHeight: height } = controller.element;
  const index = (x: number, y: number) => {
    const point = controller.toPatient(x, y);
    return point && dot(sub(point, grid.grid.origin), grid.grid.direction.k) / grid.grid.spacing[2];
  };
  const [k0, kx, ky] = [index(0, 0), index(100, 0), index(0, 100)];
  if (k0 === undefined || kx === undefined || ky === undefined) return null;
  const shapes: (readonly Spot[])[] = [];
  for (let k = 0; k < grid.recipe.length; k++) {
    if (!grid.recipe[k]!.made) continue;
    const from = k;
    while (grid.recipe[k + 1]?.made) k++;
    shapes.push(bandIn(width, height, k0, (kx - k0) / 100, (ky - k0) / 100, from - 0.5, k + 0.5));
  }
  const drawn = shapes.filter((shape) => shape.length > 2);
  if (drawn.length === 0) return null;
  return (
    <svg className="vo-made" role="img" aria-label="Hatched: interpolated, not imaged" data-bands={drawn.length}>
      <defs>
        <pattern id={pattern} width={9} height={9} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <line x1={0} x2={0} y1={0} y2={9} />
        </pattern>
      </defs>
      {drawn.map((shape, k) => (
        <polygon key={k} points={shape.map((spot) => spot.join(",")).join(" ")} fill={`url(#${pattern})`} />
      ))}
    </svg>
  );
}
