/** Tissue labels of the digital head. Order is free; the tables below are indexed by it. */
export const LABEL = {
  air: 0,
  skin: 1,
  fat: 2,
  muscle: 3,
  bone: 4,
  diploe: 5,
  csf: 6,
  grey: 7,
  white: 8,
  deepGrey: 9,
  ventricle: 10,
  dura: 11,
  cerebellarGrey: 12,
  cerebellarWhite: 13,
  brainstem: 14,
  vitreous: 15,
  lens: 16,
  mucosa: 17,
  tooth: 18,
  blood: 19,
  subdural: 20,
  subarachnoidBlood: 21,
  disc: 22,
  choroid: 23,
  oedema: 24,
} as const;

/** Mean attenuation in HU (about 120 kV, no contrast) of each label; soft tissue after standard textbook ranges. */
export const HOUNSFIELD: readonly number[] = [
  -1000, 20, -90, 55, 1150, 520, 7, 38.5, 29, 40, 5, 52, 37, 30, 32, 10, 75, 25, 1900, 70, 26, 58, 80, 48, 21,
];

/** True for labels that are perfused brain (grey and white matter of cerebrum, cerebellum and brainstem). */
export function isBrain(label: number): boolean {
  return (label >= 7 && label <= 9) || (label >= 12 && label <= 14);
}

/** True for labels that count as grey matter in the perfusion truth. */
export function isGrey(label: number): boolean {
  return label === 7 || label === 9 || label === 12;
}
