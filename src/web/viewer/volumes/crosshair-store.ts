import { cross, dot, length, type Vec3 } from "../../../core/geometry.ts";

export type Plane = "axial" | "coronal" | "sagittal";

/** How a plane is looked at when it is straight: from where (LPS direction toward the eye), and what is up. */
export const STRAIGHT: Readonly<Record<Plane, { readonly normal: Vec3; readonly up: Vec3 }>> = {
  axial: { normal: [0, 0, -1], up: [0, -1, 0] },
  coronal: { normal: [0, -1, 0], up: [0, 0, 1] },
  sagittal: { normal: [1, 0, 0], up: [0, 0, 1] },
};

/** Three planes at right angles through one point of a frame of reference. */
export interface Crosshair {
  /** LPS mm; null until a picture is there. */
  readonly point: Vec3 | null;
  /** Where the patient's x, y and z axis are turned to; the planes turn with them. */
  readonly axes: readonly [Vec3, Vec3, Vec3];
  /** Who moved it last: panes follow a reader's move; scrolling one plane needs no other to move. */
  readonly by: "reader" | "scroll";
  /** The reader has put or turned it: a pane that opens later goes there, too. */
  readonly touched: boolean;
  /** Grows with every change. */
  readonly version: number;
}

const UNTURNED: Crosshair["axes"] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

export type CrosshairStore = ReturnType<typeof createCrosshair>;

/** The crosshair of one frame of reference; every pane that shows it listens. */
export function createCrosshair() {
  const listeners = new Set<() => void>();
  let state: Crosshair = { point: null, axes: UNTURNED, by: "scroll", touched: false, version: 0 };
  const set = (change: Partial<Crosshair>) => {
    state = { ...state, ...change, version: state.version + 1 };
    for (const listener of listeners) listener();
  };
  return {
    state: () => state,
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    /** The reader puts it here: all planes go through this point. */
    put: (point: Vec3) => set({ point, by: "reader", touched: true }),
    /** A plane was scrolled along its normal: the point goes with it. */
    carry: (point: Vec3) => set({ point, by: "scroll" }),
    /** Turns all planes about a direction (unit length) by an angle in radians, right-handed. */
    turn: (axis: Vec3, angle: number) =>
      set({
        axes: state.axes.map((one) => turned(one, axis, angle)) as unknown as Crosshair["axes"],
        by: "reader",
        touched: true,
      }),
    straighten: () => set({ axes: UNTURNED, by: "reader" }),
  };
}

const stores = new Map<string, CrosshairStore>();

/** The crosshair of a frame of reference, made when it is first asked for. */
export function crosshairOf(frameOfReference: string): CrosshairStore {
  let store = stores.get(frameOfReference);
  if (!store) {
    store = createCrosshair();
    stores.set(frameOfReference, store);
  }
  return store;
}

/**
 * How a plane is looked at with turned axes. What is up stays as near to the straight view as it can: a picture does not
 * roll when the other planes are turned about its normal.
 */
export function viewOf(plane: Plane, axes: Crosshair["axes"]): { readonly normal: Vec3; readonly up: Vec3 } {
  const normal = carried(STRAIGHT[plane].normal, axes);
  const { up } = STRAIGHT[plane];
  const flat = up.map((value, c) => value - dot(up, normal) * normal[c]!) as unknown as Vec3;
  return { normal, up: length(flat) > 0.05 ? unit(flat) : carried(up, axes) };
}

function carried(v: Vec3, [x, y, z]: Crosshair["axes"]): Vec3 {
  return unit([0, 1, 2].map((c) => v[0] * x[c]! + v[1] * y[c]! + v[2] * z[c]!) as unknown as Vec3);
}

function unit(v: Vec3): Vec3 {
  const size = length(v) || 1;
  return [v[0] / size, v[1] / size, v[2] / size];
}

/** A direction turned about an axis of unit length (Rodrigues), right-handed. */
export function turned(v: Vec3, axis: Vec3, angle: number): Vec3 {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const side = cross(axis, v);
  const along = dot(axis, v) * (1 - c);
  return [0, 1, 2].map((k) => v[k]! * c + side[k]! * s + axis[k]! * along) as unknown as Vec3;
}

/** "axial", or "oblique, 12° from axial" when a plane is turned by half a degree or more. */
export function planeWords(plane: Plane, normal: Vec3): string {
  const angle = (Math.acos(Math.min(1, Math.abs(dot(normal, STRAIGHT[plane].normal)))) * 180) / Math.PI;
  return angle < 0.5 ? plane : `oblique, ${Math.round(angle)}° from ${plane}`;
}
