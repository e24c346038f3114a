import { type MouseEvent, useEffect, useMemo, useRef, useState } from "react";
import { type CurvePicture, curveFrames, onCurve, straightened } from "../../../../imaging/volume/curve.ts";
import type { SliceVolume } from "../../../../imaging/volume/sample.ts";
import { crosshairOf } from "../crosshair-store.ts";
import { volumeSamples } from "../volume-source.ts";
import type { Curve } from "./curve-store.ts";

interface Props {
  readonly curve: Curve;
  readonly frameOfReference: string;
  readonly imageIds: readonly string[];
  readonly window: { readonly width: number; readonly level: number };
}

const WIDTH_MM = 30;

/** The series along the line, pulled straight; turned about the line by a slider. A click puts the crosshair there. */
export function StraightenedView({ curve, frameOfReference, imageIds, window }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [volume, setVolume] = useState<SliceVolume>();
  const [words, setWords] = useState("opening");
  const [degrees, setDegrees] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    setVolume(undefined);
    volumeSamples(imageIds, abort.signal, (loaded) => setWords(`slice ${loaded} of ${imageIds.length}`)).then(
      (found) => {
        if (abort.signal.aborted) return;
        setVolume(found.volume);
        setWords("");
      },
      (error: unknown) => {
        if (!abort.signal.aborted) setWords(error instanceof Error ? error.message : String(error));
      },
    );
    return () => abort.abort();
  }, [imageIds]);
  const picture = useMemo<CurvePicture | undefined>(() => {
    if (!volume || curve.points.length < 2) return undefined;
    const step = Math.min(...volume.grid.spacing, 0.6);
    return straightened(volume, curveFrames(curve.points, step, [1, 0, 0]), WIDTH_MM, degrees);
  }, [volume, curve, degrees]);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!picture || !context || !canvas.current) return;
    const { values, width, height } = picture;
    Object.assign(canvas.current, { width, height });
    const image = context.createImageData(width, height);
    const low = window.level - window.width / 2;
    for (let p = 0; p < values.length; p++) {
      const grey = Number.isNaN(values[p]!) ? 0 : (255 * (values[p]! - low)) / window.width;
      image.data.set([grey, grey, grey, 255], 4 * p);
    }
    context.putImageData(image, 0, 0);
  }, [picture, window.width, window.level]);
  const go = (event: MouseEvent<HTMLCanvasElement>) => {
    if (!picture) return;
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    const [x, y] = [
      ((event.clientX - left) / width) * picture.width - 0.5,
      ((event.clientY - top) / height) * picture.height - 0.5,
    ];
    crosshairOf(frameOfReference).put(onCurve(picture, degrees, x, y));
  };
  if (!picture) return <p>{words}</p>;
  const long = picture.frames.at(-1)!.at;
  return (
    <>
      <label>
        Turned {degrees}°
        <input
          type="range"
          min={0}
          max={175}
          step={5}
          value={degrees}
          onChange={({ target }) => setDegrees(Number(target.value))}
        />
      </label>
      <canvas
        ref={canvas}
        className="vo-straight"
        data-rows={picture.height}
        style={{ aspectRatio: `${picture.width} / ${picture.height}` }}
        onClick={go}
        role="img"
        aria-label={`Straightened view, ${long.toFixed(0)} mm long, ${WIDTH_MM} mm wide`}
      />
      <p>
        {long.toFixed(1)} mm along the line, {WIDTH_MM} mm across. Lengths along it are true; what lies beside a bend is
        not.
      </p>
    </>
  );
}
