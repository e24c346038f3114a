import type { Command } from "../command.ts";
import type { PanelContext } from "../side-panel.ts";
import { alignHere } from "./cine-player.ts";
import { assumedRate, changeCine, cineSettings, runIdOf } from "./cine-settings.ts";

const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 4];

const isRun = ({ handle }: PanelContext): boolean => handle?.content?.times !== undefined;

/** The next speed; of a run that states no times the next frame rate, as its speed is a choice. */
export function changeSpeed(by: 1 | -1): void {
  const { speed } = cineSettings();
  const at = SPEEDS.findIndex((one) => one >= speed - 1e-9);
  changeCine({ speed: SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, at + by))]! });
}

/** Marks the frame on the screen as the start or the end of what is played. */
function mark({ handle }: PanelContext, end: "first" | "last"): void {
  const content = handle?.content;
  if (!handle || !content?.times) return;
  const run = runIdOf(content);
  const { loops } = cineSettings();
  const last = content.times.times.length - 1;
  const now = loops[run] ?? { first: 0, last };
  const { slice } = handle.controller.state();
  const next =
    end === "first"
      ? { first: slice, last: Math.max(slice, now.last) }
      : { first: Math.min(slice, now.first), last: slice };
  changeCine({ loops: { ...loops, [run]: next } });
}

/** Plays the whole run again. */
export function playWhole(run: string): void {
  const { [run]: _, ...loops } = cineSettings().loops;
  changeCine({ loops });
}

function changeRate({ handle }: PanelContext, by: number): void {
  const content = handle?.content;
  if (content?.times?.source !== "not stated") return;
  const run = runIdOf(content);
  const now = cineSettings();
  const rate = Math.min(60, Math.max(1, assumedRate(run, now) + by));
  changeCine({ rates: { ...now.rates, [run]: rate } });
}

/** How runs are played: part, direction, speed, several at once. */
export const CINE_COMMANDS: readonly Command[] = [
  { id: "cine.loop-start", key: "[", says: "Play from this frame", when: isRun, run: (at) => mark(at, "first") },
  { id: "cine.loop-end", key: "]", says: "Play up to this frame", when: isRun, run: (at) => mark(at, "last") },
  {
    ...{ id: "cine.whole", key: "\\", says: "Play the whole run again", when: isRun },
    run: ({ handle }) => handle?.content && playWhole(runIdOf(handle.content)),
  },
  {
    ...{ id: "cine.bounce", key: "j", says: "Play there and back, or round", when: isRun },
    run: () => changeCine({ bounce: !cineSettings().bounce }),
  },
  { id: "cine.slower", key: "<", says: "Play slower", when: isRun, run: () => changeSpeed(-1) },
  { id: "cine.faster", key: ">", says: "Play faster", when: isRun, run: () => changeSpeed(1) },
  { id: "cine.true-speed", says: "Play at true speed", when: isRun, run: () => changeCine({ speed: 1 }) },
  {
    ...{ id: "cine.together", key: "Shift+c", says: "Play all runs on the screen together, or one", when: isRun },
    run: () => changeCine({ together: !cineSettings().together }),
  },
  {
    ...{ id: "cine.same-moment", key: "q", says: "The frames shown now are the same moment: play together from here" },
    when: isRun,
    run: ({ handles }) => alignHere([...handles()].map(([id, handle]) => ({ id, ...handle }))),
  },
  {
    ...{ id: "cine.forget-moments", says: "Play together from the first frames again", when: isRun },
    run: () => changeCine({ offsets: {} }),
  },
  {
    ...{ id: "cine.rate-up", says: "A run without times: one frame a second more" },
    ...{ when: ({ handle }) => handle?.content?.times?.source === "not stated", run: (at) => changeRate(at, 1) },
  },
  {
    ...{ id: "cine.rate-down", says: "A run without times: one frame a second less" },
    ...{ when: ({ handle }) => handle?.content?.times?.source === "not stated", run: (at) => changeRate(at, -1) },
  },
];
