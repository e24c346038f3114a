import { Type } from "typebox";
import { WillisError } from "../../../core/errors.ts";
import type { Vec3 } from "../../../core/geometry.ts";
import { text } from "../../../dicom/data-set.ts";
import { instanceOf } from "../../../dicom/instance.ts";
import { toVolume } from "../../../dicom/series-volume.ts";
import { analyseAneurysm } from "../../../imaging/aneurysm/analysis.ts";
import { ANEURYSM_METHOD } from "../../../imaging/aneurysm/measures.ts";
import { nodeCodecs } from "../../codecs/node-codecs.ts";
import { aneurysmFiles } from "./aneurysm-files.ts";
import { jobKind } from "./kind.ts";

const MM = Type.Number({ minimum: -5000, maximum: 5000 });
const PLACE = Type.Tuple([MM, MM, MM]);
const PART = Type.Number({ minimum: -1, maximum: 1 });

/** An aneurysm from a point in its dome: size, neck, shape; stored as a Segmentation and a measurement report. */
export const aneurysmJob = jobKind({
  kind: "aneurysm",
  summary:
    "Queues the measures of an aneurysm from a point in its dome (LPS mm): neck, size and shape, stored as a Segmentation and a measurement report",
  params: Type.Object({
    dome: PLACE,
    neck: Type.Optional(Type.Object({ point: PLACE, normal: Type.Tuple([PART, PART, PART]) })),
    parentAt: Type.Optional(PLACE),
    threshold: Type.Optional(Type.Number({ minimum: -1e6, maximum: 1e6 })),
  }),
  limits: { minutes: 10, inputMb: 2048, heapMb: 1024 },
  async run(task, told) {
    told("Reading the series", 0);
    const instances = task.series[0]!.map((bytes) => instanceOf(bytes));
    const first = instances[0]?.dataSet;
    if (!first) throw new WillisError("cannot-compute", "The series holds no objects.");
    const { sources, problems, ...volume } = toVolume(instances, {
      codecs: await nodeCodecs(),
      progress: (step, x) => told(step, 0.3 * x),
    });
    const { neck, ...rest } = task.params;
    const found = analyseAneurysm(
      volume,
      {
        ...rest,
        ...(neck ? { neck: { point: neck.point, normal: unit(neck.normal) } } : {}),
        sources: [text(first, "SeriesInstanceUID") ?? ""],
      },
      (step, x) => told(ANEURYSM_STEPS[step] ?? step, 0.3 + 0.6 * x),
    );
    if ("reason" in found) throw new WillisError("cannot-compute", found.reason);
    told("Writing the results", 0.92);
    const files = aneurysmFiles(found, volume, first, sources, task.run, task.ms);
    return {
      result: {
        measurements: found.found.measurements,
        limitations: [...problems.map(({ code, message }) => ({ code, message })), ...found.found.limitations],
        objects: { segmentation: files.segmentation.seriesUid, report: files.report.seriesUid },
        method: ANEURYSM_METHOD,
      },
      objects: [
        { name: "segmentation", bytes: files.segmentation.bytes },
        { name: "report", bytes: files.report.bytes },
      ],
    };
  },
});

/** A direction of length 1; one of length 0 is refused. */
function unit(v: Vec3): Vec3 {
  const m = Math.hypot(...v);
  if (!(m > 1e-6))
    throw new WillisError("bad-request", "The normal of the neck has no direction: give a vector that is not 0, 0, 0.");
  return [v[0] / m, v[1] / m, v[2] / m];
}

const ANEURYSM_STEPS: Readonly<Record<string, string>> = {
  growing: "Growing from the dome",
  "looking for leaks": "Looking for leaks",
  "taking the half maximum of each place": "Taking the half maximum of each place",
  surface: "Making the surface",
  neck: "Looking for the neck",
  measures: "Measuring the dome",
  done: "Measuring the dome",
};
