import { useEffect, useRef } from "react";
import { type Act, actOf, type KeyBinding } from "./keys.ts";

/** Binds the keys of a room while it is on the page. Keys typed into a field, a choice or a dialog are left alone. */
export function useKeys(bindings: readonly KeyBinding[], onAct: (act: Act) => void): void {
  const latest = useRef(onAct);
  latest.current = onAct;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement | null;
      if (event.defaultPrevented || target?.closest("input, textarea, select, [contenteditable], dialog[open]")) return;
      if (document.querySelector("dialog[open], [role=dialog]")) return;
      if (event.key === " " && target?.closest("button, a")) return;
      const act = actOf(event, bindings);
      if (!act) return;
      event.preventDefault();
      latest.current(act);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [bindings]);
}
