import type { Act } from "../keys.ts";
import { frameRate } from "./cine-time.ts";

interface Props {
  readonly playing: boolean;
  readonly times: readonly number[];
  readonly source: string;
  readonly frame: number;
  readonly onAct: (act: Act) => void;
}

/** Play, step, and at which pace it plays and from where that is known. */
export function CineBar({ playing, times, source, frame, onAct }: Props) {
  return (
    <fieldset className="v-cine" aria-label="Cine">
      <button type="button" title="Previous frame (,)" onClick={() => onAct("previous")}>
        ‹
      </button>
      <button
        type="button"
        aria-pressed={playing}
        title="Play at true frame time (Space)"
        onClick={() => onAct("play")}
      >
        {playing ? "Stop" : "Play"}
      </button>
      <button type="button" title="Next frame (.)" onClick={() => onAct("next")}>
        ›
      </button>
      <span>
        frame {frame + 1} / {times.length}
      </span>
      <small>
        {source === "not stated"
          ? `${frameRate(times).toFixed(1)} f/s, the run does not state its pace`
          : `${frameRate(times).toFixed(1)} f/s, by its ${source}`}
      </small>
    </fieldset>
  );
}
