import type { AnalysisOf, PerfusionView } from "../../../cases/views.ts";
import type { MapName } from "../hanging/hang.ts";
import type { MapStyle } from "./parametric-map.ts";

/** Mean CBF of the reference tissue of an analysis, mL/100 g/min; undefined when it does not state it. */
export function referenceCbf(result: PerfusionView | null): number | undefined {
  const found = result?.measurements.find(({ code }) => /(^|\.)reference_cbf$/.test(code));
  return found && found.value !== null && Number(found.value) > 0 ? Number(found.value) : undefined;
}

/** How a map is coloured. CBF is shown relative to its reference when the analysis states it, else in its own unit. */
export function mapStyle(map: MapName, analysis: AnalysisOf<"perfusion"> | undefined): MapStyle {
  if (map === "tmax") {
    const threshold = { value: 6, colour: "#ffffff", words: "6 s" };
    return { label: "Tmax", unit: "s", low: 0, high: 12, threshold, scale: 1 };
  }
  if (map === "mtt") return { label: "MTT", unit: "s", low: 0, high: 16, scale: 1 };
  if (map === "cbv") return { label: "CBV", unit: "mL/100 g", low: 0, high: 6, scale: 1 };
  const reference = referenceCbf(analysis?.result ?? null);
  if (!reference) return { label: "CBF", unit: "mL/100 g/min", low: 0, high: 80, scale: 1 };
  const threshold = { value: 30, colour: "#5cc8d7", words: "30 %" };
  return { label: "rCBF", unit: "%", low: 0, high: 140, threshold, scale: 100 / reference };
}

/** The volumes beyond the threshold, for the corner of the map: "> 6 s: 97 mL", and the neighbours below it. */
export function thresholdWords(map: MapName, result: PerfusionView | null): { main: string; beside: string } {
  if (map !== "tmax" && map !== "cbf") return { main: "", beside: "" };
  const [name, main, sign, unit] = map === "tmax" ? ["tmax", 6, ">", "s"] : ["rcbf", 30, "<", "%"];
  const rows = (result?.thresholds ?? []).filter((row) => row.map === name);
  const at = rows.find(({ threshold }) => threshold === main);
  const beside = map === "tmax" ? [4, 8, 10] : [25, 35];
  const near = rows.filter(({ threshold }) => beside.includes(threshold));
  return {
    main: at ? `${sign} ${main} ${unit}: ${at.ml.toFixed(0)} mL` : "",
    beside: near.map(({ threshold, ml }) => `${threshold} ${unit}: ${ml.toFixed(0)}`).join(" · "),
  };
}
