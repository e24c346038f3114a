import { type JsonInstance, number, TAG, text } from "../pane/dicom-json.ts";
import { pixelToCorner } from "../pane/image-place.ts";
import type { PaneContent } from "../pane/pane-content.ts";
import { type ChosenScale, chooseScale, chosenScale, runKeyOf, undoScale } from "./calibration-store.ts";
import { keepMeasurement } from "./keep-measurement.ts";
import { keptOf } from "./kept-store.ts";

/** The code of the scale of a run among what is kept of a study. */
const CODE = "calibration.mm_per_pixel";
/** Which kept scale each run goes by, and the choice that it made. */
const applied = new Map<string, { readonly id: string; readonly scale: ChosenScale }>();

const STUDY = "0020000D";
const SERIES = "0020000E";

/**
 * Calibrates a run and keeps it with the study as a length of known size: it is there on the next day and for other
 * readers, in the measurement report, and taken back with it.
 */
export function calibrateRun(
  instance: JsonInstance,
  frame: number,
  line: readonly (readonly [number, number])[],
  scale: ChosenScale,
): void {
  const key = runKeyOf(instance);
  chooseScale(key, scale);
  const studyUid = text(instance, STUDY);
  const mm = scale.mmPerPixel;
  if (!studyUid || mm === null || line.length < 2) return;
  const error = scale.error === null ? undefined : mm * scale.error;
  const id = keepMeasurement({
    kind: "length",
    label: `Calibration ${scale.words}`,
    place: {
      studyUid,
      seriesUid: text(instance, SERIES) ?? "",
      sopClass: text(instance, TAG.SOPClassUID) ?? "",
      sopUid: text(instance, TAG.SOPInstanceUID) ?? "",
      frame: frame + 1,
    },
    shape: { space: "image", points: line.map(pixelToCorner) },
    values: [
      {
        ...{ code: CODE, label: "Scale", value: mm, unit: "mm/px" },
        ...(error === undefined ? {} : { uncertainty: { low: mm - error, high: mm + error, basis: scale.errorBasis } }),
      },
    ],
    method: { name: "Calibration on an object of known size", version: "1.0" },
    calibration: `mm, ${scale.words}`,
  });
  applied.set(key, { id, scale });
}

/** Takes the last scale of a run back, with what is kept of it; false when there was none. */
export function takeScaleBack(instance: JsonInstance): boolean {
  const key = runKeyOf(instance);
  const now = applied.get(key);
  const last = chosenScale(key);
  if (now && now.scale === last) {
    applied.delete(key);
    keptOf(text(instance, STUDY) ?? "").remove(now.id);
  }
  return undoScale(key, last);
}

/**
 * While a run is shown, its scale is the one that is kept last of it: put there when it is found, taken back when it is
 * deleted or undone. Returns how to stop.
 */
export function followKeptScale({ instance }: Pick<PaneContent, "instance">): () => void {
  const studyUid = text(instance, STUDY);
  if (!studyUid || (number(instance, TAG.Rows) ?? 0) === 0) return () => {};
  const store = keptOf(studyUid);
  const key = runKeyOf(instance);
  const sop = text(instance, TAG.SOPInstanceUID);
  const series = text(instance, SERIES);
  const isOwn = (number(instance, TAG.NumberOfFrames) ?? 1) > 1;
  const look = () => {
    const scales = store.snapshot().items.flatMap(({ id, place, values, calibration }) => {
      const value = values.find(({ code }) => code === CODE);
      const here = isOwn ? place.sopUid === sop : place.seriesUid === series;
      return value?.value && here ? [{ id, value, words: calibration.replace(/^mm, /, "") }] : [];
    });
    const last = scales.at(-1);
    const now = applied.get(key);
    if (now && !scales.some(({ id }) => id === now.id)) {
      applied.delete(key);
      undoScale(key, now.scale);
    }
    if (!last || applied.has(key) || chosenScale(key)) return;
    const { value, words } = last;
    const half = value.uncertainty ? (value.uncertainty.high - value.uncertainty.low) / 2 : null;
    const scale: ChosenScale = {
      kind: "object",
      mmPerPixel: value.value!,
      error: half === null ? null : half / value.value!,
      errorBasis: value.uncertainty?.basis ?? "",
      words,
    };
    applied.set(key, { id: last.id, scale });
    chooseScale(key, scale);
  };
  look();
  return store.subscribe(look);
}
