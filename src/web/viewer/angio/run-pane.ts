import { useCallback, useState } from "react";
import type { PaneHandle } from "../pane/pane.tsx";
import type { PaneState } from "../pane/pane-state.ts";
import type { Subtraction } from "./mask-frames.ts";
import { applySubtraction, subtractionOf } from "./subtraction-control.ts";

/** One pane of the room: what it holds, what is drawn in it, and how its run is subtracted. */
export interface RunPane {
  readonly handle: PaneHandle | undefined;
  readonly state: PaneState | undefined;
  readonly subtraction: Subtraction | undefined;
  readonly change: (next: Subtraction) => void;
  readonly onHandle: (id: string, handle: PaneHandle | undefined) => void;
  readonly onDrawn: (id: string, state: PaneState) => void;
}

export function useRunPane(): RunPane {
  const [handle, setHandle] = useState<PaneHandle>();
  const [state, setState] = useState<PaneState>();
  const [subtraction, setSubtraction] = useState<Subtraction>();
  const onHandle = useCallback((_: string, next: PaneHandle | undefined) => {
    setHandle(next);
    setSubtraction(subtractionOf(next));
  }, []);
  const onDrawn = useCallback((_: string, next: PaneState) => setState(next), []);
  const change = (next: Subtraction) => {
    setSubtraction(next);
    if (handle) void applySubtraction(handle, next);
  };
  return { handle, state, subtraction, change, onHandle, onDrawn };
}
