import { useEffect, useState } from "react";
import { sub, type Vec3 } from "../../../core/geometry.ts";
import type { Depth } from "../../workers/vessel-messages.ts";
import type { PaneController } from "../pane/pane-controller.ts";
import type { VesselWork } from "./use-vessel.ts";

interface Props {
  readonly work: VesselWork;
  readonly controller: PaneController;
  /** Counts the pictures that were drawn: the mask follows them. */
  readonly drawn: number | undefined;
  readonly depth: Depth | undefined;
}

const PIXELS = 420;

/** The mask of the segmented vessel on the section that a pane shows: a light fill with a clear outline. */
export function MaskOver({ work, controller, drawn, depth }: Props) {
  const [picture, setPicture] = useState("");
  const { width, height } = controller.element.getBoundingClientRect();
  // biome-ignore lint/correctness/useExhaustiveDependencies: every picture drawn below it, and every change of the mask.
  useEffect(() => {
    let stale = false;
    const corner = controller.toPatient(0, 0);
    const [right, bottom] = [controller.toPatient(width, 0), controller.toPatient(0, height)];
    if (!work.size || !corner || !right || !bottom || width === 0) {
      setPicture("");
      return;
    }
    const columns = Math.max(8, Math.min(PIXELS, Math.round(width / 2)));
    const rows = Math.max(8, Math.round((columns * height) / width));
    const part = (to: Vec3, n: number): Vec3 => sub(to, corner).map((x) => x / n) as unknown as Vec3;
    work
      .ask("mask", {
        kind: "mask",
        corner: [...corner],
        right: part(right, columns),
        down: part(bottom, rows),
        width: columns,
        height: rows,
        ...(depth ? { depth } : {}),
      })
      .then(
        ({ inside }) => {
          if (!stale) setPicture(maskPicture(inside, columns, rows));
        },
        () => {
          if (!stale) setPicture("");
        },
      );
    return () => {
      stale = true;
    };
  }, [controller, drawn, work.version, work.size, width, height, depth]);
  return picture ? (
    <image href={picture} x={0} y={0} width={width} height={height} preserveAspectRatio="none" data-mask="shown" />
  ) : null;
}

function maskPicture(inside: Uint8Array, width: number, height: number): string {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d");
  if (!context || !inside.includes(1)) return "";
  const image = context.createImageData(width, height);
  for (let p = 0; p < inside.length; p++) {
    if (!inside[p]) continue;
    const x = p % width;
    const edge =
      x === 0 || x === width - 1 || !inside[p - 1] || !inside[p + 1] || !inside[p - width] || !inside[p + width];
    image.data.set(edge ? [255, 150, 110, 255] : [255, 120, 80, 70], 4 * p);
  }
  context.putImageData(image, 0, 0);
  return canvas.toDataURL();
}
