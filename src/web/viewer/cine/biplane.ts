import { momentOf } from "../../../dicom/time.ts";
import { dataSetOf } from "../pane/data-set-of.ts";
import { items, type JsonInstance, text, texts } from "../pane/dicom-json.ts";

const IMAGE_TYPE = "00080008";
const ACQUISITION_NUMBER = "00200012";
const STUDY = "0020000D";
const SOP = "00080018";
const REFERENCED_IMAGES = "00081140";
const REFERENCED_SOP = "00081155";
/** The two planes of a biplane run are started within this, s. */
const TOGETHER = 1.5;

/** Which plane of a biplane system a run is; undefined for single plane and for what does not say. */
export function planeLetter(instance: JsonInstance): "A" | "B" | undefined {
  const type = texts(instance, IMAGE_TYPE)[2]?.trim();
  return type === "BIPLANE A" ? "A" : type === "BIPLANE B" ? "B" : undefined;
}

function begins(instance: JsonInstance): number | undefined {
  const ds = dataSetOf(instance);
  return momentOf(ds, "Acquisition") ?? momentOf(ds, "Content");
}

function refersTo(one: JsonInstance, other: JsonInstance): boolean {
  const uid = text(other, SOP);
  return items(one, REFERENCED_IMAGES).some((item) => text(item, REFERENCED_SOP) === uid);
}

/**
 * Whether two runs are the planes A and B of one biplane acquisition: their image types say A and B (PS3.3 C.8.7.1.1.1), they are of one study, and one refers to
 * the other, they begin within 1.5 s of each other, or (without times) share their acquisition number.
 */
export function isBiplanePair(one: JsonInstance, other: JsonInstance): boolean {
  const [a, b] = [planeLetter(one), planeLetter(other)];
  if (!a || !b || a === b || text(one, STUDY) !== text(other, STUDY)) return false;
  if (refersTo(one, other) || refersTo(other, one)) return true;
  const [begin, end] = [begins(one), begins(other)];
  if (begin !== undefined && end !== undefined) return Math.abs(begin - end) <= TOGETHER;
  const number = text(one, ACQUISITION_NUMBER);
  return number !== undefined && number === text(other, ACQUISITION_NUMBER);
}

/** How much later than `one` the run `other` began, s; 0 when either does not say, or says it in whole minutes only. */
export function beganLater(one: JsonInstance, other: JsonInstance): number {
  const [a, b] = [begins(one), begins(other)];
  return a === undefined || b === undefined || Math.abs(b - a) > TOGETHER ? 0 : b - a;
}
