// The rows about searching and reading.
import type { LoadFile } from "./archive-load.ts";
import type { Step } from "./archive-step.ts";
import { gets } from "./archive-step.ts";

const JSON_TYPE = "application/dicom+json";
const PIXELS = 'multipart/related; type="application/octet-stream"';
const OBJECTS = 'multipart/related; type="application/dicom"';
const FRAME_STEP = 3;

const seriesOf = ({ study, series }: LoadFile): string => `/studies/${study}/series/${series}`;
const objectOf = (file: LoadFile): string => `${seriesOf(file)}/instances/${file.sop}`;

/** Frames of every XA run in an order that leaps from run to run: no archive has the next one at hand by chance. */
function xaFrames(runs: readonly LoadFile[], suffix = ""): string[] {
  const numbers = Array.from({ length: 60 / FRAME_STEP }, (_, k) => 1 + k * FRAME_STEP);
  return numbers.flatMap((frame) => runs.map((run) => `${objectOf(run)}/frames/${frame}${suffix}`));
}

function byPatient(connections: number, count: number): Step {
  return {
    what: `QIDO study by PatientID, ${connections} connection${connections > 1 ? "s" : ""}`,
    ...{ unit: "per s", atLeast: 2 },
    run: (archive, load) => {
      const paths = load.ct.map((study) => `/studies?PatientID=${study[0]!.patient}`);
      return gets(archive, paths, JSON_TYPE, connections, count);
    },
  };
}

export const readSteps: readonly Step[] = [
  {
    // Before anything else is read: each turn takes a series that nobody has asked for yet.
    what: "series metadata, 100 instances, first time",
    ...{ unit: "ms", atLeast: 20 },
    run: (archive, load, turn) =>
      gets(archive, [`${seriesOf(load.ct[turn % load.ct.length]![0]!)}/metadata`], JSON_TYPE, 1, 1),
  },
  {
    what: "series metadata, 100 instances, again",
    ...{ unit: "ms", atLeast: 3 },
    run: (archive, load, turn) =>
      gets(archive, [`${seriesOf(load.ct[turn % load.ct.length]![0]!)}/metadata`], JSON_TYPE, 1, 40),
  },
  byPatient(1, 400),
  byPatient(16, 1600),
  {
    what: "QIDO 100 instances of a series",
    ...{ unit: "ms", atLeast: 20 },
    run: (archive, load) =>
      gets(
        archive,
        load.ct.map((study) => `${seriesOf(study[0]!)}/instances`),
        JSON_TYPE,
        1,
        12,
      ),
  },
  {
    what: "CT frame, 16 connections",
    ...{ unit: "per s", atLeast: 2.5 },
    run: (archive, load) => {
      const paths = load.ct.flatMap((study) => study.filter((_, k) => k % 7 === 0)).map(objectOf);
      return gets(
        archive,
        paths.map((path) => `${path}/frames/1`),
        PIXELS,
        16,
        1000,
      );
    },
  },
  {
    what: "XA frame of a 60-frame object, 16 connections",
    ...{ unit: "per s", atLeast: 6 },
    run: (archive, load) => gets(archive, xaFrames(load.xa), PIXELS, 16, 400),
  },
  {
    what: "rendered XA frame, 16 connections",
    ...{ unit: "per s", atLeast: 3 },
    run: (archive, load) => gets(archive, xaFrames(load.xa, "/rendered"), "image/jpeg", 16, 160),
  },
  {
    what: "whole study, 53 MB",
    ...{ unit: "MB/s", atLeast: 1.2 },
    run: (archive, load) =>
      gets(
        archive,
        load.ct.map((study) => `/studies/${study[0]!.study}`),
        OBJECTS,
        1,
        20,
      ),
  },
];
