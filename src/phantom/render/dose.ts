import { uniform } from "../../core/random.ts";
import { type DoseEvent, doseReport } from "../../dicom/iod/dose-report.ts";
import { uidOf } from "../../dicom/uid.ts";
import { ANGIO, RUN } from "./dsa.ts";
import { openSeries, type PhantomFile, type Studio } from "./studio.ts";

/** The irradiation events of one angiography: fluoroscopy between runs, AP and lateral runs, a rotation when made. */
export function doseEvents(
  studio: Studio,
  seed: number,
  ms: number,
  runs: readonly string[],
  rotation: boolean,
): DoseEvent[] {
  const random = uniform(seed * 47 + 13);
  const events: DoseEvent[] = [];
  let at = ms;
  const add = (event: Omit<DoseEvent, "uid" | "ms">): void => {
    events.push({ ...event, uid: uidOf(`${studio.key}/event/${events.length + 1}`), ms: at });
    at += Math.round(event.durationS * 1000) + 45_000;
  };
  const fluoro = (seconds: number): void => {
    const pulses = Math.round(seconds * 7.5);
    add({
      kind: "fluoroscopy",
      protocol: "Neuro fluoro low",
      durationS: seconds,
      pulses,
      pulseMs: 8,
      kvp: 72,
      currentMa: 42,
      dap: round(seconds * 1.1e-6 * (0.8 + 0.4 * random())),
      kerma: round(seconds * 7.5e-5 * (0.8 + 0.4 * random())),
      primaryAngle: 0,
      secondaryAngle: 0,
    });
  };
  fluoro(Math.round(150 + 120 * random()));
  for (const view of runs) {
    add({
      kind: "stationary",
      protocol: "Cerebral DSA",
      durationS: (RUN.frames * RUN.frameTimeMs) / 1000,
      pulses: RUN.frames,
      pulseMs: 62,
      kvp: view === "ap" ? 78 : 73,
      currentMa: 380,
      dap: round((view === "ap" ? 4.1e-4 : 3.2e-4) * (0.9 + 0.2 * random())),
      kerma: round((view === "ap" ? 0.048 : 0.036) * (0.9 + 0.2 * random())),
      primaryAngle: view === "ap" ? 0 : 90,
      secondaryAngle: view === "ap" ? 8 : 0,
    });
  }
  if (rotation) {
    add({
      kind: "rotational",
      protocol: "5s 3DRA Head",
      durationS: 5,
      pulses: 133,
      pulseMs: 5,
      kvp: 70,
      currentMa: 320,
      dap: 1.9e-4,
      kerma: 0.0198,
      primaryAngle: 0,
      secondaryAngle: 0,
    });
  }
  fluoro(Math.round(420 + 400 * random()));
  return events;
}

/** The radiation dose report of an angiography as one SR object. */
export function* renderDose(
  studio: Studio,
  seed: number,
  ms: number,
  runs: readonly string[],
  rotation: boolean,
  number: number,
): Generator<PhantomFile> {
  const events = doseEvents(studio, seed, ms - 20 * 60_000, runs, rotation);
  const series = openSeries(studio, ANGIO, {
    number,
    modality: "SR",
    description: "Radiation Dose Report",
    protocol: "",
    bodyPart: "",
    ms,
    shared: false,
  });
  yield series.file(
    1,
    doseReport({
      context: series.object(1, ms),
      deviceUid: uidOf(`device/${ANGIO.serial}`),
      deviceName: ANGIO.station,
      events,
    }),
  );
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
