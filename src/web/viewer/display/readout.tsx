import { useEffect, useState } from "react";
import { regionAt } from "../../../dicom/index.ts";
import { calibrationOf } from "../measure/calibration.ts";
import { worldToPixel } from "../pane/image-place.ts";
import type { PaneContent } from "../pane/pane-content.ts";
import type { PaneController } from "../pane/pane-controller.ts";
import { frameOf } from "../pane/series-images.ts";
import { regionWords } from "./region-words.ts";

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
      const [x, y] = worldToPixel(null, at);
      setWords(regionWords(regionAt(regions, x, y), x, y));
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
