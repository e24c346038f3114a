import { Type } from "typebox";
import { WillisError } from "../../../core/errors.ts";
import type { Limitation } from "../../../core/limitation.ts";
import { text } from "../../../dicom/data-set.ts";
import { instanceOf } from "../../../dicom/instance.ts";
import { toVolume } from "../../../dicom/series-volume.ts";
import { analyseVessel, VESSEL_METHOD } from "../../../imaging/vessel/analysis.ts";
import { nodeCodecs } from "../../codecs/node-codecs.ts";
import { jobKind } from "./kind.ts";
import { vesselSegmentation } from "./vessel-files.ts";

const MM = Type.Number({ minimum: -5000, maximum: 5000 });
const PLACE = Type.Tuple([MM, MM, MM]);

/** A vessel from a seed: mask (stored as a Segmentation), length, tortuosity and diameters. */
export const vesselJob = jobKind({
  kind: "vessel",
  summary: "Queues a vessel segmentation with centreline and diameters from seeds (LPS mm), stored as a Segmentation",
  params: Type.Object({
    seeds: Type.Array(PLACE, { minItems: 1, maxItems: 50 }),
    to: Type.Optional(PLACE),
    threshold: Type.Optional(Type.Number({ minimum: -1e6, maximum: 1e6 })),
    ceiling: Type.Optional(Type.Number({ minimum: -1e6, maximum: 1e6 })),
    widestMm: Type.Optional(Type.Number({ minimum: 0.5, maximum: 100 })),
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
    const found = analyseVessel(
      volume,
      { ...task.params, sources: [text(first, "SeriesInstanceUID") ?? ""] },
      (step, x) => told(WORDS[step] ?? step, 0.3 + 0.6 * x),
    );
    if ("reason" in found) throw new WillisError("cannot-compute", found.reason);
    told("Writing the segmentation", 0.92);
    const file = vesselSegmentation(found, volume, first, sources, task.run, task.ms);
    const limitations: Limitation[] = [
      ...problems.map(({ code, message }) => ({ code, message })),
      ...found.limitations,
    ];
    return {
      result: {
        measurements: found.measurements,
        limitations,
        objects: { segmentation: file.seriesUid },
        method: VESSEL_METHOD,
      },
      objects: [{ name: "segmentation", bytes: file.bytes }],
    };
  },
});

const WORDS: Readonly<Record<string, string>> = {
  growing: "Growing from the seed",
  "looking for leaks": "Looking for leaks",
  "taking the half maximum of each place": "Taking the half maximum of each place",
  "distances to the wall": "Measuring distances to the wall",
  "ways through the vessel": "Finding ways through the vessel",
  branches: "Finding branches",
  "cross-sections": "Cutting across the vessel",
  surface: "Making the surface",
  done: "Making the surface",
};
