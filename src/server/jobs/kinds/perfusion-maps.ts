import { NOT_A_DEVICE } from "../../../core/tier.ts";
import type { Volume } from "../../../core/volume.ts";
import type { DataSet } from "../../../dicom/data-set.ts";
import { willisEquipment } from "../../../dicom/iod/derived-context.ts";
import { PERFUSION_MAPS, parametricMap } from "../../../dicom/iod/parametric-map.ts";
import { uidOf } from "../../../dicom/uid.ts";
import { writePart10 } from "../../../dicom/write.ts";
import type { PerfusionResult } from "../../../imaging/perfusion/result.ts";

export const MAP_NAMES = ["cbf", "cbv", "mtt", "tmax", "ttp", "core", "tmax6"] as const;
export type MapName = (typeof MAP_NAMES)[number];

export interface MapFile {
  readonly name: MapName;
  readonly seriesUid: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** UID of the series that a map of a run is stored in: the same run always gives the same. */
export function mapSeriesUid(run: string, name: MapName): string {
  return uidOf(`perfusion ${run} series ${name}`);
}

/**
 * The maps of a result as DICOM Parametric Map files, one series each, in the study of `source` (an instance of the
 * series that was analysed). `run` names the run, so that the same run writes the same UIDs; `ms` is when it was.
 * Outside the measured tissue a map has no value.
 */
export function perfusionMapFiles(
  result: PerfusionResult,
  source: DataSet,
  sourceInstances: readonly string[],
  run: string,
  ms: number,
): MapFile[] {
  const { method } = result;
  const tissue = result.masks.tissue.data;
  const volumes: Record<MapName, Volume> = { ...result.maps, core: result.masks.core, tmax6: result.masks.tmax6 };
  return MAP_NAMES.map((name, index) => {
    const mask = name === "core" || name === "tmax6";
    const values = Float32Array.from(volumes[name].data);
    if (!mask) for (let p = 0; p < values.length; p++) if (!tissue[p]) values[p] = Number.NaN;
    const seriesUid = mapSeriesUid(run, name);
    const map = parametricMap({
      volume: { ...volumes[name], data: values },
      quantity: PERFUSION_MAPS[name]!,
      source,
      sourceInstances,
      seriesUid,
      instanceUid: uidOf(`perfusion ${run} map ${name}`),
      seriesNumber: 9000 + index,
      instanceNumber: 1,
      seriesDescription: `${TITLES[name]} (${method.version})`,
      label: name.toUpperCase(),
      derivation: `${method.name} ${method.version}. ${NOT_A_DEVICE}`,
      ms,
      equipment: willisEquipment(method.version),
    });
    const bytes = writePart10(map);
    return { name, seriesUid, bytes: bytes as Uint8Array<ArrayBuffer> };
  });
}

const TITLES: Readonly<Record<MapName, string>> = {
  cbf: "Perfusion CBF",
  cbv: "Perfusion CBV",
  mtt: "Perfusion MTT",
  tmax: "Perfusion Tmax",
  ttp: "Perfusion TTP",
  core: "Perfusion core rCBF<30%",
  tmax6: "Perfusion Tmax>6s",
};
