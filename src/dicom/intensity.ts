import { type DataSet, items, number, text } from "./data-set.ts";
import { functionalGroup } from "./functional-groups.ts";
import { lookupTableOf } from "./grey.ts";

/**
 * Intensity of the beam for each 16-bit stored value (index: value & 0xffff), from the table that a run brings along: a
 * Pixel Intensity Relationship LUT whose function is TO_LINEAR (0028,9422), or the Modality LUT of a run that is LOG.
 * Null when it brings none; then LIN is linear as it stands. Values outside the table take its nearest entry.
 * Source: PS3.3 C.7.6.16.2.13 and C.8.7.1.1.2.
 */
export function linearTable(ds: DataSet): Float32Array | null {
  const properties = functionalGroup(ds, 0, "FramePixelDataPropertiesSequence") ?? ds;
  const groups = [
    items(ds, "PerFrameFunctionalGroupsSequence")[0],
    items(ds, "SharedFunctionalGroupsSequence")[0],
    ds,
  ].flatMap((group) => (group ? items(group, "PixelIntensityRelationshipLUTSequence") : []));
  const item = groups.find((one) => text(one, "LUTFunction") === "TO_LINEAR");
  const isLog = text(properties, "PixelIntensityRelationship") === "LOG";
  const source: DataSet | null = item
    ? new Map([...ds, [MODALITY_LUT, { vr: "SQ", value: [item] }]])
    : isLog
      ? ds
      : null;
  const table = source && lookupTableOf(source, "ModalityLUTSequence");
  if (!table || table.values.length < 2) return null;
  const signed = number(ds, "PixelRepresentation") === 1;
  const out = new Float32Array(65536);
  const last = table.values.length - 1;
  for (let index = 0; index < 65536; index++) {
    const stored = signed && index > 32767 ? index - 65536 : index;
    out[index] = table.values[Math.max(0, Math.min(last, stored - table.first))]!;
  }
  return out;
}

const MODALITY_LUT = 0x00283000;
