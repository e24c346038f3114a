/** A window: width and level (centre) in the unit of the image (HU for CT). */
export interface WindowPreset {
  readonly key: string;
  readonly name: string;
  readonly width: number;
  readonly level: number;
}

/** CT windows on the number keys. */
export const CT_PRESETS: readonly WindowPreset[] = [
  { key: "1", name: "Brain", width: 80, level: 40 },
  { key: "2", name: "Stroke", width: 40, level: 35 },
  { key: "3", name: "Subdural", width: 200, level: 80 },
  { key: "4", name: "Bone", width: 2500, level: 500 },
  { key: "5", name: "CTA", width: 700, level: 200 },
  { key: "6", name: "Soft tissue", width: 350, level: 40 },
];

/** The window a role opens with; undefined: what the image itself asks for. */
export function openingWindow(role: string, mode: "slice" | "mip"): WindowPreset | undefined {
  if (role === "NCCT") return CT_PRESETS[1];
  if (role === "CTP") return CT_PRESETS[0];
  if (role === "CTA") return mode === "mip" ? CT_PRESETS[4] : { key: "", name: "CTA", width: 600, level: 170 };
  if (role === "3DRA") return { key: "", name: "3DRA", width: 4000, level: 1500 };
  return undefined;
}

/** Lower and upper grey level of a width and level. */
export function voiRange(window: { width: number; level: number }): { lower: number; upper: number } {
  return { lower: window.level - window.width / 2, upper: window.level + window.width / 2 };
}
