import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { WillisError } from "../../core/errors.ts";
import { toPatient, type Vec3 } from "../../core/geometry.ts";
import type { Limitation } from "../../core/limitation.ts";
import type { Volume } from "../../core/volume.ts";
import { nifti } from "../../imaging/nifti.ts";
import { resampled } from "../../imaging/registration/resample.ts";
import { analyseVessel, VESSEL_METHOD, type VesselAnalysis } from "../../imaging/vessel/analysis.ts";
import { removeBone } from "../../imaging/vessel/bone-removal.ts";
import { centrelineTable, centrelineVolume } from "../../imaging/vessel/centreline-table.ts";
import { stl } from "../../imaging/vessel/mesh.ts";
import { vesselSegmentation } from "../../server/jobs/kinds/vessel-files.ts";
import { register } from "../../server/registration/register.ts";
import { UsageError } from "../verb.ts";
import type { AnalysisKind, Asked, Outcome } from "./kind.ts";
import { place, readVolume, type VolumeInput } from "./volume-input.ts";

const HELP = `Segments a vessel of a 3D rotational angiogram, CT angiogram or time-of-flight MR from a seed, and measures it: centrelines,
cross-sections, surface. OUT gets segmentation.nii and centreline.nii (0 outside; centrelines are numbered from 1 as in the
table), centreline.csv (one row a cross-section), surface.stl (LPS mm) and dicom/segmentation.dcm (DICOM Segmentation).

  FILE_OR_DIR      a file or folder of DICOM, or a NIfTI file (.nii, .nii.gz)
  --seed X,Y,Z     a place in the vessel, LPS mm; more than one are separated by ";". Without it the brightest vessel-like
                   place is taken, and said as a limitation
  --to X,Y,Z       only the way from the (first) seed to here
  --series UID     choose the series; without it the one with the most slice positions is taken
  --threshold V    accept values over V (HU ...) instead of half of lumen and background
  --ceiling V      reject values over V: bone, metal
  --widest MM      largest radius of a vessel; what is wider is cut away as a leak (default 12)
  --step MM        distance of cross-sections (default 0.5)
  --plain DIR      a plain CT of the same head: registered, and its bone is taken out of the angiogram before anything else
  --no-dicom       write no DICOM object

Positions are LPS mm, diameters mm with the SD of the fitted wall.
`;

export const vesselKind: AnalysisKind = {
  inputs: ["FILE_OR_DIR"],
  help: HELP,
  options: {
    seed: { type: "string" },
    to: { type: "string" },
    series: { type: "string" },
    threshold: { type: "string" },
    ceiling: { type: "string" },
    widest: { type: "string" },
    step: { type: "string" },
    plain: { type: "string" },
    "no-dicom": { type: "boolean", default: false },
  },
  run,
};

async function run({ paths, values, out, line, timed }: Asked): Promise<Outcome> {
  const words = values as Record<string, string | undefined>;
  const given = words.seed?.split(";").map((text) => place("--seed", text));
  const to = words.to === undefined ? undefined : place("--to", words.to);
  const amount = (name: string): number | undefined => {
    const text = words[name];
    if (text === undefined) return undefined;
    if (!Number.isFinite(Number(text))) throw new UsageError(`--${name} ${text} is not a number.`);
    return Number(text);
  };
  const [threshold, ceiling, widestMm, stepMm] = ["threshold", "ceiling", "widest", "step"].map(amount);
  if ((widestMm !== undefined && !(widestMm > 0)) || (stepMm !== undefined && !(stepMm >= 0.05)))
    throw new UsageError("--widest and --step are lengths in mm over 0 (step at least 0.05).");
  const read = await timed("reading", () => readVolume(paths[0]!, words.series, line));
  const { first, sources } = read;
  const boneless =
    words.plain === undefined ? undefined : await timed("bone", () => withoutBone(read.volume, words.plain!, line));
  const volume = boneless?.volume ?? read.volume;
  const seeds = given ?? [await timed("seed", () => brightest(volume))];
  const found = await timed("vessel", () =>
    analyseVessel(
      volume,
      {
        seeds,
        to,
        ...(threshold === undefined ? {} : { threshold }),
        ...(ceiling === undefined ? {} : { ceiling }),
        ...(widestMm === undefined ? {} : { widestMm }),
        ...(stepMm === undefined ? {} : { stepMm }),
        sources: [read.name],
      },
      (step, x) => line.step(step, 0.2 + 0.7 * x),
    ),
  );
  if ("reason" in found) throw new WillisError("cannot-compute", found.reason);
  if (out !== undefined)
    await timed("writing", () => {
      line.step("Writing", 0.95);
      writeFileSync(join(out, "segmentation.nii"), nifti({ ...volume, data: found.grown.mask, unit: "1" }, "vessel"));
      writeFileSync(join(out, "centreline.nii"), nifti(centrelineVolume(volume, found.lines), "centreline number"));
      writeFileSync(join(out, "centreline.csv"), centrelineTable(found.lines));
      if (found.surface) writeFileSync(join(out, "surface.stl"), stl(found.surface.mesh, "Vessel surface, LPS mm"));
      if (!first || values["no-dicom"]) return;
      mkdirSync(join(out, "dicom"), { recursive: true });
      const { bytes } = vesselSegmentation(found, volume, first, sources, `${read.name} ${Date.now()}`, Date.now());
      writeFileSync(join(out, "dicom", "segmentation.dcm"), bytes);
    });
  const chosen: Limitation[] = given
    ? []
    : [
        {
          code: "seed-chosen",
          message: `No seed was given: the brightest vessel-like place (${seeds[0]!.map((v) => v.toFixed(1)).join(", ")} mm) was taken. Check that it is the vessel that is meant.`,
        },
      ];
  return {
    report: { ...reportOf(found, seeds, to, read), bone_share: boneless?.share ?? null },
    limitations: [...chosen, ...read.limitations, ...(boneless?.limitations ?? []), ...found.limitations],
    words: (seconds) => forPeople(found, seconds),
  };
}

/** The angiogram without the bone of a plain CT that is laid on it by registration. */
async function withoutBone(volume: Volume, path: string, line: Asked["line"]) {
  const plain = await readVolume(path, undefined, line);
  line.step("Registering the plain CT", 0.2);
  const { matrix } = await register(volume, plain.volume, (step, x) => line.step(step, 0.2 + 0.1 * x));
  const found = removeBone(volume, resampled(plain.volume, matrix, volume, -1024));
  if ("reason" in found) throw new WillisError("cannot-compute", found.reason);
  const message = `Bone of the plain CT was taken out (${(100 * found.share).toFixed(1)} % of the voxels, with about 1 mm of what touches it): diameters beside bone and calcified wall are too small.`;
  return {
    volume: found.volume,
    share: found.share,
    limitations: [...plain.limitations, { code: "bone-removed", message }],
  };
}

/** The place whose 5 x 5 x 5 neighbourhood is brightest on every axis: in a contrast-filled vessel of a rotational angiogram. */
function brightest(volume: Volume): Vec3 {
  const [ni, nj, nk] = volume.shape;
  const { data } = volume;
  const [sj, sk] = [ni, ni * nj];
  let best = Number.NEGATIVE_INFINITY;
  let at: Vec3 = [0, 0, 0];
  for (let k = 2; k < nk - 2; k++)
    for (let j = 2; j < nj - 2; j++)
      for (let i = 2; i < ni - 2; i++) {
        const p = k * sk + j * sj + i;
        if (data[p]! <= best) continue;
        const value = Math.min(
          data[p]!,
          data[p - 1]!,
          data[p + 1]!,
          data[p - sj]!,
          data[p + sj]!,
          data[p - sk]!,
          data[p + sk]!,
        );
        if (value > best) [best, at] = [value, [i, j, k]];
      }
  return toPatient(volume, ...at);
}

function reportOf(
  found: VesselAnalysis,
  seeds: readonly Vec3[],
  to: Vec3 | undefined,
  { name, volume }: VolumeInput,
): Record<string, unknown> {
  const { grown, surface } = found;
  return {
    seeds_mm: seeds,
    to_mm: to ?? null,
    lumen: grown.level.lumen,
    background: grown.level.background,
    threshold: grown.threshold,
    voxels: grown.voxels,
    volume_ml: grown.volumeMl,
    surface: surface
      ? {
          volume_mm3: surface.volumeMm3,
          area_mm2: surface.areaMm2,
          watertight: surface.closure.openEdges === 0,
          parts: surface.closure.parts,
          handles: surface.closure.handles,
          wall_blur_mm: surface.blurMm,
          triangles: surface.mesh.triangles.length / 3,
        }
      : null,
    centrelines: found.lines.map(({ line, parent, sections }) => {
      const known = sections.flatMap(({ diameter }) => (diameter === null ? [] : [diameter]));
      return {
        parent,
        length_mm: line.lengthMm,
        tortuosity: Number.isFinite(line.tortuosity) ? line.tortuosity : null,
        greatest_curvature_per_mm: line.curvature,
        start_mm: line.points[0],
        end_mm: line.points.at(-1),
        least_diameter_mm: known.length ? Math.min(...known) : null,
        mean_diameter_mm: known.length ? known.reduce((a, b) => a + b, 0) / known.length : null,
        greatest_diameter_mm: known.length ? Math.max(...known) : null,
      };
    }),
    bridges: found.bridges.map(({ at, apartMm }) => ({ at_mm: at, apart_mm: apartMm })),
    measurements: found.measurements,
    method: VESSEL_METHOD,
    series: { uid: name, shape: volume.shape, spacing_mm: volume.spacing, unit: volume.unit },
    coordinates: "LPS mm",
  };
}

function forPeople(found: VesselAnalysis, seconds: number): string {
  return [
    `Vessel in ${seconds.toFixed(1)} s, threshold ${found.grown.threshold.toFixed(0)}`,
    ...found.measurements.map(({ label, value, unit, uncertainty, reason }) => {
      const half = uncertainty ? ` +- ${((uncertainty.high - uncertainty.low) / 2).toFixed(2)}` : "";
      return `  ${label.padEnd(34)} ${value === null ? `not computed: ${reason}` : `${value.toFixed(2)}${half} ${unit}`}`;
    }),
    `  ${found.lines.length} centrelines`,
    ...found.limitations.map(({ message }) => `  ${message}`),
    `  ${VESSEL_METHOD.name} ${VESSEL_METHOD.version}.`,
  ].join("\n");
}
