import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { WillisError } from "../core/errors.ts";
import { number, text } from "../dicom/data-set.ts";
import { type Instance, instanceOf } from "../dicom/instance.ts";
import { slicesOf } from "../dicom/slices.ts";

/** What a folder holds of one series: enough to choose it, without its pixels. */
export interface FoundSeries {
  readonly uid: string;
  readonly study: string;
  readonly modality: string;
  readonly description: string;
  readonly files: string[];
  /** Images per slice position: how many times each position was taken (the usual number). */
  points: number;
  positions: number;
  /** Frames of volumes over time that were taken at different diffusion weights, not times. */
  diffusion: boolean;
}

export interface FoundFolder {
  readonly series: readonly FoundSeries[];
  /** Files that are no DICOM image, by reason. */
  readonly skipped: number;
}

/** Reads the headers under a file or folder (any depth) and groups them by series; what is not DICOM is counted. */
export function findSeries(path: string, told: (files: number) => void = () => {}): FoundFolder {
  const all = new Map<string, FoundSeries & { counts: Map<string, number> }>();
  let skipped = 0;
  let read = 0;
  for (const file of filesUnder(path)) {
    told(++read);
    try {
      const { dataSet, ...instance } = instanceOf(readFileSync(file));
      const uid = text(dataSet, "SeriesInstanceUID");
      if (!uid || !instance.pixels) {
        skipped++;
        continue;
      }
      let series = all.get(uid);
      if (!series) {
        series = {
          uid,
          study: text(dataSet, "StudyInstanceUID") ?? "",
          modality: text(dataSet, "Modality") ?? "",
          description: text(dataSet, "SeriesDescription") ?? "",
          files: [],
          points: 0,
          positions: 0,
          diffusion: false,
          counts: new Map(),
        };
        all.set(uid, series);
      }
      series.files.push(file);
      series.diffusion ||= number(dataSet, "DiffusionBValue") !== undefined;
      for (const slice of slicesOf([{ dataSet, ...instance }])) {
        const place = slice.position.map((x) => x.toFixed(1)).join();
        series.counts.set(place, (series.counts.get(place) ?? 0) + 1);
        series.diffusion ||= slice.bValue !== undefined;
      }
    } catch {
      skipped++;
    }
  }
  for (const series of all.values()) {
    const counts = [...series.counts.values()].sort((a, b) => a - b);
    series.positions = counts.length;
    series.points = counts[counts.length >> 1] ?? 0;
  }
  return { series: [...all.values()], skipped };
}

/** The instances of a series, with their pixels in memory. */
export function readSeries(series: FoundSeries): Instance[] {
  return series.files.map((file) => instanceOf(readFileSync(file)));
}

function* filesUnder(path: string): Generator<string> {
  let entry: ReturnType<typeof statSync>;
  try {
    entry = statSync(path);
  } catch {
    throw new WillisError("not-found", `There is no file or folder "${path}".`);
  }
  if (entry.isFile()) yield path;
  else if (entry.isDirectory())
    for (const name of readdirSync(path).sort()) if (!name.startsWith(".")) yield* filesUnder(join(path, name));
}
