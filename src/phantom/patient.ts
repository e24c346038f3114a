import { uniform } from "../core/random.ts";
import {
  addHaematoma,
  addSubarachnoidBlood,
  addSubdural,
  type HaematomaTruth,
  type SubduralTruth,
} from "./anatomy/bleeding.ts";
import { HEAD_GRID, type Head, rasteriseHead } from "./anatomy/head.ts";
import type { ArterialInput } from "./perfusion/bolus.ts";
import { haemodynamics } from "./perfusion/haemodynamics.ts";
import { growLesion, type Lesion } from "./perfusion/lesion.ts";
import { territoryMap } from "./perfusion/territory.ts";
import type { PhantomSpec } from "./spec.ts";
import { arterialTree } from "./vessels/arteries.ts";
import { type AneurysmTruth, type AvmTruth, addAneurysm, addAvm } from "./vessels/malformation.ts";
import { occlude, type Thrombus } from "./vessels/occlusion.ts";
import { rasteriseVessels, type VesselRaster } from "./vessels/raster.ts";
import { venousTree } from "./vessels/veins.ts";
import type { Vessel } from "./vessels/vessel.ts";

/** One digital patient: everything that the renderers need, made once from the parameters and a seed. */
export interface Patient {
  readonly spec: PhantomSpec;
  readonly seed: number;
  readonly head: Head;
  readonly territory: Uint8Array;
  readonly lesion: Lesion;
  readonly tissue: Uint8Array;
  readonly delay: Uint8Array;
  readonly arteries: readonly Vessel[];
  readonly veins: readonly Vessel[];
  /** Vessels on the 1 mm head grid. */
  readonly arterial: VesselRaster;
  readonly venous: VesselRaster;
  readonly input: ArterialInput;
  /** Arrival of the bolus at the carotid terminus after C4, s: time zero of tissue delays. */
  readonly terminusS: number;
  readonly built: {
    readonly thrombus?: Thrombus;
    readonly aneurysm?: AneurysmTruth;
    readonly avm?: AvmTruth;
    readonly haematoma?: HaematomaTruth;
    readonly subdural?: SubduralTruth;
    readonly subarachnoidMl?: number;
  };
}

/** Builds the patient. Same spec and seed, same patient. Takes a few seconds of CPU, most of it for the head. */
export function buildPatient(spec: PhantomSpec, seed: number): Patient {
  const random = uniform(seed * 31 + 1);
  const scale = [
    0.93 * (0.98 + 0.04 * random()),
    0.93 * (0.98 + 0.04 * random()),
    0.93 * (0.98 + 0.04 * random()),
  ] as const;
  const head = rasteriseHead({ seed, atrophy: spec.atrophy, scale });
  const arteries = arterialTree(seed, scale, spec.variants);
  const veins = venousTree(seed, scale);
  const terminus = arteries.find((v) => v.name === "ICA-L")?.arrival.at(-1) ?? 0.5;
  const subdural = spec.subdural ? addSubdural(head, spec.subdural) : undefined;
  const haematoma = spec.haematoma ? addHaematoma(head, spec.haematoma, seed) : undefined;
  const blood = spec.subarachnoidBlood ? addSubarachnoidBlood(head, spec.subarachnoidBlood, seed) : undefined;
  const territory = territoryMap(head, seed);
  const lesion = growLesion(head, territory, spec, seed);
  const thrombus = spec.occlusion ? occlude(arteries, spec.occlusion, spec.stroke?.collateralDelayS ?? 6) : undefined;
  const aneurysm = spec.aneurysm ? addAneurysm(arteries, spec.aneurysm) : undefined;
  const avm = spec.avm ? addAvm(arteries, veins, spec.avm, scale, seed) : undefined;
  return {
    spec,
    seed,
    head,
    territory,
    lesion,
    ...haemodynamics(head, territory, lesion),
    arteries,
    veins,
    arterial: rasteriseVessels(arteries, HEAD_GRID),
    venous: rasteriseVessels(veins, HEAD_GRID),
    input: { arrivalS: spec.contrast.arrivalS, timeToPeakS: 5.2, shape: 3.2, peakHu: spec.contrast.peakHu },
    terminusS: terminus,
    built: {
      ...(thrombus && { thrombus }),
      ...(aneurysm && { aneurysm }),
      ...(avm && { avm }),
      ...(haematoma && { haematoma }),
      ...(subdural && { subdural }),
      ...(blood !== undefined && { subarachnoidMl: blood }),
    },
  };
}
