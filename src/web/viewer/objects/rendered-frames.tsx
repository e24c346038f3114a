import { useState } from "react";
import type { ObjectFile } from "./series-objects.ts";

/** Pictures of an object that the viewer itself does not draw, as the server renders them, frame by frame. */
export function RenderedFrames({ object }: { readonly object: ObjectFile }) {
  const count = Math.max(1, Number(object.json["00280008"]?.Value?.[0] ?? 1));
  const [frame, setFrame] = useState(Math.floor((count - 1) / 2));
  const [failed, setFailed] = useState(false);
  if (failed)
    return <p className="o-note">Its pixels cannot be made a picture of. They are in the file: use Download.</p>;
  return (
    <figure className="o-frames">
      <img
        src={`${object.address}/frames/${frame + 1}/rendered`}
        alt={`Frame ${frame + 1} of ${count}`}
        onError={() => setFailed(true)}
      />
      {count > 1 && (
        <label>
          frame {frame + 1} / {count}
          <input
            type="range"
            aria-label="Frame"
            min={0}
            max={count - 1}
            value={frame}
            onChange={({ target }) => setFrame(Number(target.value))}
          />
        </label>
      )}
    </figure>
  );
}
