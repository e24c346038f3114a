/** Told by long work as it goes: what it does now and how far it is, 0..1. */
export type Progress = (step: string, fraction: number) => void;
