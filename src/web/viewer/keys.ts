import type { KeyStroke } from "./command.ts";

/** Everything a key does, in one list: the page binds it, and "?" shows it. */
export type Act =
  | "tool-window"
  | "tool-pan"
  | "tool-zoom"
  | "tool-scroll"
  | "tool-length"
  | "tool-angle"
  | "next"
  | "previous"
  | "first"
  | "last"
  | "play"
  | "invert"
  | "reset"
  | "overlays"
  | "help"
  | "series-next"
  | "series-previous"
  | "raw"
  | "shift-left"
  | "shift-right"
  | "shift-up"
  | "shift-down"
  | "fine-left"
  | "fine-right"
  | "fine-up"
  | "fine-down"
  | "shift-zero"
  | "align"
  | "mask-here"
  | "delete";

export interface KeyBinding {
  /** As KeyboardEvent.key gives it, lower case for letters; "Shift+" in front when shift is held. */
  readonly key: string;
  readonly act: Act;
  readonly says: string;
}

const COMMON: readonly KeyBinding[] = [
  { key: "w", act: "tool-window", says: "Window: drag" },
  { key: "p", act: "tool-pan", says: "Pan: drag (or middle button)" },
  { key: "z", act: "tool-zoom", says: "Zoom: drag (or right button)" },
  { key: "s", act: "tool-scroll", says: "Scroll: drag (or wheel)" },
  { key: "l", act: "tool-length", says: "Length" },
  { key: "a", act: "tool-angle", says: "Angle" },
  { key: "Delete", act: "delete", says: "Delete the marked measurement" },
  { key: " ", act: "play", says: "Play and stop at true frame time" },
  { key: "Home", act: "first", says: "First slice or frame" },
  { key: "End", act: "last", says: "Last slice or frame" },
  { key: "i", act: "invert", says: "Invert" },
  { key: "r", act: "reset", says: "Reset zoom, place and window" },
  { key: "o", act: "overlays", says: "Hide or show everything written on the images" },
  { key: "?", act: "help", says: "This list" },
];

/** The angiography room: the arrows move the mask. */
export const ANGIO_KEYS: readonly KeyBinding[] = [
  { key: "ArrowLeft", act: "shift-left", says: "Mask 1 px to the left" },
  { key: "ArrowRight", act: "shift-right", says: "Mask 1 px to the right" },
  { key: "ArrowUp", act: "shift-up", says: "Mask 1 px up" },
  { key: "ArrowDown", act: "shift-down", says: "Mask 1 px down" },
  { key: "Shift+ArrowLeft", act: "fine-left", says: "Mask 0.1 px to the left" },
  { key: "Shift+ArrowRight", act: "fine-right", says: "Mask 0.1 px to the right" },
  { key: "Shift+ArrowUp", act: "fine-up", says: "Mask 0.1 px up" },
  { key: "Shift+ArrowDown", act: "fine-down", says: "Mask 0.1 px down" },
  { key: "0", act: "shift-zero", says: "No shift, no alignment" },
  { key: "m", act: "align", says: "Align the mask to each frame (motion), and back" },
  { key: "x", act: "mask-here", says: "This frame is the mask" },
  { key: "d", act: "raw", says: "Subtracted or raw" },
  { key: ".", act: "next", says: "Next frame" },
  { key: ",", act: "previous", says: "Previous frame" },
  { key: "PageDown", act: "series-next", says: "Next run" },
  { key: "PageUp", act: "series-previous", says: "Previous run" },
  ...COMMON,
];

/** What a key stroke means in a room; undefined when it is not ours (a browser's or a system's combination). */
export function actOf(stroke: KeyStroke, bindings: readonly KeyBinding[]): Act | undefined {
  if (stroke.ctrlKey || stroke.metaKey || stroke.altKey) return undefined;
  const key = stroke.key.length === 1 ? stroke.key.toLowerCase() : stroke.key;
  const named = stroke.shiftKey && key.length > 1 ? `Shift+${key}` : key;
  return bindings.find((binding) => binding.key === named)?.act;
}
