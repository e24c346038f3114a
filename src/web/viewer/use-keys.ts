import { useEffect, useRef } from "react";
import { type Act, actOf, type KeyBinding } from "./keys.ts";

/** Where arrow keys and letters have a meaning of their own. */
const OWN_KEYS =
  "input, textarea, select, [contenteditable], [role=menu], [role=listbox], [role=tablist], [role=radiogroup], [role=slider]";

/** Binds the keys of a room while it is on the page. Keys typed into a field, a choice or a dialog are left alone. */
export function useKeys(bindings: readonly KeyBinding[], onAct: (act: Act) => void): void {
  const latest = useRef(onAct);
  latest.current = onAct;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement | null;
      if (target?.closest(OWN_KEYS)) return;
      if (document.querySelector("dialog[open], [role=dialog]")) return;
      if (event.key === " " && target?.closest("button, a")) return;
      const act = actOf(event, bindings);
      if (!act) return;
      event.preventDefault();
      latest.current(act);
    };
    // While it comes down: Cornerstone takes the keys that reach the image in its hand for itself.
    window.addEventListener("keydown", onKey, { capture: true });
    return () => window.removeEventListener("keydown", onKey, { capture: true });
  }, [bindings]);
}
