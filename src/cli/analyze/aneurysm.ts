import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { WillisError } from "../../core/errors.ts";
import type { Vec3 } from "../../core/geometry.ts";
import { type AneurysmAnalysis, analyseAneurysm } from "../../imaging/aneurysm/analysis.ts";
import { ANEURYSM_MEASURES, ANEURYSM_METHOD } from "../../imaging/aneurysm/measures.ts";
import type { Plane } from "../../imaging/aneurysm/plane-cut.ts";
import { USUAL_REACH, viewName } from "../../imaging/aneurysm/view-angles.ts";
import { type WorkingView, workingViews } from "../../imaging/aneurysm/working-projection.ts";
import { nifti } from "../../imaging/nifti.ts";
import { stl } from "../../imaging/vessel/mesh.ts";
import { aneurysmFiles } from "../../server/jobs/kinds/aneurysm-files.ts";
import { UsageError } from "../verb.ts";
import type { AnalysisKind, Asked, Outcome } from "./kind.ts";
import { place, readVolume, type VolumeInput } from "./volume-input.ts";

const HELP = `Measures an aneurysm in a 3D rotational angiogram, CT angiogram or time-of-flight MR: proposes the neck and gives size, neck,
height, width, volume and shape with their errors, and C-arm angles that open the neck. OUT gets dome.stl and vessels.stl
(LPS mm), segmentation.nii (1 vessel, 2 dome), dicom/segmentation.dcm (DICOM Segmentation) and dicom/report.dcm
(measurement report, TID 1500).

  FILE_OR_DIR               a file or folder of DICOM, or a NIfTI file (.nii, .nii.gz)
  --dome X,Y,Z              a place in the dome, LPS mm
  --neck X,Y,Z,NX,NY,NZ     the neck: a point of its plane and the direction into the dome, instead of the proposal
  --parent X,Y,Z            a place in the parent vessel; without it the thickest vessel at the neck is taken, and said
  --series UID              choose the series; without it the one with the most slice positions is taken
  --threshold V             accept values over V instead of half of lumen and background
  --no-dicom                write no DICOM object

sd is one standard deviation: the neck moved and tilted, the wall moved, by what is told in "uncertainty".
`;

export const aneurysmKind: AnalysisKind = {
  inputs: ["FILE_OR_DIR"],
  help: HELP,
  options: {
    dome: { type: "string" },
    neck: { type: "string" },
    parent: { type: "string" },
    series: { type: "string" },
    threshold: { type: "string" },
    "no-dicom": { type: "boolean", default: false },
  },
  run,
};

async function run({ paths, values, out, line, timed }: Asked): Promise<Outcome> {
  const words = values as Record<string, string | undefined>;
  if (words.dome === undefined) throw new UsageError("Give a place in the dome: --dome X,Y,Z (LPS mm).");
  const dome = place("--dome", words.dome);
  const neck = words.neck === undefined ? undefined : planeOf(words.neck);
  const parentAt = words.parent === undefined ? undefined : place("--parent", words.parent);
  const threshold = words.threshold === undefined ? undefined : Number(words.threshold);
  if (threshold !== undefined && !Number.isFinite(threshold))
    throw new UsageError(`--threshold ${words.threshold} is not a number.`);
  const read = await timed("reading", () => readVolume(paths[0]!, words.series, line));
  const found = await timed("aneurysm", () =>
    analyseAneurysm(read.volume, { dome, neck, parentAt, threshold, sources: [read.name] }, (step, x) =>
      line.step(step, 0.2 + 0.6 * x),
    ),
  );
  if ("reason" in found) throw new WillisError("cannot-compute", found.reason);
  const { scene } = found;
  const parent = found.found.parent;
  const views = await timed("views", () =>
    workingViews(scene.mesh, found.found.dome, parent ? { parent: parent.direction } : {}),
  );
  if (out !== undefined)
    await timed("writing", () => {
      line.step("Writing", 0.95);
      writeFileSync(join(out, "dome.stl"), stl(found.found.dome.mesh, "Dome above the neck, LPS mm"));
      writeFileSync(join(out, "vessels.stl"), stl(scene.mesh, "Vessels around the aneurysm, LPS mm"));
      const labels = scene.mask.map((inside, p) => (found.found.domeMask[p] ? 2 : inside));
      writeFileSync(join(out, "segmentation.nii"), nifti({ ...scene.volume, data: labels, unit: "1" }, "aneurysm"));
      if (!read.first || values["no-dicom"]) return;
      mkdirSync(join(out, "dicom"), { recursive: true });
      const now = Date.now();
      const files = aneurysmFiles(found, read.volume, read.first, read.sources, `${read.name} ${now}`, now);
      writeFileSync(join(out, "dicom", "segmentation.dcm"), files.segmentation.bytes);
      writeFileSync(join(out, "dicom", "report.dcm"), files.report.bytes);
    });
  return {
    report: reportOf(found, views, dome, read),
    limitations: [...read.limitations, ...found.found.limitations],
    words: (seconds) => forPeople(found, views, seconds),
  };
}

function planeOf(text: string): Plane {
  const [x, y, z, a, b, c, more] = text.split(",").map(Number);
  const [point, normal] = [
    [x, y, z],
    [a, b, c],
  ] as unknown as [Vec3, Vec3];
  const m = Math.hypot(...normal);
  if (more !== undefined || ![...point, ...normal].every(Number.isFinite) || !(m > 1e-6))
    throw new UsageError(
      `--neck ${text} is not a plane: give a point and a direction into the dome, six numbers like 36,-5,-11,0.3,-0.5,-0.8.`,
    );
  return { point, normal: [normal[0] / m, normal[1] / m, normal[2] / m] };
}

function reportOf(
  { scene, plane, byHand, threshold, found }: AneurysmAnalysis,
  views: readonly WorkingView[],
  dome: Vec3,
  { name, volume }: VolumeInput,
): Record<string, unknown> {
  const { parent, uncertainty } = found;
  return {
    dome_mm: dome,
    neck: {
      point_mm: plane.point,
      normal: plane.normal,
      centre_mm: found.dome.neckCentre,
      line_mm: found.dome.neckLine,
      set_by: byHand ? "person" : "proposal",
    },
    measures: ANEURYSM_MEASURES.map(({ key, code, label, unit, how }) => ({
      ...{ code, label, unit, method: how },
      value: found.dome.values[key],
      sd: Number.isFinite(found.sd[key]) ? found.sd[key] : null,
    })),
    parent: parent
      ? {
          mean_diameter_mm: parent.meanMm,
          sd_mm: parent.sdMm,
          at_neck_mm: parent.edgeMm,
          away_mm: parent.awayMm,
          direction: parent.direction,
        }
      : null,
    vessels_at_neck: found.vessels.length,
    views: views.map((view) => ({
      name: viewName(view),
      primary_deg: view.primary,
      secondary_deg: view.secondary,
      opened: view.opened,
      neck_covered: view.neckCovered,
      dome_covered: view.domeCovered,
      parent_seen: view.parentSeen,
    })),
    reach_assumed_deg: USUAL_REACH,
    uncertainty: {
      plane_mm: uncertainty.planeMm,
      tilt_deg: uncertainty.tiltDegrees,
      wall_mm: uncertainty.wallMm,
      basis: "assumed, scaled by the voxel; not measured on these images twice",
    },
    lumen: scene.lumen,
    background: scene.background,
    threshold,
    contrast_to_noise: Number.isFinite(scene.contrastToNoise) ? scene.contrastToNoise : null,
    measurements: found.measurements,
    method: ANEURYSM_METHOD,
    series: { uid: name, shape: volume.shape, spacing_mm: volume.spacing, unit: volume.unit },
    coordinates: "LPS mm",
  };
}

function forPeople({ byHand, found }: AneurysmAnalysis, views: readonly WorkingView[], seconds: number): string {
  return [
    `Aneurysm in ${seconds.toFixed(1)} s, neck ${byHand ? "as given" : "as proposed"}`,
    ...found.measurements.map(({ label, value, unit, uncertainty, reason }) => {
      const digits = unit === "1" ? 2 : 1;
      const half = uncertainty ? ` +- ${((uncertainty.high - uncertainty.low) / 2).toFixed(digits)}` : "";
      const shown = value === null ? `not computed: ${reason}` : `${value.toFixed(digits)}${half}`;
      return `  ${label.padEnd(28)} ${shown}${unit === "1" || value === null ? "" : ` ${unit}`}`;
    }),
    `  Views that open the neck: ${views.map(viewName).join(", ") || "none can be reached"}`,
    ...found.limitations.map(({ message }) => `  ${message}`),
    `  ${ANEURYSM_METHOD.name} ${ANEURYSM_METHOD.version}.`,
  ].join("\n");
}
