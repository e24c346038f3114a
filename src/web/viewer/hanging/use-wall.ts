import { useEffect, useRef, useState } from "react";
import type { PaneHandle } from "../pane/pane.tsx";
import { openWall, type WallWord, wallChannel } from "./second-screen.ts";

/**
 * Tells a window on a second screen what the active pane shows: its series, slice, window, and where the driver points.
 * Nothing is told before a wall has asked.
 */
export function useWall(of: { readonly caseId?: string | undefined; readonly studyUid: string }, playing: boolean) {
  const [pointing, setPointing] = useState(false);
  const channel = useRef<BroadcastChannel | undefined>(undefined);
  const [listens, setListens] = useState(false);
  const pointer = useRef<readonly [number, number, number] | null>(null);
  const handle = useRef<PaneHandle | undefined>(undefined);
  const now = useRef({ playing, listens });
  now.current = { playing, listens };
  const name = of.caseId ?? of.studyUid;

  const tell = useRef(() => {
    const shown = handle.current;
    if (!shown || !channel.current || !now.current.listens) return;
    const { slice, window, inverted } = shown.controller.state();
    const state = { plan: shown.plan, slice, window, inverted, playing: now.current.playing, pointer: pointer.current };
    channel.current.postMessage({ says: "show", state } satisfies WallWord);
  });

  useEffect(() => {
    const opened = wallChannel(name);
    channel.current = opened;
    opened.onmessage = ({ data }: MessageEvent<WallWord>) => {
      if (data.says !== "hello") return;
      now.current = { ...now.current, listens: true };
      setListens(true);
      tell.current();
    };
    return () => opened.close();
  }, [name]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: playing and stopping is told, too.
  useEffect(() => tell.current(), [playing]);

  useEffect(() => {
    if (!pointing) {
      pointer.current = null;
      tell.current();
      return;
    }
    const onMove = (event: PointerEvent) => {
      const controller = handle.current?.controller;
      if (!controller) return;
      const box = controller.element.getBoundingClientRect();
      const [x, y] = [event.clientX - box.left, event.clientY - box.top];
      const isInside = x >= 0 && y >= 0 && x <= box.width && y <= box.height;
      pointer.current = isInside ? (controller.toPatient(x, y) ?? null) : null;
      tell.current();
    };
    addEventListener("pointermove", onMove);
    return () => removeEventListener("pointermove", onMove);
  }, [pointing]);

  return {
    listens,
    pointing,
    open: () => openWall(of),
    togglePointer: () => setPointing((on) => !on),
    /** The pane that the wall follows from now on. */
    follow(next: PaneHandle | undefined) {
      handle.current = next;
      tell.current();
    },
    tell: tell.current,
  };
}
