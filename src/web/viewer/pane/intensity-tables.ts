import { bulkBytes } from "../display/looks.ts";
import { type JsonElement, type JsonInstance, number, TAG, text } from "./dicom-json.ts";

/** Pixel Intensity Relationship LUT and Modality LUT: what makes the stored values of a run intensities of the beam. */
const TABLES = new Set(["00289422", "00283000"]);
const LUT_DATA = "00283006";
const PROJECTIONS = new Set(["XA", "RF"]);
/** A run that brings more tables than this brings one a frame; the first of them is the one that is read. */
const MOST = 4;

/**
 * Runs whose intensity tables lie behind addresses get them in their metadata, so that densities are read by them and not
 * taken for values without a scale. Other instances are given back as they are.
 */
export function withIntensityTables(instances: readonly JsonInstance[]): Promise<readonly JsonInstance[]> {
  return Promise.all(
    instances.map((one) =>
      PROJECTIONS.has(text(one, TAG.Modality) ?? "") && (number(one, TAG.NumberOfFrames) ?? 1) > 1 ? filled(one) : one,
    ),
  );
}

async function filled(instance: JsonInstance): Promise<JsonInstance> {
  const found = new Map<string, string>();
  walk(instance, false, (uri) => {
    if (found.size < MOST) found.set(uri, "");
    return undefined;
  });
  if (found.size === 0) return instance;
  await Promise.all(
    // without its table the run says on its image that its scale is not known
    [...found.keys()].map(async (uri) => found.set(uri, base64(await bulkBytes(uri).catch(() => new Uint8Array(0))))),
  );
  return walk(instance, false, (uri) => found.get(uri) || undefined);
}

/** A copy in which the data of intensity tables is inline where `inlined` gives it. */
function walk(
  instance: JsonInstance,
  inTable: boolean,
  inlined: (uri: string) => string | undefined,
  depth = 0,
): JsonInstance {
  const out: Record<string, JsonElement | undefined> = { ...instance };
  for (const [tag, element] of Object.entries(instance)) {
    if (!element) continue;
    if (inTable && tag === LUT_DATA && element.BulkDataURI) {
      const bytes = inlined(element.BulkDataURI);
      if (bytes) out[tag] = { vr: element.vr, InlineBinary: bytes };
    } else if (element.vr === "SQ" && element.Value && depth < 4) {
      const items = element.Value as readonly JsonInstance[];
      out[tag] = { ...element, Value: items.map((item) => walk(item, TABLES.has(tag), inlined, depth + 1)) };
    }
  }
  return out;
}

function base64(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary);
}
