import { useEffect, useMemo, useRef, useState } from "react";
import { type Command, commandOf, keyOf } from "./command.ts";
import { CommandPalette } from "./command-palette.tsx";
import { KeyMap } from "./key-map.tsx";
import type { PanelContext } from "./side-panel.ts";

/** Where arrow keys and letters have a meaning of their own. */
const OWN_KEYS =
  "input, textarea, select, [contenteditable], [role=menu], [role=listbox], [role=tablist], [role=radiogroup], [role=slider], [data-own-keys]";

interface Props<Context extends PanelContext> {
  readonly commands: readonly Command<Context>[];
  /** What the commands apply to at the moment a key is struck. */
  readonly context: () => Context;
}

/**
 * Binds the commands of a room while it is on the page: each by its key, all of them in the palette (Ctrl or Cmd and K)
 * and in the list of keys ("?"). Keys typed into a field, a choice or a dialog are left alone.
 */
export function CommandKeys<Context extends PanelContext>({ commands, context }: Props<Context>) {
  const [open, setOpen] = useState<"palette" | "keys">();
  const all = useMemo(() => [...commands, ...OWN_COMMANDS(setOpen)], [commands]);
  const latest = useRef({ all, context });
  latest.current = { all, context };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement | null;
      const isPalette = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey;
      if (document.querySelector("dialog[open], [role=dialog]")) return;
      if (isPalette) {
        event.preventDefault();
        event.stopPropagation();
        setOpen("palette");
        return;
      }
      if (target?.closest(OWN_KEYS)) return;
      if (event.key === " " && target?.closest("button, a")) return;
      const now = latest.current;
      const command = commandOf(keyOf(event), now.all, now.context());
      if (!command) return;
      event.preventDefault();
      command.run(now.context());
    };
    // While it comes down: Cornerstone takes the keys that reach the image in its hand for itself.
    window.addEventListener("keydown", onKey, { capture: true });
    return () => window.removeEventListener("keydown", onKey, { capture: true });
  }, []);
  if (open === "keys") return <KeyMap bindings={all} onClose={() => setOpen(undefined)} />;
  if (open === "palette") {
    return <CommandPalette commands={all} context={context} onClose={() => setOpen(undefined)} />;
  }
  return null;
}

const OWN_COMMANDS = (open: (what: "palette" | "keys") => void): readonly Command[] => [
  { id: "room.keys", key: "?", says: "Every key of this room", run: () => open("keys") },
];
