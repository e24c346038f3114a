import { intensityRelationship } from "../core/cine.ts";
import type { Limitation } from "../core/limitation.ts";
import { frameTimes } from "./cine.ts";
import { type DataSet, number, text } from "./data-set.ts";
import { frameCount } from "./frames.ts";
import { functionalGroup } from "./functional-groups.ts";
import { linearTable } from "./intensity.ts";

/**
 * What the header of an angiographic run lets nobody read off it: times when none are stated, densities when the values
 * are not said to be linear or logarithmic, and what lossy or 8-bit storage took away. Stated on the image and in every
 * result; empty for a run that says all. Saturation is seen in the pixels, not here.
 */
export function runLimitations(ds: DataSet): readonly Limitation[] {
  const out: Limitation[] = [];
  const n = frameCount(ds);
  if (n === 1) out.push({ code: "one-frame", message: "One frame only: there is nothing to subtract and no time." });
  else {
    const { clock } = frameTimes(ds);
    const frameTime = number(ds, "FrameTime");
    const said = frameTime === undefined ? "No frame time is stated" : `The stated frame time is ${frameTime} ms`;
    if (clock === "assumed")
      out.push({ code: "frame-time-missing", message: `${said}: shown at 15 a second, and no time is measured.` });
    if (clock === "cine-rate")
      out.push({ code: "frame-time-from-rate", message: `${said}: times follow the display rate, which may differ.` });
  }
  const densities = densityLimitation(ds);
  if (densities) out.push(densities);
  const bits = number(ds, "BitsStored") ?? 16;
  if (bits <= 8)
    out.push({
      code: "eight-bit",
      message: `${bits} bits a pixel: faint contrast is lost in steps of the grey scale.`,
    });
  if (text(ds, "LossyImageCompression") === "01")
    out.push({ code: "lossy", message: "Compressed with loss: small vessels and noise are not as acquired." });
  return out;
}

/** Why densities of a run may not be compared or summed; null when its values are linear, or logarithmic by a stated table. */
export function densityLimitation(ds: DataSet): Limitation | null {
  if (linearTable(ds)) return null;
  const properties = functionalGroup(ds, 0, "FramePixelDataPropertiesSequence") ?? ds;
  const stated = text(properties, "PixelIntensityRelationship");
  const relationship = intensityRelationship(stated);
  if (stated === undefined)
    return {
      code: "relationship-not-stated",
      message: "The run does not say how its values relate to the beam: taken as linear. Read times, not densities.",
    };
  if (relationship === "DISP")
    return {
      code: "display-values",
      message: "Display values (DISP): densities are not proportional to contrast. Read times, not densities.",
    };
  if (relationship === "LOG")
    return {
      code: "log-scale-not-stated",
      message:
        "Logarithmic values without their table: densities are proportional to contrast, their unit is not known.",
    };
  return null;
}
