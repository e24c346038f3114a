import { fitOf, type Landmarks, sideOf } from "./fit-landmarks.ts";

/** What is to be found next, the pairs found so far, and laying the series on each other by them. */
export function LandmarkPart({
  landmarks,
  fixed,
  moving,
  onTake,
  onTakeBack,
  onLayOn,
}: {
  readonly landmarks: Landmarks;
  readonly fixed: string;
  readonly moving: string;
  readonly onTake: () => void;
  readonly onTakeBack: () => void;
  readonly onLayOn: () => void;
}) {
  const { pairs, waiting } = landmarks;
  const count = pairs.length;
  const fit = fitOf(landmarks);
  const side = sideOf(landmarks);
  return (
    <div className="v-fit-points" data-pairs={count} data-side={side}>
      <p role="status">
        {side === "fixed"
          ? `Point ${count + 1} in ${fixed}: click it in a plane, again in another, then take it.`
          : `The same point ${count + 1} in ${moving}: click it, then take it.`}
      </p>
      <div className="v-fit-buttons">
        <button type="button" onClick={onTake}>
          Take this place <kbd>Enter</kbd>
        </button>
        <button type="button" disabled={count === 0 && !waiting} onClick={onTakeBack}>
          Take the last back <kbd>⌫</kbd>
        </button>
        <button type="button" disabled={!fit.matrix} onClick={onLayOn}>
          Lay on by the points
        </button>
      </div>
      <p>{fit.matrix ? `${count} pairs, which miss each other by ${fit.rmsMm.toFixed(1)} mm (RMS).` : fit.reason}</p>
    </div>
  );
}
