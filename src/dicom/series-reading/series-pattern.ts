import { type DataSet, text } from "../data-set.ts";

/** What series of one kind at one site have in common. */
export interface SeriesPattern {
  readonly modality: string;
  readonly station: string;
  readonly protocol: string;
  readonly description: string;
}

/**
 * The pattern of a series by one of its objects: modality, station (else serial number, else model), protocol and
 * description, in lower case; dates, times and other runs of four or more digits count as the same. Undefined where
 * neither protocol nor description says anything: then nothing tells one series of the device from another.
 */
export function patternOf(ds: DataSet): SeriesPattern | undefined {
  const said = (keyword: string) => plain(text(ds, keyword) ?? "");
  const station = said("StationName") || said("DeviceSerialNumber") || said("ManufacturerModelName");
  const [protocol, description] = [said("ProtocolName"), said("SeriesDescription")];
  if (protocol === "" && description === "") return undefined;
  return { modality: said("Modality"), station, protocol, description };
}

function plain(words: string): string {
  return words
    .trim()
    .toLowerCase()
    .replace(/\d{4,}/g, "#")
    .replace(/\s+/g, " ")
    .slice(0, 200);
}
