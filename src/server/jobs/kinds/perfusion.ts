import { Type } from "typebox";
import { WillisError } from "../../../core/errors.ts";
import { number, text } from "../../../dicom/data-set.ts";
import { instanceOf } from "../../../dicom/instance.ts";
import { toTimeSeries } from "../../../dicom/series-volume.ts";
import { perfusion } from "../../../imaging/perfusion/perfusion.ts";
import { nodeCodecs } from "../../codecs/node-codecs.ts";
import { jobKind } from "./kind.ts";
import { perfusionMapFiles } from "./perfusion-maps.ts";
import { perfusionView } from "./perfusion-view.ts";

const PLACE = Type.Tuple([
  Type.Number({ minimum: -5000, maximum: 5000 }),
  Type.Number({ minimum: -5000, maximum: 5000 }),
  Type.Number({ minimum: -5000, maximum: 5000 }),
]);

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

/** CT or DSC MR perfusion: numbers, curves and seven Parametric Maps. */
export const perfusionJob = jobKind({
  kind: "perfusion",
  summary:
    "Queues a perfusion analysis, with curves where the person placed them (LPS mm) or where the method finds them",
  params: Type.Object({ aif: Type.Optional(PLACE), vof: Type.Optional(PLACE) }),
  limits: { minutes: 10, inputMb: 4096, heapMb: 1024 },
  async run(task, told) {
    told("Reading the series", 0);
    const instances = task.series[0]!.map((bytes) => instanceOf(bytes));
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
    return { result: perfusionView(result, series.problems, named), objects: maps };
  },
});
