import type { PanelContext } from "./side-panel.ts";

/** Something a reader can do: by key, in the command palette and in the key list. Each folder of the viewer has its own list. */
export interface Command<Context extends PanelContext = PanelContext> {
  readonly id: string;
  /** As KeyboardEvent.key gives it, lower case for letters; "Shift+" in front when shift is held. Left out: palette only. */
  readonly key?: string;
  /** What it does, in words: "Thicker slab". */
  readonly says: string;
  /** Left out: always. */
  readonly when?: (context: Context) => boolean;
  readonly run: (context: Context) => void;
}
