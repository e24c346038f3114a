import type { CaseView } from "../../cases/views.ts";
import { useMinute } from "../api/clock.ts";
import { clockTime, exactTime } from "./elapsed.ts";

/** What happened to the case, newest first: events are appended and never changed. */
export function Timeline({ shown }: { readonly shown: CaseView }) {
  const now = useMinute();
  const newest = [...shown.timeline].reverse();
  return (
    <div className="panel-body">
      <ol className="timeline">
        {newest.map((event, i) => {
          const at = Date.parse(event.at);
          return (
            <li key={i} className="timeline-line">
              <time className="sub" dateTime={event.at} title={exactTime(at)}>
                {clockTime(at, now)}
              </time>
              <div>
                {event.by ? <b>{event.by} </b> : null}
                {event.text}
              </div>
            </li>
          );
        })}
      </ol>
    </div>
  );
}
