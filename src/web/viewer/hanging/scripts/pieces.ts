import type { ScriptPane, Stage, Wanted } from "../reading-script.ts";

export const BRAIN = { width: 80, level: 40 };
export const STROKE = { width: 40, level: 35 };
export const SUBDURAL = { width: 200, level: 80 };
export const BONE = { width: 2500, level: 500 };

/** The case as it hangs itself: what is there, at one glance. */
export const overview = (question: string): Stage => ({
  ...{ id: "overview", title: "Overview", question, grid: "2x2" },
});

/** A series as it was acquired, in a window. */
export const slices = (wants: Wanted, window?: { readonly width: number; readonly level: number }): ScriptPane => ({
  wants,
  mode: "slices",
  ...(window ? { window } : {}),
});

/** A slab of maximum intensity through a volume. */
export const slab = (wants: Wanted, plane: "axial" | "coronal" | "sagittal", slabMm = 20): ScriptPane => ({
  ...{ wants, mode: "mip", plane, slabMm },
});

/** A volume in its three planes and as a slab. */
export const planes = (wants: Wanted): readonly ScriptPane[] => [
  slab(wants, "axial"),
  slab(wants, "coronal"),
  slab(wants, "sagittal"),
  { wants, mode: "axial" },
];

/** A volume as slabs in its three planes and seen from outside. */
export const planesAndRendering = (wants: Wanted): readonly ScriptPane[] => [
  ...planes(wants).slice(0, 3),
  { wants, mode: "vr" },
];

/** The same examination now and before, beside each other. */
export const nowAndBefore = (roles: readonly string[], question: string, id = "before"): Stage => ({
  ...{ id, title: "Before", question, grid: "2" },
  panes: [{ wants: { roles } }, { wants: { roles, prior: true } }],
});

export const NECK = { region: ["neck", "head and neck"] } as const;
export const HEAD = { region: ["head", "head and neck"] } as const;
