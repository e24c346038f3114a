import { SLATE } from "../../maps/colour-map.ts";

/** How the second volume lies over the first: see-through, in squares, or coming and going. */
export type FusionMode = "blend" | "checker" | "flicker";

/** What is laid over a pane. */
export interface Fusion {
  /** Undefined: nothing. */
  readonly seriesUid: string | undefined;
  readonly map: string;
  /** Values at the ends of the colours; undefined until the volume is known. */
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly opacity: number;
  readonly mode: FusionMode;
  /** How far it is, or why there is none; empty when it is on the screen. */
  readonly words: string;
  readonly unit: string;
  /** On what it rests that they lie on each other. */
  readonly basis: string;
}

const NONE: Fusion = {
  seriesUid: undefined,
  map: SLATE.name,
  low: undefined,
  high: undefined,
  opacity: 0.6,
  mode: "blend",
  words: "",
  unit: "",
  basis: "",
};

export type FusionStore = ReturnType<typeof createFusion>;

function createFusion() {
  const listeners = new Set<() => void>();
  let state = NONE;
  return {
    state: () => state,
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    set(change: Partial<Fusion>) {
      state = { ...state, ...change };
      for (const listener of listeners) listener();
    },
  };
}

const stores = new Map<string, FusionStore>();

/** What lies over a pane; made when it is first asked for. */
export function fusionOf(viewportId: string): FusionStore {
  let store = stores.get(viewportId);
  if (!store) {
    store = createFusion();
    stores.set(viewportId, store);
  }
  return store;
}
