import type { DataSet } from "../data-set.ts";
import { type DoseContent, doseContent } from "./dose.ts";
import { factsOf, figure, makingFacts, type ObjectSummary, type SummaryTable, tableOf } from "./summary-shape.ts";

/** Gy.m2 as Gy.cm2, Gy as mGy, s as "12:03": what people in the angio suite say. */
const area = (dap: number | undefined) => figure(dap === undefined ? undefined : dap * 1e4);
const milligray = (kerma: number | undefined) => figure(kerma === undefined ? undefined : kerma * 1e3);

/** Seconds as minutes and seconds, "12:03 min"; below a minute "4.2 s". */
export function durationWords(seconds: number | undefined): string {
  if (seconds === undefined || !Number.isFinite(seconds)) return "";
  if (seconds < 60) return `${figure(seconds, 3)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")} min`;
}

function sum(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((v) => v !== undefined);
  return known.length === 0 ? undefined : known.reduce((a, b) => a + b, 0);
}

/** "RAO 30, CRA 15" of the angles of a C-arm (PS3.3 C.8.7.5: + is LAO, + is CRA); degrees. */
export function angleWords(primary: number | undefined, secondary: number | undefined): string {
  const side = (v: number | undefined, plus: string, minus: string) =>
    v === undefined ? "" : `${v < 0 ? minus : plus} ${figure(Math.abs(v), 3)}`;
  return [side(primary, "LAO", "RAO"), side(secondary, "CRA", "CAU")].filter(Boolean).join(", ");
}

/** A radiation dose report in short: totals (all planes together, each plane if there are several), events. */
export function doseSummary(ds: DataSet, title: string, content: DoseContent = doseContent(ds)): ObjectSummary {
  const { totals, events, ct, dlp, more } = content;
  const of = (pick: (one: (typeof totals)[number]) => number | undefined) => sum(totals.map(pick));
  const unit = (value: string, name: string) => (value === "" ? "" : `${value} ${name}`);
  const facts = factsOf([
    ["Dose area product", unit(area(of((t) => t.dap)), "Gy·cm²")],
    ["Air kerma at the reference point", unit(milligray(of((t) => t.kerma)), "mGy")],
    ["Fluoroscopy time", durationWords(of((t) => t.fluoroS))],
    ["Fluoroscopy, dose area product", unit(area(of((t) => t.fluoroDap)), "Gy·cm²")],
    ["Runs, dose area product", unit(area(of((t) => t.acquisitionDap)), "Gy·cm²")],
    ["Runs, time", durationWords(of((t) => t.acquisitionS))],
    [
      "Frames of runs",
      figure(
        of((t) => t.frames),
        7,
      ),
    ],
    ["Irradiation events", events.length > 0 ? events.length : undefined],
    ["Dose length product", unit(figure(dlp), "mGy·cm")],
    ["CT acquisitions", ct.length > 0 ? ct.length : undefined],
  ]);
  const notes = more ? ["The report is longer than what is read here. Download it to see the whole."] : [];
  if (totals.length + events.length + ct.length === 0)
    notes.push("No dose of an X-ray system or a CT was found in it; its content is below as written.");
  return { title, facts: [...facts, ...makingFacts(ds)], tables: tablesOf(content), references: [], notes };
}

function tablesOf({ totals, events, ct }: DoseContent): SummaryTable[] {
  const tables: SummaryTable[] = [];
  if (totals.length > 1) {
    const columns = ["Plane", "DAP, Gy·cm²", "Air kerma, mGy", "Fluoroscopy", "Frames"];
    const rows = totals.map((t) => [
      t.plane,
      area(t.dap),
      milligray(t.kerma),
      durationWords(t.fluoroS),
      figure(t.frames, 7),
    ]);
    tables.push(tableOf("Planes", columns, rows));
  }
  if (events.length > 0) {
    const several = new Set(events.map(({ plane }) => plane)).size > 1;
    const columns = [
      "",
      "Time",
      "Kind",
      "Protocol",
      "Air kerma, mGy",
      "DAP, Gy·cm²",
      "Duration",
      "Pulses",
      "Angles",
      "kV",
      "mA",
    ];
    const rows = events.map((e, k) => [
      String(k + 1),
      e.at.slice(11),
      several ? `${e.kind}, ${e.plane}` : e.kind,
      e.protocol,
      ...[milligray(e.kerma), area(e.dap), durationWords(e.durationS), figure(e.pulses, 7)],
      angleWords(e.primary, e.secondary),
      ...[figure(e.kvp, 4), figure(e.mA, 4)],
    ]);
    tables.push(tableOf("Irradiation events", columns, rows));
  }
  if (ct.length > 0) {
    const columns = ["", "Kind", "Protocol", "Region", "CTDIvol, mGy", "DLP, mGy·cm", "Length, mm", "kV"];
    const rows = ct.map((c, k) => [
      ...[String(k + 1), c.kind, c.protocol, c.region],
      ...[figure(c.ctdi), figure(c.dlp), figure(c.lengthMm), figure(c.kvp)],
    ]);
    tables.push(tableOf("CT acquisitions", columns, rows));
  }
  return tables;
}
