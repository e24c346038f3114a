import { useEffect, useState } from "react";
import type { PaneHandle } from "../pane/pane.tsx";
import type { PaneState } from "../pane/pane-state.ts";

/** What a pane shows, as a PNG no wider than `width`. */
function snapshot(handle: PaneHandle, width: number): string | undefined {
  const source = handle.controller.element.querySelector("canvas");
  if (!source?.width) return undefined;
  const side = Math.min(source.width, source.height);
  const copy = document.createElement("canvas");
  copy.width = Math.min(width, side);
  copy.height = copy.width;
  const [left, top] = [(source.width - side) / 2, (source.height - side) / 2];
  const context = copy.getContext("2d");
  context?.drawImage(source, left, top, side, side, 0, 0, copy.width, copy.height);
  // a canvas that was not drawn on yet gives no picture
  const middle = context?.getImageData(0, copy.height >> 1, copy.width, 1).data;
  if (!middle?.some((value, k) => k % 4 < 3 && value > 0)) return undefined;
  return copy.toDataURL("image/png");
}

/** Subtracted pictures of the runs that were open, by series, for the strip of runs. */
export function usePictures(
  handle: PaneHandle | undefined,
  state: PaneState | undefined,
): Readonly<Record<string, string>> {
  const [pictures, setPictures] = useState<Record<string, string>>({});
  useEffect(() => {
    if (!handle || state?.status !== "rendered" || pictures[handle.plan.seriesUid] || state.slice < 2) return;
    const { seriesUid } = handle.plan;
    const timer = setTimeout(() => {
      const picture = snapshot(handle, 240);
      if (picture) setPictures((all) => ({ ...all, [seriesUid]: picture }));
    }, 400);
    return () => clearTimeout(timer);
  }, [handle, state?.status, state?.slice, pictures]);
  return pictures;
}
