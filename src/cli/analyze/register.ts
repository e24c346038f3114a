import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { WillisError } from "../../core/errors.ts";
import type { Vec3 } from "../../core/geometry.ts";
import { text } from "../../dicom/data-set.ts";
import { nifti } from "../../imaging/nifti.ts";
import { fitLandmarks } from "../../imaging/registration/landmarks.ts";
import { resampled } from "../../imaging/registration/resample.ts";
import { isRigid, type Rigid } from "../../imaging/registration/rigid.ts";
import { REGISTRATION_METHOD, type Registered, register } from "../../server/registration/register.ts";
import { registrationObject, registrationView } from "../../server/registration/registration-view.ts";
import { limitationsOf, volumeOf } from "../../server/registration/volume-of.ts";
import { type FoundSeries, findSeries, readSeries } from "../dicom-folder.ts";
import { UsageError } from "../verb.ts";
import type { AnalysisKind, Asked, Outcome } from "./kind.ts";

const HELP = `Lays MOVING on FIXED by rigid registration (Mattes mutual information, elastix): CT, CTA, CT perfusion, MR, 3D rotational
angiography of one patient, in any pair. It is computed there and back and refused (exit 3, with the reason) when the two
disagree, when it made nothing more alike, or when too little is common. OUT gets moving.nii (MOVING on the grid of FIXED,
float32, linear) and dicom/registration.dcm (Spatial Registration).

  FIXED, MOVING        a file or folder each (subfolders too); what is no DICOM image is passed over
  --fixed-series UID   choose the series of FIXED; without it the one with the most slice positions is taken
  --moving-series UID  the same for MOVING
  --start M            where to start from: 16 numbers with commas, a rigid matrix from MOVING to FIXED
  --points P           where to start from: three or more pairs "x,y,z>x,y,z" of FIXED and MOVING, with semicolons between
  --no-dicom           write no DICOM object

The matrix is row-major 4 x 4 and takes points of MOVING to FIXED, LPS mm. Angles are degrees about x, y and z.
`;

export const registerKind: AnalysisKind = {
  inputs: ["FIXED", "MOVING"],
  help: HELP,
  options: {
    "fixed-series": { type: "string" },
    "moving-series": { type: "string" },
    start: { type: "string" },
    points: { type: "string" },
    "no-dicom": { type: "boolean", default: false },
  },
  run,
};

async function run({ paths, values, out, line, timed, took }: Asked): Promise<Outcome> {
  if (values.start !== undefined && values.points !== undefined)
    throw new UsageError("Give --start or --points, not both: either says where to start from.");
  const start = startOf(values.start as string | undefined) ?? landmarks(values.points as string | undefined);
  const [a, b] = await timed("headers", () =>
    (["fixed", "moving"] as const).map((name, at) =>
      choose(paths[at]!, values[`${name}-series`] as string | undefined, name),
    ),
  );
  const read = (series: FoundSeries, name: string) =>
    volumeOf(readSeries(series), name, (_, x) => line.step(`Reading the ${name} series`, 0.15 * x));
  const [fixed, moving] = await timed("reading", async () => [await read(a!, "fixed"), await read(b!, "moving")]);
  const found = await timed("registration", () =>
    register(fixed!.volume, moving!.volume, (step, x) => line.step(step, 0.15 + 0.75 * x), start),
  );
  for (const [name, seconds] of Object.entries(found.steps)) took(name, seconds);
  const object = registrationObject(found, fixed!, moving!, `${a!.uid} ${b!.uid} ${Date.now()}`, Date.now());
  if (out !== undefined)
    await timed("writing", () => {
      line.step("Writing", 0.95);
      const fill = moving!.volume.unit === "HU" ? -1024 : 0;
      const words = `${b!.uid} on ${a!.uid} ${REGISTRATION_METHOD.version}`;
      writeFileSync(
        join(out, "moving.nii"),
        nifti(resampled(moving!.volume, found.matrix, fixed!.volume, fill), words),
      );
      if (values["no-dicom"]) return;
      mkdirSync(join(out, "dicom"), { recursive: true });
      writeFileSync(join(out, "dicom", "registration.dcm"), object.bytes);
    });
  const limitations = limitationsOf(fixed!, moving!);
  const view = registrationView(found, fixed!, moving!, limitations, {});
  return {
    report: {
      matrix: found.matrix,
      shift_mm: found.shiftMm,
      turn_deg: found.turnDeg,
      centre_mm: found.centre,
      inverse_mm: { mean: found.inverse.mean, max: found.inverse.max, points: found.inverse.points },
      nmi: { ...found.nmi, beside: found.beside },
      overlap: found.overlap,
      start: found.start,
      measurements: view.measurements,
      method: REGISTRATION_METHOD,
      fixed: about(a!),
      moving: about(b!),
      coordinates: "LPS mm, matrix row-major, moving to fixed",
    },
    limitations,
    words: (seconds) => forPeople(found, a!, b!, seconds, limitations),
  };

  function about(series: FoundSeries): object {
    const first = series === a ? fixed!.first : moving!.first;
    return {
      ...{ uid: series.uid, study: series.study, modality: series.modality, description: series.description },
      frame_of_reference: text(first, "FrameOfReferenceUID") ?? null,
    };
  }
}

/** The named series, or the one with the most slice positions. */
function choose(folder: string, uid: string | undefined, name: string): FoundSeries {
  const { series, skipped } = findSeries(folder);
  if (series.length === 0)
    throw new WillisError("cannot-compute", `No DICOM image was found under "${folder}" (${skipped} other files).`);
  const list = series
    .map((s) => `  ${s.uid}  ${s.modality} ${s.description || "-"}: ${s.positions} positions`)
    .join("\n");
  const chosen =
    uid === undefined ? [...series].sort((x, y) => y.positions - x.positions)[0] : series.find((s) => s.uid === uid);
  if (!chosen) throw new UsageError(`There is no series ${uid} under "${folder}". There are:\n${list}`);
  if (chosen.positions < 4)
    throw new WillisError("cannot-compute", `No series of ${name} "${folder}" is a volume. There are:\n${list}`);
  return chosen;
}

function startOf(words: string | undefined): Rigid | undefined {
  if (words === undefined) return undefined;
  const matrix = words.split(",").map(Number);
  if (!isRigid(matrix))
    throw new UsageError("--start is no rigid matrix: 16 numbers with commas, row by row, last row 0,0,0,1.");
  return matrix;
}

/** The motion of pairs of points, as a start. */
function landmarks(words: string | undefined): Rigid | undefined {
  if (words === undefined) return undefined;
  const place = (text: string): Vec3 => {
    const xyz = text.split(",").map(Number);
    if (xyz.length !== 3 || !xyz.every(Number.isFinite))
      throw new UsageError(`--points: "${text}" is not a place: give three LPS mm like -34,-10.5,20.`);
    return xyz as unknown as Vec3;
  };
  const pairs = words.split(";").map((pair) => pair.split(">"));
  const fit = fitLandmarks(
    pairs.map(([, moving = ""]) => place(moving)),
    pairs.map(([fixed = ""]) => place(fixed)),
  );
  if (!fit.matrix) throw new UsageError(`--points: ${fit.reason}`);
  return fit.matrix;
}

function forPeople(
  found: Registered,
  fixed: FoundSeries,
  moving: FoundSeries,
  seconds: number,
  limitations: readonly { readonly message: string }[],
): string {
  const three = (list: readonly number[], digits: number): string => list.map((v) => v.toFixed(digits)).join(", ");
  const m = found.matrix;
  return [
    `${moving.description || moving.uid} on ${fixed.description || fixed.uid}, ${seconds.toFixed(1)} s`,
    `  shift ${three(found.shiftMm, 2)} mm, turn ${three(found.turnDeg, 2)} deg about ${three(found.centre, 0)}`,
    `  there and back: ${found.inverse.mean.toFixed(2)} mm in the mean, ${found.inverse.max.toFixed(2)} mm at most`,
    `  normalised mutual information ${found.nmi.before.toFixed(3)} before, ${found.nmi.after.toFixed(3)} after; common part ${(100 * found.overlap).toFixed(0)} %`,
    ...[0, 1, 2, 3].map(
      (r) =>
        `  ${m
          .slice(4 * r, 4 * r + 4)
          .map((v) => v.toFixed(5).padStart(11))
          .join(" ")}`,
    ),
    ...limitations.map(({ message }) => `  limited: ${message}`),
    `  ${REGISTRATION_METHOD.name} ${REGISTRATION_METHOD.version}. Look at both before you trust it.`,
  ].join("\n");
}
