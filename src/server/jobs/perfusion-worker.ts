import { parentPort } from "node:worker_threads";
import type { PerfusionView } from "../../cases/views.ts";
import { type ErrorCode, problem, WillisError } from "../../core/errors.ts";
import { number, text } from "../../dicom/data-set.ts";
import { instanceOf } from "../../dicom/instance.ts";
import { toTimeSeries } from "../../dicom/series-volume.ts";
import { perfusion } from "../../imaging/perfusion/perfusion.ts";
import { nodeCodecs } from "../codecs/node-codecs.ts";
import type { PerfusionParams } from "./jobs.ts";
import { type MapFile, perfusionMapFiles } from "./perfusion-maps.ts";
import { perfusionView } from "./perfusion-view.ts";

/** One analysis: the files of the series, and how to do it. */
export interface PerfusionTask {
  readonly run: string;
  readonly files: readonly Uint8Array[];
  readonly params: PerfusionParams;
  readonly ms: number;
}

export type PerfusionReply =
  | { readonly kind: "progress"; readonly step: string; readonly fraction: number }
  | { readonly kind: "done"; readonly view: PerfusionView; readonly maps: readonly MapFile[] }
  | { readonly kind: "failed"; readonly code: ErrorCode; readonly message: string };

/** Reads, computes and writes the maps. Errors are of the one table: `cannot-compute` says what the series lacks. */
export async function analyse(
  task: PerfusionTask,
  told: (step: string, fraction: number) => void,
): Promise<{ view: PerfusionView; maps: MapFile[] }> {
  told("Reading the series", 0);
  const instances = task.files.map((bytes) => instanceOf(bytes));
  const first = instances[0]?.dataSet;
  if (!first) throw new WillisError("cannot-compute", "The series holds no objects.");
  const series = toTimeSeries(instances, { codecs: await nodeCodecs(), progress: (step, x) => told(step, 0.3 * x) });
  const echo = number(first, "EchoTime");
  const result = perfusion(
    series,
    {
      modality: text(first, "Modality") === "MR" ? "DSC" : "CT",
      ...(echo === undefined ? {} : { echoTime: echo / 1000 }),
      ...(task.params.aif ? { arterialPosition: task.params.aif } : {}),
      ...(task.params.vof ? { venousPosition: task.params.vof } : {}),
      sources: [text(first, "SeriesInstanceUID") ?? ""],
      now: () => performance.now(),
    },
    (step, x) => told(WORDS[step] ?? step, 0.3 + 0.55 * x),
  );
  told("Writing maps", 0.88);
  const maps = perfusionMapFiles(result, first, series.sources, task.run, task.ms);
  const named = Object.fromEntries(maps.map((map) => [map.name, map.seriesUid]));
  return { view: perfusionView(result, series.problems, named), maps };
}

const WORDS: Readonly<Record<string, string>> = {
  binning: "Preparing frames",
  motion: "Aligning the head",
  brain: "Finding the brain",
  "input curves": "Choosing artery and vein",
  smoothing: "Smoothing",
  "uniform time": "Bringing curves to uniform time",
  deconvolution: "Deconvolution",
  lesions: "Measuring volumes",
  maps: "Making maps",
  done: "Making maps",
};

parentPort?.once("message", async (task: PerfusionTask) => {
  const send = (reply: PerfusionReply, transfer: ArrayBuffer[] = []): void => parentPort?.postMessage(reply, transfer);
  try {
    const { view, maps } = await analyse(task, (step, fraction) => send({ kind: "progress", step, fraction }));
    const own = maps.map((map) => ({ ...map, bytes: map.bytes.slice() }));
    send(
      { kind: "done", view, maps: own },
      own.map((map) => map.bytes.buffer),
    );
  } catch (error) {
    const { code, detail } = problem(error);
    if (code === "internal") console.error(error);
    send({ kind: "failed", code, message: detail });
  }
});
