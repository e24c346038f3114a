import { useState } from "react";
import { calibrateOn, frenchToMm } from "../../../dicom/index.ts";
import { rawPixels } from "../angio/dsa-loader.ts";
import { number, TAG, text } from "../pane/dicom-json.ts";
import { frameOf, withScheme } from "../pane/series-images.ts";
import type { PanelContext } from "../side-panel.ts";
import { takeInHand } from "../tool-in-hand.ts";
import { calibrationOf, scaleWords } from "./calibration.ts";
import { type ChosenScale, chooseScale, runKeyOf, useScales } from "./calibration-store.ts";
import { widthAcross } from "./catheter-edges.ts";
import { drawnLength } from "./drawn-length.ts";
import { calibrateRun, takeScaleBack } from "./kept-scales.ts";
import "./calibrate-panel.css";

const FRENCH = [3, 4, 5, 6, 7, 8, 9];
/** How exactly the outer diameter of a catheter is made, mm. */
const CATHETER_ERROR = 0.05;

/**
 * Calibrates the run in the active pane on a length that was drawn over something of known size, by the distances of the
 * C-arm, or not at all. What holds now, and its error, stands above; each choice can be taken back.
 */
export default function CalibratePanel({ handle, state }: PanelContext) {
  useScales();
  const [french, setFrench] = useState(6);
  const [size, setSize] = useState(10);
  const [sizeError, setSizeError] = useState(0.1);
  const instance = handle?.content?.instance;
  const [detector, setDetector] = useState(() => number(instance, "00181110") ?? 1200);
  const [source, setSource] = useState(() => number(instance, "00181111") ?? 750);
  const [said, setSaid] = useState("");
  if (!handle || !instance) return <p>Open a run or a projection: its pixels are calibrated here.</p>;
  const frame = frameOf(handle.controller.currentImageId() ?? "")?.frame ?? state?.slice ?? 0;
  const now = calibrationOf(instance, frame);
  const key = runKeyOf(instance);
  const sop = text(instance, TAG.SOPInstanceUID) ?? "";
  const imager = number(instance, TAG.ImagerPixelSpacing);

  const onKnown = async (kind: "catheter" | "object") => {
    const drawn = drawnLength(sop);
    if (!drawn) {
      takeInHand("length");
      setSaid(`Draw a length across the ${kind} on this run first (the tool is in your hand now), then calibrate.`);
      return;
    }
    const length = Math.hypot(drawn.to[0] - drawn.from[0], drawn.to[1] - drawn.from[1]);
    const width =
      kind === "catheter"
        ? widthAcross(
            {
              pixels: await rawPixels(withScheme("wadors", drawn.imageId)),
              rows: number(instance, TAG.Rows) ?? 0,
              columns: number(instance, TAG.Columns) ?? 0,
            },
            drawn.from,
            drawn.to,
          )
        : { pixels: length, edgeError: 0.7, how: "two points" as const };
    const mm = kind === "catheter" ? frenchToMm(french) : size;
    const found = calibrateOn({
      ...{ kind, size: mm, sizeError: kind === "catheter" ? CATHETER_ERROR : sizeError },
      ...{ pixels: width.pixels, edgeError: width.edgeError },
    });
    if ("reason" in found) {
      setSaid(found.reason);
      return;
    }
    const what = kind === "catheter" ? `a ${french} F catheter (${mm.toFixed(2)} mm)` : `an object of ${mm} mm`;
    const scale: ChosenScale = {
      ...{ kind, mmPerPixel: found.mmPerPixel, error: found.error, errorBasis: found.errorBasis },
      words: `by ${what}`,
    };
    calibrateRun(instance, frameOf(drawn.imageId)?.frame ?? frame, [drawn.from, drawn.to], scale);
    setSaid(`${width.pixels.toFixed(1)} px by ${width.how}: ${found.errorBasis}.`);
  };

  const byGeometry = () => {
    if (!imager || !(detector > source) || !(source > 0)) {
      setSaid(
        imager
          ? `The detector (${detector} mm) must be further from the source than the patient (${source} mm).`
          : "The image states no Imager Pixel Spacing: it cannot be calibrated by geometry.",
      );
      return;
    }
    const error = 50 / source;
    chooseScale(key, {
      ...{ kind: "geometry", mmPerPixel: (imager * source) / detector, error },
      errorBasis: `for a vessel 5 cm off a plane ${Math.round(source / 10)} cm from the source`,
      words: `by geometry, magnification ${(detector / source).toFixed(2)}`,
    });
    setSaid("");
  };

  return (
    <div className="v-calibrate">
      <p>
        <b>{scaleWords(now)}</b>
        {now.errorBasis ? <small> {now.errorBasis}</small> : null}
      </p>
      <fieldset>
        <legend>Catheter</legend>
        <label>
          outer size
          <select value={french} onChange={({ target }) => setFrench(Number(target.value))}>
            {FRENCH.map((one) => (
              <option key={one} value={one}>
                {one} F, {frenchToMm(one).toFixed(2)} mm
              </option>
            ))}
          </select>
        </label>
        <button type="button" onClick={() => void onKnown("catheter")}>
          Calibrate on the catheter
        </button>
      </fieldset>
      <fieldset>
        <legend>Object of known length</legend>
        <label>
          <input
            type="number"
            min={0.1}
            step={0.1}
            value={size}
            aria-label="Length of the object, mm"
            onChange={({ target }) => setSize(Number(target.value))}
          />
          mm ±
          <input
            type="number"
            min={0}
            step={0.05}
            value={sizeError}
            aria-label="Error of the length, mm"
            onChange={({ target }) => setSizeError(Number(target.value))}
          />
        </label>
        <button type="button" onClick={() => void onKnown("object")}>
          Calibrate on the object
        </button>
      </fieldset>
      <fieldset>
        <legend>Geometry</legend>
        <label>
          source to detector
          <input
            type="number"
            value={detector}
            aria-label="Source to detector, mm"
            onChange={({ target }) => setDetector(Number(target.value))}
          />
          to patient
          <input
            type="number"
            value={source}
            aria-label="Source to patient, mm"
            onChange={({ target }) => setSource(Number(target.value))}
          />
          mm
        </label>
        <button type="button" onClick={byGeometry}>
          Calibrate by geometry
        </button>
      </fieldset>
      <div>
        <button
          type="button"
          onClick={() => setSaid(takeScaleBack(instance) ? "Taken back." : "Nothing to take back.")}
        >
          Take back
        </button>
        <button
          type="button"
          onClick={() => chooseScale(key, { kind: "none", mmPerPixel: null, error: null, errorBasis: "", words: "" })}
        >
          Measure in pixels
        </button>
      </div>
      <p role="status">{said}</p>
      <small>
        A scale holds in the depth of what it was found on: 2 cm nearer to the source or further from it is 2.7 % at 75
        cm.
      </small>
    </div>
  );
}
