import { CINE_COMMANDS } from "../cine/commands.ts";
import type { Command } from "../command.ts";
import { MEASURE_COMMANDS } from "../measure/commands.ts";
import type { ToolName } from "../measure/tools.ts";
import { takeInHand } from "../tool-in-hand.ts";
import type { AngioContext } from "./angio-panels.ts";
import { unaligned, withMask } from "./mask-frames.ts";
import type { AlignmentControl } from "./use-alignment.ts";

/** What the room itself can do besides what the active run can. */
export interface AngioControls {
  readonly alignment: AlignmentControl;
  /** The frames before contrast, once they were found. */
  readonly beforeContrast: readonly number[] | undefined;
  step(by: number): void;
  activate(): void;
  toggle(what: "play" | "overlays" | "two" | "roadmap"): void;
  openPanel(id: string): void;
}

/** What the commands of the room apply to. */
export interface AngioRoomContext extends AngioContext {
  readonly angio: AngioControls;
}

type One = Command<AngioRoomContext>;

const isSubtracted = ({ subtraction }: AngioContext): boolean => subtraction !== undefined;

/** Finest first: an arrow moves the mask by a pixel, with Shift by a tenth. */
function shift(key: string, words: string, x: number, y: number): readonly One[] {
  const by = (share: number, prefix: string): One => ({
    id: `mask.${words}${share === 1 ? "" : "-fine"}`,
    key: `${prefix}${key}`,
    says: `Mask ${share} px ${words.replace("-", " ")}`,
    when: isSubtracted,
    run: ({ subtraction: now, onSubtraction }) => {
      if (!now) return;
      const sum = (value: number, step: number) => Math.round(100 * (value + share * step)) / 100;
      onSubtraction({ ...now, shiftX: sum(now.shiftX, x), shiftY: sum(now.shiftY, y), raw: false });
    },
  });
  return [by(1, ""), by(0.1, "Shift+")];
}

const tool = (name: ToolName, key: string, says: string): One => ({
  ...{ id: `tool.${name}`, key, says },
  run: () => takeInHand(name),
});

/** The subtraction: mask, shift, motion, bone, filters. */
const SUBTRACTION: readonly One[] = [
  {
    ...{ id: "run.raw", key: "d", says: "Subtracted or raw", when: isSubtracted },
    run: ({ subtraction: now, onSubtraction }) => now && onSubtraction({ ...now, raw: !now.raw }),
  },
  {
    ...{ id: "run.landmark", key: "b", says: "Landmark: bone under the vessels, or not", when: isSubtracted },
    run: ({ subtraction: now, onSubtraction }) =>
      now && onSubtraction({ ...now, landmark: now.landmark > 0 ? 0 : 0.5, raw: false }),
  },
  {
    ...{ id: "motion.toggle", key: "m", says: "Motion correction: before and after", when: isSubtracted },
    run: ({ angio }) => angio.alignment.toggle(),
  },
  {
    ...{
      id: "motion.kind",
      key: "Shift+m",
      says: "Motion correction: as a whole, or place by place",
      when: isSubtracted,
    },
    run: ({ angio: { alignment } }) => alignment.choose(alignment.kind === "local" ? "shift" : "local"),
  },
  ...shift("ArrowLeft", "to-the-left", -1, 0),
  ...shift("ArrowRight", "to-the-right", 1, 0),
  ...shift("ArrowUp", "up", 0, -1),
  ...shift("ArrowDown", "down", 0, 1),
  {
    ...{ id: "mask.zero", key: "0", says: "No shift, no motion correction", when: isSubtracted },
    run: ({ subtraction: now, onSubtraction }) => now && onSubtraction({ ...unaligned(now), shiftX: 0, shiftY: 0 }),
  },
  {
    ...{ id: "mask.here", key: "x", says: "This frame is the mask", when: isSubtracted },
    run: ({ subtraction: now, onSubtraction, frame }) =>
      now && onSubtraction({ ...withMask(now, [frame], "chosen"), raw: false }),
  },
  {
    ...{ id: "mask.found", key: "Shift+x", says: "Mask from the frames before contrast" },
    when: ({ angio }) => angio.beforeContrast !== undefined,
    run: ({ subtraction: now, onSubtraction, angio: { beforeContrast } }) =>
      now && beforeContrast && onSubtraction({ ...withMask(now, beforeContrast, "found before contrast"), raw: false }),
  },
  {
    ...{ id: "filter.edges", key: "h", says: "Edge enhancement: none, half, full", when: isSubtracted },
    run: ({ subtraction: now, onSubtraction }) => {
      if (!now) return;
      const edges = now.edges ?? 0;
      onSubtraction({ ...now, edges: edges >= 1 ? 0 : edges + 0.5, raw: false });
    },
  },
  {
    ...{ id: "filter.noise", key: "n", says: "Recursive noise filter: none, 40 %, 70 %", when: isSubtracted },
    run: ({ subtraction: now, onSubtraction }) => {
      if (!now) return;
      const smoothing = now.smoothing ?? 0;
      onSubtraction({ ...now, smoothing: smoothing >= 0.7 ? 0 : smoothing > 0 ? 0.7 : 0.4, raw: false });
    },
  },
];

const ROOM: readonly One[] = [
  { id: "frame.next", key: ".", says: "Next frame", run: ({ handle }) => handle?.controller.scroll(1) },
  { id: "frame.previous", key: ",", says: "Previous frame", run: ({ handle }) => handle?.controller.scroll(-1) },
  { id: "frame.first", key: "Home", says: "First frame", run: ({ handle }) => handle?.controller.goTo(0) },
  {
    ...{ id: "frame.last", key: "End", says: "Last frame" },
    run: ({ handle }) => handle?.controller.goTo(Number.POSITIVE_INFINITY),
  },
  { id: "cine.play", key: "c", says: "Play and stop at true frame time", run: ({ angio }) => angio.toggle("play") },
  { id: "run.next", key: "PageDown", says: "Next run", run: ({ angio }) => angio.step(1) },
  { id: "run.previous", key: "PageUp", says: "Previous run", run: ({ angio }) => angio.step(-1) },
  {
    ...{ id: "room.two", key: "2", says: "Two runs side by side (both planes of a biplane run), or one" },
    run: ({ angio }) => angio.toggle("two"),
  },
  { id: "room.pane", key: "g", says: "The other of two runs", run: ({ angio }) => angio.activate() },
  {
    ...{ id: "roadmap.toggle", key: "t", says: "Roadmap over the run, or not" },
    run: ({ angio }) => angio.toggle("roadmap"),
  },
  tool("window", "w", "Window: drag"),
  tool("pan", "p", "Pan: drag (or middle button)"),
  tool("zoom", "z", "Zoom: drag (or right button)"),
  tool("scroll", "s", "Scroll: drag (or wheel)"),
  { id: "image.invert", key: "i", says: "Invert", run: ({ handle }) => handle?.controller.invert() },
  {
    ...{ id: "image.reset", key: "r", says: "Reset zoom, place and window" },
    run: ({ handle }) => handle?.controller.reset(),
  },
  {
    ...{ id: "room.overlays", key: "o", says: "Hide or show everything written on the images" },
    run: ({ angio }) => angio.toggle("overlays"),
  },
];

/** Everything a reader can do in the angiography room, but for opening its panels (`panel-commands`). */
export const ANGIO_COMMANDS: readonly One[] = [...SUBTRACTION, ...ROOM, ...MEASURE_COMMANDS, ...CINE_COMMANDS];
