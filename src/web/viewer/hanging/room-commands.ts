import { toggleRaw } from "../angio/subtraction-control.ts";
import type { Command } from "../command.ts";
import type { ToolName } from "../measure/tools.ts";
import { CT_PRESETS } from "../pane/presets.ts";
import { takeInHand } from "../tool-in-hand.ts";
import type { ReadingContext } from "./room-controls.ts";

type One = Command<ReadingContext>;

const tool = (name: ToolName, key: string, says: string): One => ({
  id: `tool.${name}`,
  key,
  says,
  run: () => takeInHand(name),
});

const PRESETS: readonly One[] = CT_PRESETS.map(({ key, name, width, level }) => ({
  id: `window.${name.toLowerCase().replace(" ", "-")}`,
  key,
  says: `${name} window, ${width} / ${level}`,
  run: ({ handle }) => handle?.controller.setWindow({ width, level }),
}));

const GRIDS: readonly One[] = (
  [
    ["1", "One pane"],
    ["2", "Two panes"],
    ["1+2", "One large pane, two small"],
    ["2x2", "Four panes"],
    ["3x2", "Six panes"],
  ] as const
).map(([grid, says], k) => ({
  ...{ id: `layout.${grid}`, key: `Shift+${k + 1}`, says },
  run: ({ room }) => room.grid(grid),
}));

/** What every reading room does: go through a series, take a tool, set a window, choose what a pane shows. */
export const ROOM_COMMANDS: readonly One[] = [
  { id: "image.next", key: "ArrowDown", says: "Next slice or frame", run: scroll(1) },
  { id: "image.previous", key: "ArrowUp", says: "Previous slice or frame", run: scroll(-1) },
  { id: "image.first", key: "Home", says: "First slice or frame", run: ({ handle }) => handle?.controller.goTo(0) },
  {
    ...{ id: "image.last", key: "End", says: "Last slice or frame" },
    run: ({ handle }) => handle?.controller.goTo(Number.POSITIVE_INFINITY),
  },
  { id: "series.next", key: "ArrowRight", says: "Next series in this pane", run: ({ room }) => room.step(1) },
  { id: "series.previous", key: "ArrowLeft", says: "Previous series in this pane", run: ({ room }) => room.step(-1) },
  { id: "pane.next", key: "n", says: "Next pane", run: ({ room }) => room.activate(1) },
  { id: "pane.previous", key: "Shift+n", says: "Previous pane", run: ({ room }) => room.activate(-1) },
  tool("window", "w", "Window: drag"),
  tool("pan", "p", "Pan: drag (or middle button)"),
  tool("zoom", "z", "Zoom: drag (or right button)"),
  tool("scroll", "s", "Scroll: drag (or wheel)"),
  { id: "cine.play", key: "c", says: "Play and stop at true frame time", run: ({ room }) => room.toggle("play") },
  { id: "image.invert", key: "i", says: "Invert", run: ({ handle }) => handle?.controller.invert() },
  {
    ...{ id: "image.reset", key: "r", says: "Reset zoom, place and window" },
    run: ({ handle }) => handle?.controller.reset(),
  },
  {
    ...{ id: "room.overlays", key: "o", says: "Hide or show everything written on the images" },
    run: ({ room }) => room.toggle("overlays"),
  },
  ...PRESETS,
  { id: "pane.solo", key: "f", says: "This pane alone, and back", run: ({ room }) => room.toggle("solo") },
  {
    ...{ id: "pane.object", key: "h", says: "Header and download of what is in this pane, and back" },
    run: ({ room }) => room.showObject(),
  },
  { id: "room.link", key: "k", says: "Link scrolling, or not", run: ({ room }) => room.toggle("link") },
  {
    ...{ id: "map.view", key: "m", says: "Map over the CT, map alone, CT alone" },
    run: ({ room }) => room.nextMapView(),
  },
  {
    ...{ id: "run.raw", key: "d", says: "Subtracted or raw" },
    when: ({ handle }) => handle?.content?.subtraction !== undefined,
    run: ({ handle }) => handle && void toggleRaw(handle),
  },
  { id: "stage.next", key: " ", says: "Next stage of the reading script", run: ({ room }) => room.stage(1) },
  { id: "stage.previous", key: "Shift+ ", says: "Stage before", run: ({ room }) => room.stage(-1) },
  {
    ...{ id: "stage.anew", key: "Shift+r", says: "Hang this stage anew, as the script has it" },
    run: ({ room }) => room.anew(),
  },
  ...GRIDS,
  {
    ...{ id: "pane.swap", key: "x", says: "This pane and the next change places" },
    run: ({ room }) => room.swap(),
  },
  { id: "layout.save", key: "Shift+s", says: "Save this layout", run: ({ room }) => room.save() },
  {
    ...{ id: "series.role", key: "Shift+e", says: "What this series is, and correct it" },
    run: ({ room }) => room.askRole(),
  },
  { id: "wall.open", key: "Shift+w", says: "Show this pane on a second screen", run: ({ room }) => room.wall() },
  { id: "wall.point", key: "Shift+p", says: "Pointer on the second screen, or not", run: ({ room }) => room.point() },
  {
    ...{ id: "room.column", key: "e", says: "Open or close the panel beside the images" },
    run: ({ room }) => room.toggle("column"),
  },
];

function scroll(by: number): One["run"] {
  return ({ room, handle }) => {
    room.touch();
    handle?.controller.scroll(by);
  };
}
