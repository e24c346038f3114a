import type { Grid } from "../../core/geometry.ts";
import { AXIAL } from "../../core/geometry.ts";
import { ctImage } from "../../dicom/iod/ct-image.ts";
import type { Patient } from "../patient.ts";
import { PERFUSION } from "../perfusion/haemodynamics.ts";
import { rasteriseVessels } from "../vessels/raster.ts";
import { axialRaster, slab, stored12 } from "./attenuation.ts";
import { addNoise, noiseTile } from "./noise-tile.ts";
import { type Machine, openSeries, type PhantomFile, type Studio } from "./studio.ts";

/** The CT scanner of the demo. */
export const CT_SCANNER: Machine = {
  manufacturer: "Willis Phantom Works",
  model: "Phantom CT 128",
  serial: "CT-0001",
  station: "CT01",
  software: "VA10",
};

/** Plain head CT: 512 x 512, 32 slices of 5 mm, brain kernel; noise as given in HU. */
export function* renderNcct(patient: Patient, native: Int16Array, studio: Studio, ms: number): Generator<PhantomFile> {
  const raster = axialRaster(512, 230);
  const tile = noiseTile(patient.seed + 101);
  const series = openSeries(studio, CT_SCANNER, {
    number: 2,
    modality: "CT",
    description: "Head 5.0 Hr40 S3",
    protocol: "Head_Stroke",
    bodyPart: "HEAD",
    ms,
  });
  for (let k = 0; k < 32; k++) {
    const z = -72 + 5 * k;
    const image = slab(native, patient, z, 5, raster, -1000);
    addNoise(image, raster.columns, patient.spec.noiseHu * 0.65, tile);
    yield series.file(
      k + 1,
      ctImage({
        context: series.object(k + 1, ms + k * 180),
        pixels: stored12(image),
        rows: raster.rows,
        columns: raster.columns,
        spacing: [raster.spacing, raster.spacing],
        thickness: 5,
        position: [raster.x0, raster.y0, z],
        kvp: 120,
        exposureMas: 320,
        rotationS: 1,
        kernel: "Hr40f",
        imageType: ["ORIGINAL", "PRIMARY", "AXIAL"],
        window: [40, 80],
        acquisitionNumber: 1,
      }),
    );
  }
}

/** Enhancement in HU of arteries, veins and tissue (per mL/100 g of blood volume) at the time of CT angiography. */
const CTA_HU = { artery: 390, vein: 120, tissue: 1.6 } as const;

/** CT angiography from C4 to the vertex: 320 x 320, 0.7 mm pixels, 1 mm slices, arterial phase. */
export function* renderCta(
  patient: Patient,
  native: Int16Array,
  studio: Studio,
  ms: number,
  from = -162,
): Generator<PhantomFile> {
  const raster = axialRaster(320, 225);
  const tile = noiseTile(patient.seed + 202);
  const series = openSeries(studio, CT_SCANNER, {
    number: 4,
    modality: "CT",
    description: "CTA Head-Neck 1.0 Hv44",
    protocol: "CTA_CarotidHead",
    bodyPart: "HEADNECK",
    ms,
  });
  const enhanced = Int16Array.from(native);
  for (let i = 0; i < enhanced.length; i++) {
    const t = patient.tissue[i];
    if (t)
      enhanced[i] += Math.round(
        CTA_HU.tissue * PERFUSION[t > 4 ? 1 : 0][(t - 1) & 3].cbv * Math.max(0.2, 1 - patient.delay[i] / 90),
      );
  }
  const count = 85 - from;
  const chunk = 32;
  for (let k0 = 0; k0 < count; k0 += chunk) {
    const grid: Grid = {
      shape: [raster.columns, raster.rows, Math.min(chunk, count - k0)],
      spacing: [raster.spacing, raster.spacing, 1],
      origin: [raster.x0, raster.y0, from + k0],
      direction: AXIAL,
    };
    const art = rasteriseVessels(patient.arteries, grid);
    const vein = rasteriseVessels(patient.veins, grid);
    const plane = raster.columns * raster.rows;
    for (let k = 0; k < grid.shape[2]; k++) {
      const z = from + k0 + k;
      const image = slab(enhanced, patient, z, 1, raster, -1000);
      for (let i = 0, at = k * plane; i < plane; i++, at++) {
        if (art.fraction[at])
          image[i] +=
            ((art.fill[at] ? 42 + CTA_HU.artery * (art.fill[at] / 255) : 66) - image[i]) * (art.fraction[at] / 255);
        else if (vein.fraction[at]) image[i] += (50 + CTA_HU.vein - image[i]) * (vein.fraction[at] / 255);
      }
      addNoise(image, raster.columns, patient.spec.noiseHu * 2, tile);
      const n = k0 + k + 1;
      yield series.file(
        n,
        ctImage({
          context: series.object(n, ms + n * 25),
          pixels: stored12(image),
          rows: raster.rows,
          columns: raster.columns,
          spacing: [raster.spacing, raster.spacing],
          thickness: 1,
          position: [raster.x0, raster.y0, z],
          kvp: 100,
          exposureMas: 140,
          rotationS: 0.33,
          kernel: "Hv44f",
          imageType: ["ORIGINAL", "PRIMARY", "AXIAL"],
          window: [150, 700],
          contrast: { agent: "Iomeprol 400", ml: 60, flow: 4, startMs: ms - 12000 },
          acquisitionNumber: 2,
        }),
      );
    }
  }
}
