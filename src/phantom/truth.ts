import { type AfterPass, reperfusionTruth } from "./after-pass.ts";
import { isBrain } from "./anatomy/label.ts";
import type { Patient } from "./patient.ts";
import { arterial, frameTimes } from "./perfusion/bolus.ts";
import { ZONE } from "./perfusion/lesion.ts";
import { curveTable, headMotion, SLAB_SLICES } from "./render/ctp.ts";
import { narrowestLumen } from "./render/ultrasound.ts";
import { nearestSample } from "./vessels/vessel.ts";

/** What is true of a rendered case; written beside its images as `truth.json`. All positions are LPS mm. */
export interface Truth {
  readonly case: string;
  readonly seed: number;
  readonly definitions: Readonly<Record<string, string>>;
  readonly volumesMl: Readonly<Record<string, number>>;
  readonly slabVolumesMl: Readonly<Record<string, number>>;
  readonly mismatchRatio: number | null;
  readonly hypoperfusionIntensityRatio: number | null;
  readonly perfusion: Readonly<Record<string, unknown>>;
  readonly occlusion: Readonly<Record<string, unknown>> | null;
  /** The share of the territory that each run shows filled, first run and after each pass; null without passes. */
  readonly reperfusion: Readonly<Record<string, unknown>> | null;
  readonly stenosis: Readonly<Record<string, unknown>> | null;
  readonly aneurysm: Readonly<Record<string, unknown>> | null;
  readonly avm: Readonly<Record<string, unknown>> | null;
  readonly haematoma: Readonly<Record<string, unknown>> | null;
  readonly subdural: Readonly<Record<string, unknown>> | null;
  readonly subarachnoidBloodMl: number | null;
  readonly vessels: readonly Readonly<Record<string, unknown>>[];
  readonly noiseHu: number;
  readonly motion: Readonly<Record<string, unknown>>;
}

const DEFINITIONS = {
  residue:
    "k(t) = CBF exp(-(t - d) / MTT) for t >= d; C(t) = (rho / kappa) CBF (AIF * exp)(t - d), rho 1.04, kappa 0.733",
  tmax: "true Tmax of a voxel is the delay d of its residue after the bolus at the carotid terminus (argmax of k); a band-limited deconvolution reads slightly later where MTT is long",
  volumes:
    "brain voxels (grey and white matter, no fluid, vessel wall included) of the 1 mm label grid; slabVolumes: those inside the perfusion slab",
  core: "voxels whose CBF is under 20 % of normal; penumbra: true Tmax > 6 s and not core",
  reperfusion:
    "share of the brain of the middle cerebral territory on the side of the clot whose blood comes the straight way: a true delay under 4.5 s after the carotid terminus; eTICI by that share (2a < 50, 2b50 < 67, 2b67 < 90, 2c < 100 %)",
  aif: "AIF is undiluted arterial enhancement at the carotid terminus; VOF that of the torcula (transit 3.2 s)",
  aneurysm: "sphere of the dome diameter cut by the neck plane; height = R + sqrt(R^2 - N^2 / 4)",
  stenosis: "NASCET: 1 - least diameter / distal internal carotid diameter",
  noise: "noiseHu is the SD of a perfusion frame in HU; plain CT has 0.65 of it, CT angiography twice of it",
  lateralisation: "left is +x in LPS",
} as const;

const MAJOR =
  /^(CCA|ICA|ECA|M1|M2-superior|M2-inferior|A1|A2|P1|P2|PComm|VA|BA|AComm|SCA|PICA|AICA|MMA|Ophthalmic|Draining vein)(-[LR])?$/;

/** Computes the truth of a built patient. Volumes in mL, one voxel of the label grid is 0.001 mL. */
export function truthOf(name: string, patient: Patient, runMotionMm = 0, passes: readonly AfterPass[] = []): Truth {
  const { spec, head, delay, lesion } = patient;
  const plane = head.shape[0] * head.shape[1];
  const k0 = Math.round(spec.slabFrom - 2.5 - head.origin[2]);
  const k1 = k0 + 5 * SLAB_SLICES;
  const keys = ["brain", "core", "penumbra", "tmax4", "tmax6", "tmax8", "tmax10"] as const;
  const whole: Record<string, number> = Object.fromEntries(keys.map((k) => [k, 0]));
  const inSlab: Record<string, number> = Object.fromEntries(keys.map((k) => [k, 0]));
  for (let i = 0; i < head.labels.length; i++) {
    if (!isBrain(head.labels[i])) continue;
    const k = Math.floor(i / plane);
    const add = (key: string): void => {
      whole[key] += 0.001;
      if (k >= k0 && k < k1) inSlab[key] += 0.001;
    };
    add("brain");
    if (lesion.zone[i] === ZONE.core) add("core");
    if (lesion.zone[i] === ZONE.penumbra) add("penumbra");
    for (const s of [4, 6, 8, 10]) if (delay[i] > s * 10) add(`tmax${s}`);
  }
  const round = (r: Record<string, number>): Record<string, number> =>
    Object.fromEntries(Object.entries(r).map(([k, v]) => [k, Math.round(v * 1000) / 1000]));
  const times = frameTimes(spec.contrast.dt, spec.contrast.frames);
  const table = curveTable(patient);
  const sss = patient.veins.find((v) => v.name === "SSS");
  const at = sss ? nearestSample(sss, 0, 92, 30) : 0;
  const aifSide = spec.occlusion?.side === "left" ? "ICA-R" : "ICA-L";
  const ica = patient.arteries.find((v) => v.name === aifSide);
  const end = ica ? ica.radius.length - 4 : 0;
  const stenosis = spec.variants?.stenosis;
  return {
    case: name,
    seed: patient.seed,
    definitions: DEFINITIONS,
    volumesMl: round(whole),
    slabVolumesMl: round(inSlab),
    mismatchRatio: inSlab.core > 0 ? inSlab.tmax6 / inSlab.core : null,
    hypoperfusionIntensityRatio: inSlab.tmax6 > 0 ? inSlab.tmax10 / inSlab.tmax6 : null,
    perfusion: {
      timesS: times,
      aifHu: times.map((t) => arterial(patient.input, t)),
      vofHu: sss ? [...table.vein(Math.round(sss.arrival[at] * 10))] : [],
      aifPositionMm: ica ? [...ica.xyz.slice(3 * end, 3 * end + 3)] : null,
      aifVessel: aifSide,
      vofPositionMm: sss ? [...sss.xyz.slice(3 * at, 3 * at + 3)] : null,
      slabMm: [spec.slabFrom - 2.5, spec.slabFrom - 2.5 + 5 * SLAB_SLICES],
      input: patient.input,
    },
    occlusion: spec.occlusion ? { ...spec.occlusion, ...patient.built.thrombus } : null,
    reperfusion: passes.length > 0 ? reperfusionTruth(patient, passes) : null,
    stenosis: stenosis
      ? {
          side: stenosis.side === 1 ? "left" : "right",
          percentNascet: stenosis.percent,
          ultrasoundLeastLumenMm: 2 * narrowestLumen(patient),
          ...narrowest(patient, stenosis.side),
        }
      : null,
    aneurysm: patient.built.aneurysm ? { ...patient.built.aneurysm } : null,
    avm: patient.built.avm ? { ...patient.built.avm } : null,
    haematoma: patient.built.haematoma ? { ...spec.haematoma, ...patient.built.haematoma } : null,
    subdural: patient.built.subdural ? { side: spec.subdural?.side, ...patient.built.subdural } : null,
    subarachnoidBloodMl: patient.built.subarachnoidMl ?? null,
    vessels: [...patient.arteries, ...patient.veins]
      .filter((v) => MAJOR.test(v.name))
      .map((v) => ({
        name: v.name,
        territory: v.territory,
        radiusMm: [v.radius[0], v.radius[v.radius.length - 1]],
        startMm: [...v.xyz.slice(0, 3)],
        endMm: [...v.xyz.slice(-3)],
        arrivalS: [v.arrival[0], v.arrival[v.arrival.length - 1]],
      })),
    noiseHu: spec.noiseHu,
    motion: {
      ...spec.motion,
      runMotionMm,
      frames: spec.motion.mm || spec.motion.degrees ? headMotion(spec, patient.seed) : [],
    },
  };
}

function narrowest(patient: Patient, side: -1 | 1): Record<string, unknown> {
  const ica = patient.arteries.find((v) => v.name === `ICA-${side === 1 ? "L" : "R"}`);
  if (!ica) return {};
  let at = 0;
  for (let i = 1; i < 40; i++) if (ica.radius[i] < ica.radius[at]) at = i;
  return { leastDiameterMm: 2 * ica.radius[at], positionMm: [...ica.xyz.slice(3 * at, 3 * at + 3)] };
}
