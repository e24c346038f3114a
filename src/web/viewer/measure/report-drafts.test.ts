import assert from "node:assert/strict";
import { test } from "node:test";
import { dataSet } from "../../../dicom/data-set.ts";
import { willisEquipment } from "../../../dicom/iod/derived-context.ts";
import { unitCode, valueCode } from "../../../dicom/iod/measurement-codes.ts";
import { measurementReport, type ReportMeasurement, type ReportShape } from "../../../dicom/iod/measurement-report.ts";
import { measurementGroups } from "../../../dicom/objects/measurement-groups.ts";
import { placesOf } from "../../../dicom/objects/places.ts";
import { parsePart10 } from "../../../dicom/parse.ts";
import { uidOfUuid } from "../../../dicom/uid.ts";
import { writePart10 } from "../../../dicom/write.ts";
import { draftOfGroup, isDraft } from "./report-drafts.ts";

const image = { studyUid: "1.2.3", seriesUid: "1.2.3.9", sopClass: "1.2.840.10008.5.1.4.1.1.2", sopUid: "1.2.3.1" };
const on = (shape: "POINT" | "POLYLINE" | "CIRCLE" | "ELLIPSE", points: number[][]): ReportShape => ({
  ...{ on: "image", shape, points, image },
});
const id = "1b4e28ba-2fa1-41d2-883f-0016d3cca427";
const group = (tool: string, shapes: ReportShape[], code = "length"): ReportMeasurement => ({
  ...{ trackingId: tool, trackingUid: uidOfUuid(id), form: "lines", label: "Neck", shapes },
  values: [{ ...valueCode(code, "Mean", true), unit: unitCode(code === "length" ? "mm" : "HU"), value: 12.5 }],
  ...{ method: { name: "m", version: "1" }, calibration: "", observer: "A^B", ms: 0 },
});

/** Written as a report, read again, made measurements of the page. */
function roundTrip(measurement: ReportMeasurement) {
  const report = measurementReport({
    ...{
      study: dataSet({ StudyInstanceUID: "1.2.3" }),
      seriesUid: "1.2.3.10",
      instanceUid: "1.2.3.11",
      seriesNumber: 1,
    },
    ...{ instanceNumber: 1, measurements: [measurement], deleted: [], device: { uid: "1.2.3.4" }, ms: 0 },
    ...{ observer: { name: "A^B", organisation: "Hub", login: "a" }, equipment: willisEquipment("1") },
  });
  const { dataSet: back } = parsePart10(writePart10(report));
  const { groups } = measurementGroups(back);
  assert.equal(groups.length, 1);
  return draftOfGroup(groups[0]!, placesOf(back), { name: "Willis", version: "1" });
}

test("every shape that viewers of the Cornerstone family write comes back with its points", () => {
  const cases: [string, ReportShape[], string, number[][]][] = [
    [
      "Length",
      [
        on("POLYLINE", [
          [1, 2],
          [3, 4],
        ]),
      ],
      "length",
      [
        [1, 2],
        [3, 4],
      ],
    ],
    [
      "Angle",
      [
        on("POLYLINE", [
          [1, 2],
          [3, 4],
          [3, 4],
          [9, 4],
        ]),
      ],
      "angle",
      [
        [1, 2],
        [3, 4],
        [9, 4],
      ],
    ],
    [
      "Bidirectional",
      [
        on("POLYLINE", [
          [0, 0],
          [9, 0],
        ]),
        on("POLYLINE", [
          [4, 1],
          [4, 3],
        ]),
      ],
      "bidirectional",
      [
        [0, 0],
        [9, 0],
        [4, 1],
        [4, 3],
      ],
    ],
    [
      "EllipticalROI",
      [
        on("ELLIPSE", [
          [0, 5],
          [9, 5],
          [5, 2],
          [5, 8],
        ]),
      ],
      "ellipse",
      [
        [0, 5],
        [9, 5],
        [5, 2],
        [5, 8],
      ],
    ],
    [
      "CircleROI",
      [
        on("CIRCLE", [
          [5, 5],
          [5, 9],
        ]),
      ],
      "circle",
      [
        [5, 5],
        [5, 9],
      ],
    ],
    [
      "RectangleROI",
      [
        on("POLYLINE", [
          [0, 0],
          [9, 0],
          [9, 4],
          [0, 4],
          [0, 0],
        ]),
      ],
      "rectangle",
      [
        [0, 0],
        [9, 0],
        [0, 4],
        [9, 4],
      ],
    ],
    [
      "PlanarFreehandROI",
      [
        on("POLYLINE", [
          [0, 0],
          [9, 0],
          [5, 4],
          [0, 0],
        ]),
      ],
      "freehand",
      [
        [0, 0],
        [9, 0],
        [5, 4],
      ],
    ],
    ["Probe", [on("POINT", [[7, 8]])], "probe", [[7, 8]]],
  ];
  for (const [tool, shapes, kind, points] of cases) {
    const draft = roundTrip(group(`Cornerstone3DTools@^0.1.0:${tool}`, shapes));
    assert.ok(isDraft(draft), tool);
    assert.equal(draft.kind, kind);
    assert.deepEqual(draft.shape.points, points);
    assert.equal(draft.id, id, "ours keep their id");
    assert.deepEqual([draft.place.seriesUid, draft.place.sopUid], ["1.2.3.9", "1.2.3.1"]);
    assert.deepEqual([draft.values[0]!.code, draft.values[0]!.value, draft.values[0]!.unit], ["length", 12.5, "mm"]);
  }
});

test("a report of another program is drawn by its shape; what cannot be drawn says why", () => {
  const line = roundTrip(
    group("Lesion 1", [
      on("POLYLINE", [
        [1, 2],
        [3, 4],
      ]),
    ]),
  );
  assert.ok(isDraft(line) && line.kind === "length" && line.label === "Neck");
  const mean = roundTrip(
    group(
      "Lesion 1",
      [
        on("ELLIPSE", [
          [0, 5],
          [9, 5],
          [5, 2],
          [5, 8],
        ]),
      ],
      "mean",
    ),
  );
  assert.ok(isDraft(mean) && mean.values[0]!.unit === "HU" && mean.values[0]!.label === "Mean");
  const open = roundTrip(
    group("Lesion 1", [
      on("POLYLINE", [
        [1, 2],
        [3, 4],
        [5, 9],
      ]),
    ]),
  );
  assert.match(isDraft(open) ? "" : open.reason, /POLYLINE/);
  const none = roundTrip(group("Lesion 1", [{ on: "series", seriesUid: "1.2.3.9" }]));
  assert.match(isDraft(none) ? "" : none.reason, /no shape/);
});
