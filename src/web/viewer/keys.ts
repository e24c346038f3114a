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
  | "one-pane"
  | "object"
  | "link"
  | "map-style"
  | "series-next"
  | "series-previous"
  | "preset-1"
  | "preset-2"
  | "preset-3"
  | "preset-4"
  | "preset-5"
  | "preset-6"
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

const PRESETS: readonly KeyBinding[] = [
  { key: "1", act: "preset-1", says: "Brain window, 80 / 40" },
  { key: "2", act: "preset-2", says: "Stroke window, 40 / 35" },
  { key: "3", act: "preset-3", says: "Subdural window, 200 / 80" },
  { key: "4", act: "preset-4", says: "Bone window, 2500 / 500" },
  { key: "5", act: "preset-5", says: "CTA window, 700 / 200" },
  { key: "6", act: "preset-6", says: "Soft tissue window, 350 / 40" },
];

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

/** The reading room: slices. */
export const READING_KEYS: readonly KeyBinding[] = [
  { key: "ArrowDown", act: "next", says: "Next slice or frame" },
  { key: "ArrowUp", act: "previous", says: "Previous slice or frame" },
  { key: "ArrowRight", act: "series-next", says: "Next series in this pane" },
  { key: "ArrowLeft", act: "series-previous", says: "Previous series in this pane" },
  ...COMMON,
  ...PRESETS,
  { key: "f", act: "one-pane", says: "This pane alone, and back" },
  { key: "h", act: "object", says: "Header and download of what is in this pane, and back" },
  { key: "k", act: "link", says: "Link scrolling, or not" },
  { key: "m", act: "map-style", says: "Map over the CT, map alone, CT alone" },
  { key: "d", act: "raw", says: "Subtracted or raw" },
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

export interface KeyStroke {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** What a key stroke means in a room; undefined when it is not ours (a browser's or a system's combination). */
export function actOf(stroke: KeyStroke, bindings: readonly KeyBinding[]): Act | undefined {
  if (stroke.ctrlKey || stroke.metaKey || stroke.altKey) return undefined;
  const key = stroke.key.length === 1 ? stroke.key.toLowerCase() : stroke.key;
  const named = stroke.shiftKey && key.length > 1 ? `Shift+${key}` : key;
  return bindings.find((binding) => binding.key === named)?.act;
}

/** The name of a key as a reader knows it. */
export function keyName(key: string): string {
  const names: Record<string, string> = {
    " ": "Space",
    ArrowUp: "↑",
    ArrowDown: "↓",
    ArrowLeft: "←",
    ArrowRight: "→",
    Delete: "Del",
  };
  const bare = key.replace("Shift+", "");
  const name = names[bare] ?? (bare.length === 1 ? bare.toUpperCase() : bare);
  return key.startsWith("Shift+") ? `Shift ${name}` : name;
}
