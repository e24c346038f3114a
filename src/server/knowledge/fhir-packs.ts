import { WillisError } from "../../core/errors.ts";
import { packBundle } from "../../fhir/bundle.ts";
import { differences, filesOfBundle } from "../../fhir/import-bundle.ts";
import type { Pack } from "../../knowledge/index.ts";
import { PACK_FILES, packOf } from "../packs.ts";

/** A pack that came as FHIR, with the text of each of its files. */
export interface PackFromFhir {
  readonly pack: Pack;
  readonly texts: Readonly<Record<string, string>>;
}

/**
 * The pack in a FHIR bundle. Its files decide; the resources beside them must say the same as the files do, or the bundle is
 * refused. Throws WillisError with what is wrong.
 */
export function packOfBundle(bundle: unknown): PackFromFhir {
  const texts = filesOfBundle(bundle);
  const strange = Object.keys(texts).find((name) => !PACK_FILES.some((known) => known === name));
  if (strange !== undefined)
    throw new WillisError("bad-request", `This bundle cannot be taken: "${strange}" is no file of a pack.`);
  const pack = packOf(texts, "the bundle");
  const other = differences(bundle, packBundle(pack, texts));
  if (other.length > 0)
    throw new WillisError("bad-request", `The bundle says something else than the pack in it: ${other.join(", ")}.`);
  return { pack, texts };
}
