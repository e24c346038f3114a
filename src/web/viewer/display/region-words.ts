import { type UltrasoundRegion, valueOn, zeroOf } from "../../../dicom/index.ts";

/** A region at a pixel in words: "PW Doppler · 34.2 cm/s above the baseline · 1.24 s · angle 60°". */
export function regionWords(region: UltrasoundRegion | null, x: number, y: number): string {
  if (!region) return "outside the calibrated regions";
  const said = [region.name];
  const up = valueOn(region.y, y);
  if (region.y.unit === "cm/s" || region.y.unit === "Hz") {
    const zero = zeroOf(region.y);
    if (up !== null && zero !== null) {
      const side =
        Math.abs(y - zero) < 0.5 ? "at the baseline" : y < zero ? "above the baseline" : "below the baseline";
      said.push(`${Math.abs(up).toFixed(1)} ${region.y.unit} ${side}`);
    } else said.push(`${region.y.unit}, the baseline is not stated`);
  } else if (region.y.unit === "mm") {
    said.push(up === null ? `${Math.abs(region.y.perPixel).toFixed(3)} mm a pixel` : `${up.toFixed(1)} mm deep`);
  } else if (region.y.unit && up !== null) said.push(`${up.toFixed(1)} ${region.y.unit}`);
  const along = region.x.unit === "s" ? valueOn(region.x, x) : null;
  if (along !== null) said.push(`${along.toFixed(2)} s`);
  if (region.angle !== null) said.push(`angle ${Math.round(region.angle)}°`);
  if (!region.x.unit && !region.y.unit) said.push("no scale");
  return said.join(" · ");
}
