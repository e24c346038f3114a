import type { RunConditions } from "../../../../imaging/angiography/comparability.ts";
import { type JsonInstance, number, numbers, text } from "../../pane/dicom-json.ts";
import type { FlowRun } from "./flow-run.ts";

const AGENT = "00180010";
const VOLUME = "00181041";
const RATE = "00181046";
const IODINE = "00181049";
const SID = "00181110";
const SOD = "00181111";
const MAGNIFICATION = "00181114";
const SPACING = "00181164";
const PRIMARY = "00181510";
const SECONDARY = "00181511";
const RELATIONSHIP = "00281040";
const STEPS: readonly string[] = ["LIN", "LOG", "DISP"];

/** How a run was taken, as far as its attributes and its name say. */
export function runConditions({ content, series, rows, columns, times, timeUnit }: FlowRun): RunConditions {
  const { instance } = content;
  const [spacing] = numbers(instance, SPACING);
  const gaps = times.slice(1).map((t, k) => t - times[k]!);
  const gap = gaps.sort((a, b) => a - b)[gaps.length >> 1];
  const relationship = text(instance, RELATIONSHIP);
  const { vessel, side } = series.qualifiers;
  const given: { [Name in keyof RunConditions]: RunConditions[Name] | undefined } = {
    primaryAngle: number(instance, PRIMARY),
    secondaryAngle: number(instance, SECONDARY),
    frameRate: timeUnit === "s" && gap ? 1 / gap : undefined,
    sid: number(instance, SID),
    sod: number(instance, SOD),
    magnification: number(instance, MAGNIFICATION),
    fieldOfView: spacing ? spacing * columns : undefined,
    rows,
    columns,
    agent: text(instance, AGENT),
    volume: number(instance, VOLUME),
    rate: rateOf(instance),
    iodine: number(instance, IODINE),
    vessel: vessel ? [vessel, side].filter(Boolean).join(" ") : undefined,
    relationship: relationship && STEPS.includes(relationship) ? (relationship as "LIN" | "LOG" | "DISP") : undefined,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== ""));
}

/** A flow of 0 is what some systems write when it was by hand. */
function rateOf(instance: JsonInstance): number | undefined {
  const rate = number(instance, RATE);
  return rate && rate > 0 ? rate : undefined;
}
