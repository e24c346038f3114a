import type { Vec3 } from "../../../../core/geometry.ts";
import { type Eye, eyeOn, type Side } from "./eye.ts";
import type { RenderingPreset } from "./transfer.ts";

/** A box along the patient's axes, LPS mm. */
export interface Box {
  readonly low: Vec3;
  readonly high: Vec3;
}

/** How a volume is drawn. */
export interface Rendering {
  readonly eye: Eye;
  readonly centre: Vec3;
  readonly halfHeight: number;
  readonly presets: readonly RenderingPreset[];
  readonly preset: RenderingPreset | undefined;
  /** By how much all values of the preset are moved, in the volume's unit. */
  readonly shift: number;
  /** The whole volume, and the part of it that is drawn. */
  readonly whole: Box;
  readonly clip: Box;
  readonly clipShown: boolean;
  readonly unit: string;
  /** How the last picture came: coarse while something moves, full when still. */
  readonly quality: "none" | "coarse" | "full";
}

const NOTHING: Box = { low: [0, 0, 0], high: [0, 0, 0] };

export type RenderingStore = ReturnType<typeof createRendering>;

function createRendering() {
  const listeners = new Set<() => void>();
  let state: Rendering = {
    eye: eyeOn("A"),
    centre: [0, 0, 0],
    halfHeight: 100,
    presets: [],
    preset: undefined,
    shift: 0,
    whole: NOTHING,
    clip: NOTHING,
    clipShown: false,
    unit: "",
    quality: "none",
  };
  const set = (change: Partial<Rendering>) => {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  };
  return {
    state: () => state,
    set,
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    /** Sees a side of the patient, the whole of what is drawn. */
    face(side: Side) {
      set({ eye: eyeOn(side), ...framing(state.clip) });
    },
    /** A volume came: everything as at the beginning, unless it is the one that was there. */
    begin(whole: Box, presets: readonly RenderingPreset[], unit: string) {
      const isSame = String([...whole.low, ...whole.high]) === String([...state.whole.low, ...state.whole.high]);
      if (isSame && state.presets.length > 0) return;
      set({ whole, clip: whole, presets, preset: presets[0], shift: 0, unit, eye: eyeOn("A"), ...framing(whole) });
    },
  };
}

/** Where to look and how large so that a box is seen whole from any side. */
function framing({ low, high }: Box): Pick<Rendering, "centre" | "halfHeight"> {
  const centre: Vec3 = [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, (low[2] + high[2]) / 2];
  const most = Math.max(high[0] - low[0], high[1] - low[1], high[2] - low[2]);
  return { centre, halfHeight: 0.54 * most };
}

const stores = new Map<string, RenderingStore>();

/** The rendering of a pane, made when it is first asked for. */
export function renderingOf(viewportId: string): RenderingStore {
  let store = stores.get(viewportId);
  if (!store) {
    store = createRendering();
    stores.set(viewportId, store);
  }
  return store;
}
