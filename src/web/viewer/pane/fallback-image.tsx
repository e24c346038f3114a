import { useEffect, useState } from "react";
import type { SeriesView } from "../../../cases/views.ts";
import { type SeriesImages, seriesImages } from "./series-images.ts";

/** Without WebGL: the images as the server renders them, one at a time, said so. */
export function FallbackImage({ series }: { readonly series: SeriesView }) {
  const [images, setImages] = useState<SeriesImages>();
  const [index, setIndex] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    seriesImages(series, abort.signal).then(
      (found) => {
        setImages(found);
        setIndex(Math.floor(found.imageIds[0]!.length / 2));
      },
      () => {},
    );
    return () => abort.abort();
  }, [series]);
  const stack = images?.imageIds[0] ?? [];
  const address = stack[index]?.slice("wadors:".length);
  return (
    <div className="v-fallback">
      {address && <img src={`${address}/rendered`} alt={`${series.description}, ${index + 1} of ${stack.length}`} />}
      <label className="v-fallback-bar">
        This browser cannot draw with WebGL. Images are rendered by the server: no windowing, no measuring.
        <input
          type="range"
          min={0}
          max={Math.max(0, stack.length - 1)}
          value={index}
          aria-label="Slice"
          onChange={(event) => setIndex(Number(event.target.value))}
        />
      </label>
    </div>
  );
}
