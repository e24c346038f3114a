import { useEffect } from "react";
import type { PaneContent } from "../pane/pane-content.ts";
import type { PaneController } from "../pane/pane-controller.ts";
import { joinCine, leadCine, playCine } from "./cine-player.ts";

/**
 * A pane in the cine: the active one leads, and plays at its true frame times while `playing`, from the frame on the
 * screen. The other plane of a biplane run, and all runs when they are played together, go with it.
 */
export function useCine(
  id: string,
  controller: PaneController | undefined,
  content: PaneContent | undefined,
  how: { readonly active: boolean; readonly playing: boolean },
): void {
  const { active, playing } = how;
  useEffect(() => (controller ? joinCine({ id, controller, content }) : undefined), [id, controller, content]);
  useEffect(() => {
    if (!controller || !active) return;
    leadCine(id);
    return playing ? playCine(id) : undefined;
  }, [id, controller, active, playing]);
}
