import type { PaneContent } from "../pane/pane-content.ts";
import { assumedRate, changeCine, playedTimes, runIdOf, useCineSettings } from "./cine-settings.ts";
import { frameRate } from "./cine-time.ts";
import { changeSpeed, playWhole } from "./commands.ts";
import "./cine.css";

interface Props {
  readonly content: PaneContent;
  readonly playing: boolean;
  readonly frame: number;
  readonly onPlay: () => void;
  readonly onStep: (by: 1 | -1) => void;
}

/**
 * Play, step, part, direction and speed of a run; at which pace it plays and from where that is known, and the pace that
 * is reached when the machine does not keep up. A run without times has its pace chosen here, and says so.
 */
export function CineBar({ content, playing, frame, onPlay, onStep }: Props) {
  const settings = useCineSettings();
  const stated = content.times;
  if (!stated || stated.times.length < 2) return null;
  const run = runIdOf(content);
  const times = playedTimes(run, stated, settings);
  const loop = settings.loops[run];
  const { speed, bounce, together, measured } = settings;
  const isBehind = playing && measured !== null && measured.shown < 0.9 * Math.min(measured.due, 60);
  return (
    <fieldset className="v-cine" aria-label="Cine">
      <button type="button" title="Previous frame" onClick={() => onStep(-1)}>
        ‹
      </button>
      <button type="button" aria-pressed={playing} title="Play at true frame time (C)" onClick={onPlay}>
        {playing ? "Stop" : "Play"}
      </button>
      <button type="button" title="Next frame" onClick={() => onStep(1)}>
        ›
      </button>
      <span className="v-cine-frame">
        frame {frame + 1} / {times.length}
      </span>
      {loop ? (
        <button type="button" title="Play the whole run again (\\)" onClick={() => playWhole(run)}>
          {loop.first + 1}–{loop.last + 1} ×
        </button>
      ) : null}
      <button
        type="button"
        aria-pressed={bounce}
        title="Play there and back (J)"
        onClick={() => changeCine({ bounce: !bounce })}
      >
        Bounce
      </button>
      <button
        type="button"
        aria-pressed={together}
        title="Play all runs on the screen together (Shift C)"
        onClick={() => changeCine({ together: !together })}
      >
        Together
      </button>
      <button type="button" title="Slower (<)" aria-label="Slower" onClick={() => changeSpeed(-1)}>
        −
      </button>
      <span className="v-cine-speed">{speed}×</span>
      <button type="button" title="Faster (>)" aria-label="Faster" onClick={() => changeSpeed(1)}>
        +
      </button>
      {isBehind ? (
        <b role="status">
          {measured.shown.toFixed(1)} of {measured.due.toFixed(1)} f/s reached, frames are left out
        </b>
      ) : null}
      {stated.source === "not stated" ? (
        <label>
          <input
            type="number"
            min={1}
            max={60}
            value={assumedRate(run, settings)}
            aria-label="Frames a second, assumed"
            onChange={({ target }) => {
              const rate = Math.min(60, Math.max(1, Number(target.value) || 1));
              changeCine({ rates: { ...settings.rates, [run]: rate } });
            }}
          />
          f/s assumed: the run states no times
        </label>
      ) : (
        <small>
          {frameRate(times).toFixed(1)} f/s, by its {stated.source}
        </small>
      )}
    </fieldset>
  );
}
