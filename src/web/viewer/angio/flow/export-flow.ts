import { NOT_A_DEVICE } from "../../../../core/tier.ts";
import { flowMap } from "../../../../dicom/iod/flow-map.ts";
import { writePart10 } from "../../../../dicom/write.ts";
import { FLOW_MAPS, FLOW_VERSION, type FlowMaps } from "../../../../imaging/angiography/flow-maps.ts";
import { ask } from "../../../api/client.ts";
import { dataSetOf } from "../../pane/data-set-of.ts";
import { TAG, text } from "../../pane/dicom-json.ts";
import type { FlowRun } from "./flow-run.ts";

export const FLOW_METHOD = { name: "Parametric maps of a subtracted run", version: FLOW_VERSION };

/** Offers bytes as a file. */
function download(name: string, type: string, content: BlobPart): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** One cell of a table by RFC 4180; not a number is empty. */
function cell(value: string | number): string {
  if (typeof value === "number") return Number.isFinite(value) ? String(Number(value.toPrecision(6))) : "";
  // a spreadsheet must not take a name that a person typed for a formula
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Lines that say what a table is, how it was made, and what it is not; then the table. */
export function csvOf(
  about: readonly string[],
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const lines = [...about, NOT_A_DEVICE].map((line) => `# ${line.replaceAll(/[\r\n]+/g, " ")}`);
  return `${[...lines, ...[head, ...rows].map((row) => row.map(cell).join(","))].join("\r\n")}\r\n`;
}

export function saveCsv(name: string, text: string): void {
  download(`${name}.csv`, "text/csv;charset=utf-8", text);
}

/** "2 ICA L LAT DSA" as a part of a file's name. */
export function fileName(run: FlowRun, what: string): string {
  const words = `${run.series.number ?? ""} ${run.series.description || run.series.role} ${what}`;
  return words
    .trim()
    .replaceAll(/[^A-Za-z0-9]+/g, "-")
    .toLowerCase();
}

/** What stands above every table of a run. */
export function aboutRun(run: FlowRun): string[] {
  return [
    `Run: ${run.series.description || run.series.role}, series ${run.series.seriesUid}`,
    `Mask: ${run.maskWords}; ${run.times.length} frames; times in ${run.timeUnit} from the first frame`,
    ...run.limitations.map(({ message }) => message),
  ];
}

/** All maps of a run as one CSV: a line each pixel that is not blank. */
export function saveMapsCsv(run: FlowRun, maps: FlowMaps): void {
  const unit = run.timeUnit;
  const units = { ttp: unit, arrival: unit, peak: "ln", auc: `ln*${unit}`, mtt: unit, fwhm: unit } as const;
  const rest = { washIn: `ln/${unit}`, washOut: unit } as const;
  const all: Readonly<Record<string, string>> = { ...units, ...rest };
  const rows: number[][] = [];
  for (let p = 0; p < maps.peak.length; p++) {
    if (Number.isNaN(maps.peak[p]!)) continue;
    const place = [p % maps.columns, Math.floor(p / maps.columns)];
    rows.push([...place, ...FLOW_MAPS.map((name) => maps[name][p]!), maps.ttpError[p]!, maps.noise[p]!]);
  }
  const about = [
    ...aboutRun(run),
    `${FLOW_METHOD.name} ${FLOW_METHOD.version}; blank below ${maps.sigmas} sigma; ttp_error is the standard error from noise (analytic)`,
    ...maps.limitations.map(({ message }) => message),
  ];
  const head = [
    "column",
    "row",
    ...FLOW_MAPS.map((name) => `${name} [${all[name]}]`),
    `ttp_error [${unit}]`,
    "noise [ln]",
  ];
  saveCsv(fileName(run, "maps"), csvOf(about, head, rows));
}

type MapName = (typeof FLOW_MAPS)[number];

/** One map of a run as a DICOM Parametric Map. */
export function saveMapDicom(run: FlowRun, maps: FlowMaps, name: MapName): void {
  download(`${fileName(run, name)}.dcm`, "application/dicom", mapDicom(run, maps, name));
}

/** Keeps a map with the study of its run, as a series of its own (STOW-RS). Rejects with words. */
export async function keepMapDicom(run: FlowRun, maps: FlowMaps, name: MapName): Promise<void> {
  await ask(`/dicom-web/studies/${run.series.studyUid}`, {
    method: "POST",
    body: new Blob([mapDicom(run, maps, name)]),
    headers: { "Content-Type": "application/dicom", Accept: "application/dicom+json" },
  });
}

function mapDicom(run: FlowRun, maps: FlowMaps, name: MapName): Uint8Array<ArrayBuffer> {
  const { instance } = run.content;
  const ms = Date.now();
  const map = flowMap({
    name,
    values: maps[name],
    rows: maps.rows,
    columns: maps.columns,
    source: dataSetOf(instance),
    sourceInstance: text(instance, TAG.SOPInstanceUID) ?? "",
    run: `${run.key} ${maps.sigmas} ${ms}`,
    seriesNumber: 9100 + FLOW_MAPS.indexOf(name),
    method: FLOW_METHOD,
    ms,
  });
  return writePart10(map) as Uint8Array<ArrayBuffer>;
}
