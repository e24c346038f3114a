import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { WillisError } from "../../core/errors.ts";
import type { Vec3 } from "../../core/geometry.ts";
import type { Limitation } from "../../core/limitation.ts";
import type { Volume } from "../../core/volume.ts";
import type { DataSet } from "../../dicom/data-set.ts";
import { toVolume } from "../../dicom/series-volume.ts";
import { readNifti } from "../../imaging/nifti-read.ts";
import { nodeCodecs } from "../../server/codecs/node-codecs.ts";
import { findSeries, readSeries } from "../dicom-folder.ts";
import { UsageError } from "../verb.ts";
import type { Asked } from "./kind.ts";

/** A volume that was read from files, with what its DICOM objects say; NIfTI has none. */
export interface VolumeInput {
  readonly volume: Volume;
  readonly first: DataSet | undefined;
  readonly sources: readonly string[];
  readonly name: string;
  readonly limitations: readonly Limitation[];
}

/** Reads the volume of a folder or file of DICOM (the series `uid`, or the one with the most slice positions), or of a NIfTI file. */
export async function readVolume(path: string, uid: string | undefined, line: Asked["line"]): Promise<VolumeInput> {
  if (/\.nii(\.gz)?$/i.test(path)) {
    let bytes: Uint8Array;
    try {
      bytes = readFileSync(path);
    } catch {
      throw new WillisError("not-found", `There is no file "${path}".`);
    }
    if (/\.gz$/i.test(path))
      try {
        bytes = gunzipSync(bytes, { maxOutputLength: 2 ** 31 });
      } catch (error) {
        throw new WillisError("bad-request", `"${path}" cannot be unpacked: ${(error as Error).message}.`);
      }
    return { volume: readNifti(bytes), first: undefined, sources: [], name: path, limitations: [] };
  }
  const found = findSeries(path, (files) => {
    if (files % 50 === 1) line.step(`Reading headers: ${files} files`);
  });
  const series = uid
    ? found.series.find((one) => one.uid === uid)
    : [...found.series].sort((a, b) => b.positions - a.positions)[0];
  if (!series)
    throw uid
      ? new UsageError(
          `There is no series ${uid} under "${path}". There are:\n${found.series.map((s) => `  ${s.uid}  ${s.modality} ${s.description}`).join("\n")}`,
        )
      : new WillisError("cannot-compute", `No DICOM image was found under "${path}" (${found.skipped} other files).`);
  if (series.positions < 3)
    throw new WillisError(
      "cannot-compute",
      `Series ${series.uid} has ${series.positions} slice positions: a vessel is segmented in a volume.`,
    );
  const instances = readSeries(series);
  const { sources, problems, ...volume } = toVolume(instances, {
    codecs: await nodeCodecs(),
    progress: (text, x) => line.step(text, 0.2 * x),
  });
  return {
    volume,
    first: instances[0]!.dataSet,
    sources,
    name: series.uid,
    limitations: problems.map(({ code, message }) => ({ code, message })),
  };
}

/** Three LPS mm as they stand after an option. */
export function place(option: string, text: string): Vec3 {
  const xyz = text.split(",").map(Number);
  if (xyz.length !== 3 || !xyz.every(Number.isFinite))
    throw new UsageError(`${option} ${text} is not a place: give three LPS mm like -34,-10.5,20.`);
  return [xyz[0]!, xyz[1]!, xyz[2]!];
}
