import type { ArterialVariants } from "./vessels/arteries.ts";

/** Side of the patient: left is +x in LPS. */
export type Side = "left" | "right";

/** Every kind of image or report that the phantom can render. */
export type Modality = "ncct" | "cta" | "ctp" | "dsa" | "3dra" | "rf" | "mr" | "us" | "rdsr";

/** Names of sites where a thrombus can sit. */
export type OcclusionSite = "ICA" | "M1" | "M2-superior" | "M2-inferior" | "BA" | "P2";

/** All parameters of one digital patient. Lengths in mm, volumes in mL, times in s, attenuation in HU. */
export interface PhantomSpec {
  /** 0 full brain .. 1 marked atrophy. */
  readonly atrophy: number;
  readonly variants?: ArterialVariants;
  readonly occlusion?: { readonly site: OcclusionSite; readonly side: Side };
  /** Tissue at risk: core, and penumbra outside the core (together the tissue with true Tmax > 6 s). */
  readonly stroke?: { readonly coreMl: number; readonly penumbraMl: number; readonly collateralDelayS: number };
  readonly aneurysm?: {
    readonly site: "AComm" | "MCA" | "PComm" | "BA";
    readonly side: Side;
    readonly neckMm: number;
    readonly domeMm: number;
  };
  readonly avm?: { readonly side: Side; readonly nidusMm: number };
  readonly haematoma?: { readonly side: Side; readonly location: "deep" | "lobar"; readonly ml: number };
  readonly subarachnoidBlood?: { readonly side: Side; readonly thicknessMm: number };
  readonly subdural?: { readonly side: Side; readonly thicknessMm: number; readonly shiftMm: number };
  readonly noiseHu: number;
  readonly motion: { readonly mm: number; readonly degrees: number };
  readonly contrast: {
    /** Peak of the arterial input in HU and its arrival after the start of the scan. */
    readonly peakHu: number;
    readonly arrivalS: number;
    readonly dt: "uniform" | "mixed";
    readonly frames: number;
  };
  /** Height (LPS z, mm) of the lowest slice centre of the perfusion slab. */
  readonly slabFrom: number;
}

/** A usual protocol with no disease; cases overwrite what they need. */
export const HEALTHY: PhantomSpec = {
  atrophy: 0.35,
  noiseHu: 4,
  motion: { mm: 0, degrees: 0 },
  contrast: { peakHu: 360, arrivalS: 7, dt: "uniform", frames: 45 },
  slabFrom: -18,
};

/** +1 for left, -1 for right (sign of LPS x). */
export function signOf(side: Side): 1 | -1 {
  return side === "left" ? 1 : -1;
}
