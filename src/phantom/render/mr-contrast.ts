import type { MrSequence } from "../../dicom/iod/mr-image.ts";
import { LABEL } from "../anatomy/label.ts";

// Signal by label: air skin fat muscle bone diploe csf grey white deep ventricle dura cblGrey cblWhite stem
// vitreous lens mucosa tooth blood subdural subarachnoid disc choroid oedema
/** Spin-echo T1 signal by label. */
export const T1 = [
  0, 350, 950, 380, 40, 480, 130, 430, 610, 490, 120, 260, 430, 580, 570, 140, 350, 380, 10, 560, 520, 380, 330, 380,
  400,
];
/** T2 signal by label (b0 and DSC baselines start from it). */
export const T2 = [
  0, 250, 500, 170, 30, 260, 1500, 590, 470, 520, 1550, 120, 590, 480, 500, 1500, 200, 900, 5, 300, 900, 800, 300, 900,
  900,
];
/** FLAIR signal by label. */
export const FLAIR = [
  0, 260, 620, 230, 30, 300, 60, 520, 410, 480, 50, 150, 520, 430, 440, 70, 220, 620, 5, 520, 640, 620, 260, 300, 800,
];
/** Background signal of time-of-flight angiography by label. */
export const TOF = [
  0, 150, 190, 170, 15, 60, 60, 190, 220, 200, 55, 120, 190, 215, 215, 70, 150, 150, 5, 380, 200, 120, 120, 120, 150,
];
/** Apparent diffusion coefficient by label, 1e-6 mm2/s. */
export const ADC = [
  0, 900, 100, 1300, 0, 100, 2950, 850, 740, 760, 3000, 700, 820, 720, 740, 2900, 700, 1500, 0, 700, 1700, 1200, 800,
  1500, 1300,
];
/** ADC of the infarct core, 1e-6 mm2/s. */
export const CORE_ADC = 400;

/** Labels that fat suppression and echo-planar readout leave dark. */
export const EPI_OFF: readonly number[] = [LABEL.fat, LABEL.skin, LABEL.diploe];

const BASE = { field: 3, dimensions: "2D" } as const;
/** T1 spin echo. */
export const SPIN_T1: MrSequence = {
  ...BASE,
  imageType: ["ORIGINAL", "PRIMARY", "M", "ND"],
  scanning: "SE",
  variant: "SK",
  options: "SAT_GEMS",
  name: "se2d1",
  tr: 550,
  te: 9,
  flip: 90,
  echoTrain: 1,
};
/** FLAIR. */
export const SPIN_FLAIR: MrSequence = {
  ...BASE,
  imageType: ["ORIGINAL", "PRIMARY", "M", "ND"],
  scanning: "IR",
  variant: "SK",
  options: "IR",
  name: "tir2d1",
  tr: 9000,
  te: 86,
  ti: 2500,
  flip: 150,
  echoTrain: 16,
};
/** Diffusion-weighted echo planar. */
export const EPI_DWI: MrSequence = {
  ...BASE,
  imageType: ["ORIGINAL", "PRIMARY", "DIFFUSION", "NONE"],
  scanning: "EP",
  variant: "SK",
  options: "FS",
  name: "ep_b1000t",
  tr: 5200,
  te: 72,
  flip: 90,
  echoTrain: 1,
};
/** 3-D time of flight. */
export const GRADIENT_TOF: MrSequence = {
  ...BASE,
  imageType: ["ORIGINAL", "PRIMARY", "M", "ND"],
  scanning: "GR",
  variant: "SP",
  options: "FC",
  dimensions: "3D",
  name: "fl3d1r",
  tr: 21,
  te: 3.5,
  flip: 18,
  echoTrain: 1,
};
/** Gradient-echo echo planar for bolus tracking. */
export const EPI_DSC: MrSequence = {
  ...BASE,
  imageType: ["ORIGINAL", "PRIMARY", "M", "ND"],
  scanning: "EP",
  variant: "SK",
  options: "FS",
  name: "epfid2d1",
  tr: 1500,
  te: 30,
  flip: 60,
  echoTrain: 1,
};
