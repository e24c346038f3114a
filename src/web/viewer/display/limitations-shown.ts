import type { Command } from "../command.ts";

let shown = true;
const listeners = new Set<() => void>();

/** Whether the limitations of images stand on them. */
export function limitationsShown(): boolean {
  return shown;
}

export function onLimitationsShown(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** What a reader can do about what stands on the images. */
export const DISPLAY_COMMANDS: readonly Command[] = [
  {
    ...{ id: "display.limitations", key: "Shift+l", says: "Hide or show what the images lack" },
    run: () => {
      shown = !shown;
      for (const listener of listeners) listener();
    },
  },
];
