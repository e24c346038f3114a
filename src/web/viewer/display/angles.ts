import { magnificationOf } from "../../../dicom/index.ts";
import { dataSetOf } from "../pane/data-set-of.ts";
import { functionalGroup, type JsonInstance, number, TAG } from "../pane/dicom-json.ts";

const PRIMARY_INCREMENT = "00181520";
const SECONDARY_INCREMENT = "00181521";
const POSITIONER_GROUP = "00189405";

/** Positioner angles of a frame in degrees: primary is LAO above 0, secondary is cranial above 0; null when not stated. */
function positionerAngles(instance: JsonInstance, frame: number): readonly [number, number] | null {
  const own = functionalGroup(instance, frame, POSITIONER_GROUP);
  const primary =
    number(own, "00189463") ?? number(own, TAG.PositionerPrimaryAngle) ?? number(instance, TAG.PositionerPrimaryAngle);
  const secondary =
    number(own, "00189464") ??
    number(own, TAG.PositionerSecondaryAngle) ??
    number(instance, TAG.PositionerSecondaryAngle);
  if (primary === undefined || secondary === undefined) return null;
  return [
    primary + increment(instance, PRIMARY_INCREMENT, frame),
    secondary + increment(instance, SECONDARY_INCREMENT, frame),
  ];
}

/** How far the positioner has turned at a frame of a rotational run: one value a frame, or one for all steps. */
function increment(instance: JsonInstance, tag: string, frame: number): number {
  const values = instance[tag]?.Value?.map(Number) ?? [];
  const at = values.length > 1 ? values[Math.min(frame, values.length - 1)] : undefined;
  return Number.isFinite(at) ? at! : 0;
}

/**
 * The projection in words: "RAO 32° CRAN 2°", "AP" and "lateral" where it is within 5 degrees of them; empty when the image
 * states no angles. Source: PS3.3 C.8.7.5 (RAO and caudal are below 0).
 */
export function projectionWords(instance: JsonInstance, frame = 0): string {
  const angles = positionerAngles(instance, frame);
  if (!angles) return "";
  const [primary, secondary] = angles.map((angle) => Math.round(angle)) as [number, number];
  const side = primary === 0 ? "" : `${primary > 0 ? "LAO" : "RAO"} ${Math.abs(primary)}°`;
  const tilt = secondary === 0 ? "" : `${secondary > 0 ? "CRAN" : "CAUD"} ${Math.abs(secondary)}°`;
  const name = Math.abs(primary) <= 5 ? "AP" : Math.abs(Math.abs(primary) - 90) <= 5 ? "lateral" : "";
  return [name, side, tilt].filter(Boolean).join(" ");
}

/** "1.45×"; empty when the image does not state what it follows from. */
export function magnificationWords(instance: JsonInstance, frame = 0): string {
  const found = magnificationOf(dataSetOf(instance), frame);
  return found ? `${found.value.toFixed(2)}×` : "";
}
