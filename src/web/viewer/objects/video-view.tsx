import { useState } from "react";
import type { ObjectFile } from "./series-objects.ts";
import { SummaryView } from "./summary-view.tsx";

/** A video: played where the browser can, else what it is, why not, and its stream to download. */
export function VideoView({ object }: { readonly object: ObjectFile }) {
  const [failed, setFailed] = useState(false);
  const address = `${object.address}/rendered`;
  return (
    <article className="o-page">
      {!failed && (
        <video className="o-video" src={address} controls muted playsInline onError={() => setFailed(true)} />
      )}
      <SummaryView
        object={object}
        middle={
          failed ? (
            <p className="o-note" data-video="not-played">
              This browser cannot play a film in this form.{" "}
              <a className="o-link" href={address} download={`video-${object.sopUid}`}>
                Download the film
              </a>{" "}
              and open it with a player such as VLC; the object itself is under Download.
            </p>
          ) : null
        }
      />
    </article>
  );
}
