import type { Grid } from "../../core/geometry.ts";
import { AXIAL } from "../../core/geometry.ts";
import { rotationalSlice } from "../../dicom/iod/rotational-volume.ts";
import type { Patient } from "../patient.ts";
import { rasteriseVessels } from "../vessels/raster.ts";
import type { Vessel } from "../vessels/vessel.ts";
import { type AxialRaster, slab, stored12 } from "./attenuation.ts";
import { ANGIO } from "./dsa.ts";
import { inject } from "./injection.ts";
import { addNoise, noiseTile } from "./noise-tile.ts";
import { openSeries, type PhantomFile, type Studio } from "./studio.ts";

/**
 * Volume of a rotational angiography: 256 x 256 x 200 of 0.5 mm about the carotid terminus (or the malformation), the
 * injected arteries at about 2400 HU, bone, cone-beam noise and a slight cupping towards the middle.
 */
export function* renderRotational(
  patient: Patient,
  native: Int16Array,
  studio: Studio,
  ms: number,
  site: string,
  number: number,
): Generator<PhantomFile> {
  const spacing = 0.5;
  const size = 256;
  const count = 200;
  const target = patient.built.aneurysm?.domeCentreMm ?? patient.built.avm?.nidusCentreMm ?? [0, 0, -5];
  const centre = [target[0] * 0.5, target[1] * 0.5, target[2] * 0.5 - 6];
  const raster: AxialRaster = {
    columns: size,
    rows: size,
    spacing,
    x0: Math.round(centre[0]) - (size * spacing) / 2 + spacing / 2,
    y0: Math.round(centre[1]) - (size * spacing) / 2 + spacing / 2,
  };
  const z0 = Math.round(centre[2]) - (count * spacing) / 2;
  const injection = inject(patient, site);
  const vessels: Vessel[] = injection.vessels.filter(
    (v, i) => v.kind === "artery" && injection.weight[i] > 0.5 && v.fill.some((f) => f > 0.5),
  );
  const tile = noiseTile(patient.seed + 404);
  const series = openSeries(studio, ANGIO, {
    number,
    modality: "CT",
    description: `3DRA ${site.replace("-", " ")} 0.5`,
    protocol: "5s 3DRA Head",
    bodyPart: "HEAD",
    ms,
  });
  const plane = size * size;
  const chunk = 50;
  for (let k0 = 0; k0 < count; k0 += chunk) {
    const grid: Grid = {
      shape: [size, size, chunk],
      spacing: [spacing, spacing, spacing],
      origin: [raster.x0, raster.y0, z0 + k0 * spacing],
      direction: AXIAL,
    };
    const blood = rasteriseVessels(vessels, grid);
    for (let k = 0; k < chunk; k++) {
      const n = k0 + k + 1;
      const z = z0 + (k0 + k) * spacing;
      const image = slab(native, patient, z, 1, raster, -1000);
      for (let i = 0, at = k * plane; i < plane; i++, at++) {
        const r = Math.hypot((i % size) / size - 0.5, Math.floor(i / size) / size - 0.5);
        image[i] = image[i] * 0.9 - 60 * (1 - r * 1.4);
        if (blood.fraction[at]) image[i] += ((2400 * blood.fill[at]) / 255 - image[i]) * (blood.fraction[at] / 255);
      }
      addNoise(image, size, 75, tile);
      yield series.file(
        n,
        rotationalSlice({
          context: series.object(n, ms + 60000),
          pixels: stored12(image),
          rows: size,
          columns: size,
          spacing,
          position: [raster.x0, raster.y0, z],
          kvp: 70,
          kernel: "EE normal",
          window: [1200, 2400],
          contrast: { agent: "Iopromide 300", ml: 18, flow: 3 },
        }),
      );
    }
  }
}
