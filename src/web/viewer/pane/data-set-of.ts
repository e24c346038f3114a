import { type DataSet, fromDicomJson } from "../../../dicom/index.ts";
import type { JsonInstance } from "./dicom-json.ts";

const made = new WeakMap<JsonInstance, DataSet>();
const NO_BYTES = new Uint8Array(0);
const ATTRIBUTE = /^[0-9A-Fa-f]{8}$/;

/**
 * The metadata of an instance as a data set, so that the page reads it with the same code as the server; made once. What lies
 * behind an address (tables, overlays) is empty here. What is no attribute is left out: the image loader writes notes of its own (`frameNumber`) onto the
 * metadata it is given. Metadata that is no DICOM JSON gives an empty data set.
 */
export function dataSetOf(instance: JsonInstance): DataSet {
  const known = made.get(instance);
  if (known) return known;
  let ds: DataSet;
  try {
    const attributes = Object.entries(instance).filter(([key]) => ATTRIBUTE.test(key));
    ds = fromDicomJson(Object.fromEntries(attributes), { bulkData: () => NO_BYTES });
  } catch {
    ds = new Map();
  }
  made.set(instance, ds);
  return ds;
}
