import { useEffect, useState } from "react";
import { regionAt, type UltrasoundRegion, valueOn, zeroOf } from "../../../dicom/index.ts";
import { calibrationOf } from "../measure/calibration.ts";
import type { PaneContent } from "../pane/pane-content.ts";
import type { PaneController } from "../pane/pane-controller.ts";
import { frameOf } from "../pane/series-images.ts";

interface Props {
  readonly controller: PaneController;
  readonly content: PaneContent;
}

/** What lies under the cursor on an ultrasound image: the region, depth, time, velocity from the baseline. */
export function Readout({ controller, content }: Props) {
  const [words, setWords] = useState("");
  const has = content.show.kind === "stack" && calibrationOf(content.instance).regions.length > 0;
  useEffect(() => {
    if (!has) return;
    const { element } = controller;
    const move = (event: PointerEvent) => {
      const box = element.getBoundingClientRect();
      const at = controller.toPatient(event.clientX - box.left, event.clientY - box.top);
      const image = frameOf(controller.currentImageId() ?? "");
      if (!at || !image || image.plane) return setWords("");
      const { regions } = calibrationOf(image.instance, image.frame);
      setWords(regionWords(regionAt(regions, at[0], at[1]), at[0], at[1]));
    };
    const leave = () => setWords("");
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerleave", leave);
    return () => {
      element.removeEventListener("pointermove", move);
      element.removeEventListener("pointerleave", leave);
    };
  }, [controller, has]);
  return has && words ? <p className="v-readout">{words}</p> : null;
}

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
