import { Type } from "typebox";
import { WillisError } from "../../../core/errors.ts";
import { text } from "../../../dicom/data-set.ts";
import { frameCount } from "../../../dicom/frames.ts";
import { type Instance, instanceOf } from "../../../dicom/instance.ts";
import { nodeCodecs } from "../../codecs/node-codecs.ts";
import { analyseRun, DSA_METHOD, dsaFiles, dsaMeasurements } from "./dsa-run.ts";
import { jobKind } from "./kind.ts";

/** An angiographic run: subtracted with motion correction, its phases, and six maps of times and densities. */
export const dsaJob = jobKind({
  kind: "dsa",
  summary: "Queues the subtraction of an angiographic run with motion correction, its phases and its time-density maps",
  params: Type.Object({
    mask: Type.Optional(
      Type.Array(Type.Integer({ minimum: 1, maximum: 100_000 }), { minItems: 1, maxItems: 64, uniqueItems: true }),
    ),
    auto: Type.Optional(Type.Boolean()),
    motion: Type.Optional(Type.Boolean()),
    /** Which object of the series, when it holds several runs; from 0. */
    clip: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000 })),
  }),
  limits: { minutes: 15, inputMb: 4096, heapMb: 1024 },
  async run(task, told) {
    told("Reading the run", 0);
    const instances = task.series[0]!.map((bytes) => instanceOf(bytes)).filter((one) => one.pixels);
    const { clip, mask, auto, motion } = task.params;
    const instance = clip === undefined ? longest(instances) : instances[clip];
    if (!instance) throw new WillisError("cannot-compute", "The series holds no run to subtract.");
    const chosen = auto ? ("auto" as const) : mask;
    const result = analyseRun(
      instance,
      { ...(chosen ? { mask: chosen } : {}), motion: motion ?? true },
      { codecs: await nodeCodecs(), told: (step, x) => told(step, 0.9 * x), now: () => performance.now() },
    );
    told("Writing the run and its maps", 0.9);
    const objects = dsaFiles(result, instance, task.run, task.ms);
    return {
      result: {
        measurements: dsaMeasurements(result, text(instance.dataSet, "SeriesInstanceUID") ?? ""),
        limitations: result.limitations,
        objects: Object.fromEntries(objects.map(({ name, seriesUid }) => [name, seriesUid])),
        method: DSA_METHOD,
      },
      objects,
    };
  },
});

/** The object with the most frames. */
function longest(instances: readonly Instance[]): Instance | undefined {
  return [...instances].sort((a, b) => frameCount(b.dataSet) - frameCount(a.dataSet))[0];
}
