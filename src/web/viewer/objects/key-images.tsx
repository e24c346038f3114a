import { useMemo, useState } from "react";
import type { Reference } from "../../../dicom/objects/content-tree.ts";
import { type Place, placesOf } from "../../../dicom/objects/places.ts";
import type { PageProps } from "./object-page.tsx";
import { planOf } from "./plan-of.ts";
import { addressOf } from "./series-objects.ts";
import { SummaryView } from "./summary-view.tsx";

const MOST = 200;

/** A key object selection: the images that it marks, each to be opened. */
export function KeyImages({ object, room, onPlan }: PageProps) {
  const places = useMemo(() => placesOf(object.header), [object]);
  const { references } = object.summary;
  return (
    <article className="o-page">
      <SummaryView
        object={object}
        middle={
          <div className="o-keys">
            {references.slice(0, MOST).map((reference) => {
              const plan = planOf(reference, places, room);
              return (
                <KeyImage
                  key={`${reference.sopUid}${reference.frames}`}
                  reference={reference}
                  place={places.get(reference.sopUid)}
                  onOpen={plan && onPlan ? () => onPlan(plan) : undefined}
                />
              );
            })}
          </div>
        }
      />
      {references.length > MOST && <p className="o-note">{references.length - MOST} more are in the object.</p>}
    </article>
  );
}

function KeyImage(props: { reference: Reference; place: Place | undefined; onOpen: (() => void) | undefined }) {
  const { reference, place, onOpen } = props;
  const [missing, setMissing] = useState(!place);
  const frame = reference.frames[0];
  const address = place ? addressOf(place.studyUid, place.seriesUid, reference.sopUid) : "";
  return (
    <button type="button" className="o-key" disabled={!onOpen || missing} onClick={onOpen} title={reference.sopUid}>
      {missing ? (
        <span className="o-gone">not in this archive</span>
      ) : (
        <img
          src={frame ? `${address}/frames/${frame}/thumbnail` : `${address}/thumbnail`}
          alt={frame ? `Key image, frame ${frame}` : "Key image"}
          loading="lazy"
          onError={() => setMissing(true)}
        />
      )}
      <small>{onOpen ? (frame ? `frame ${frame}` : "open") : missing ? "" : "of another study"}</small>
    </button>
  );
}
