import { useSyncExternalStore } from "react";
import { type ToolName, takeTool } from "./measure/tools.ts";

let inHand: ToolName = "window";
const listeners = new Set<() => void>();

/** Takes a tool under the left button; every room and bar shows it as taken. */
export function takeInHand(tool: ToolName): void {
  inHand = tool;
  takeTool(tool);
  for (const listener of listeners) listener();
}

/** The tool that is under the left button. */
export function useToolInHand(): ToolName {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    () => inHand,
  );
}
