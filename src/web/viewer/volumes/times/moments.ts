import { functionalGroup, type JsonInstance, number, TAG, text } from "../../pane/dicom-json.ts";
import type { FrameRef } from "../../pane/stack-order.ts";

/** When the times of a time-resolved series were taken, and from which element that is known. */
export interface Moments {
  /** Seconds from the first; empty when nothing tells. */
  readonly seconds: readonly number[];
  readonly source: "acquisition time" | "frame time" | "trigger time" | "time offset" | "content time" | "not stated";
}

const FRAME_CONTENT = "00209111";
const FRAME_ACQUISITION = "00189074";
const TEMPORAL_GROUP = "00209310";
const TIME_OFFSET = "0020930D";
const TRIGGER_TIME = "00181060";

/** "20260102101530.25" or "101530.25" as seconds of the day, its date in whole days before it. */
function clockSeconds(stated: string | undefined): number | undefined {
  const match = /^(?:(\d{4})(\d{2})(\d{2}))?(\d{2})(\d{2})(\d{2}(?:\.\d+)?)/.exec((stated ?? "").replaceAll(":", ""));
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const days = year ? Date.UTC(Number(year), Number(month) - 1, Number(day)) / 86_400_000 : 0;
  return days * 86_400 + Number(hour) * 3600 + Number(minute) * 60 + Number(second);
}

const CLOCKS: readonly {
  readonly source: Moments["source"];
  readonly of: (i: JsonInstance, frame: number) => number | undefined;
}[] = [
  {
    source: "frame time",
    of: (instance, frame) => clockSeconds(text(functionalGroup(instance, frame, FRAME_CONTENT), FRAME_ACQUISITION)),
  },
  {
    source: "time offset",
    of: (instance, frame) => number(functionalGroup(instance, frame, TEMPORAL_GROUP), TIME_OFFSET),
  },
  {
    source: "acquisition time",
    of: (instance) =>
      clockSeconds(text(instance, TAG.AcquisitionDateTime)) ?? clockSeconds(text(instance, TAG.AcquisitionTime)),
  },
  {
    source: "trigger time",
    of: (instance) => {
      const ms = number(instance, TRIGGER_TIME);
      return ms === undefined ? undefined : ms / 1000;
    },
  },
  { source: "content time", of: (instance) => clockSeconds(text(instance, TAG.ContentTime)) },
];

/**
 * The times of one slice: of the clocks that a file may state the first that is there for every time and grows from each
 * to the next. `frames[t]` is the same slice at time t. Without such a clock there are no seconds: none is made up.
 */
export function momentsOf(frames: readonly FrameRef[]): Moments {
  for (const { source, of } of CLOCKS) {
    const found = frames.map(({ instance, frame }) => of(instance, frame));
    if (found.some((value) => value === undefined)) continue;
    const seconds = found.map((value) => value! - found[0]!);
    if (seconds.length > 1 && seconds.slice(1).every((value, t) => value > seconds[t]!)) return { seconds, source };
  }
  return { seconds: [], source: "not stated" };
}
