import { type DataSet, fromDicomJson, has, items, text } from "../../../dicom/index.ts";
import type { JsonElement, JsonInstance } from "../pane/dicom-json.ts";
import { firstPart } from "../pane/multipart.ts";

/** Elements whose bytes decide how an image looks; they may lie behind an address of their own. */
const LOOK = /^(00283000|00283010|20500010|002812\d\d|60\d\d3000|00283006|00283110)$/;

/** What the greys of an image are made from: format, padding, rescale, window, shapes, and the groups of enhanced objects. */
const GREYS =
  /^(00080060|0028000[2-8]|0028001[01]|0028010[0-9]|0028012[012]|0028105[0-6]|20500020|52009229|52009230|002811\d\d)$/;
const greys = new WeakMap<JsonInstance, DataSet>();

/** The elements of an instance that its greys are made from, as a small data set; made once. */
export function greysOf(instance: JsonInstance): DataSet {
  const known = greys.get(instance);
  if (known) return known;
  const kept = Object.entries(instance).filter(([tag]) => GREYS.test(tag) || LOOK.test(tag));
  let ds: DataSet = new Map();
  try {
    ds = fromDicomJson(Object.fromEntries(kept), { bulkData: () => new Uint8Array(0) });
  } catch {
    // No DICOM JSON: the image is shown by its own values.
  }
  greys.set(instance, ds);
  return ds;
}

const whole = new WeakMap<JsonInstance, Promise<DataSet>>();

/** The metadata of an instance as a data set with the bytes of its tables, palettes and overlays fetched; made once. */
export function lookOf(instance: JsonInstance): Promise<DataSet> {
  const known = whole.get(instance);
  if (known) return known;
  const made = fetchLook(instance);
  whole.set(instance, made);
  made.catch(() => whole.delete(instance));
  return made;
}

async function fetchLook(instance: JsonInstance): Promise<DataSet> {
  const uris = [...new Set(urisOf(instance))];
  const bytes = new Map(await Promise.all(uris.map(async (uri) => [uri, await bulkBytes(uri)] as const)));
  const kept = Object.entries(instance).filter(([tag]) => GREYS.test(tag) || LOOK.test(tag) || /^60/.test(tag));
  return fromDicomJson(Object.fromEntries(kept), { bulkData: (uri) => bytes.get(uri) ?? new Uint8Array(0) });
}

/** Addresses of what decides the look, also in items of tables. */
function urisOf(instance: JsonInstance): string[] {
  const found: string[] = [];
  const open: JsonInstance[] = [instance];
  while (open.length > 0) {
    for (const [tag, element] of Object.entries(open.pop()!)) {
      if (!element || !LOOK.test(tag)) continue;
      if (element.BulkDataURI) found.push(element.BulkDataURI);
      if (element.vr === "SQ")
        open.push(...(((element as JsonElement).Value as readonly JsonInstance[] | undefined) ?? []));
    }
  }
  return found;
}

/** The bytes behind an address in metadata. Rejects with words. */
export async function bulkBytes(uri: string): Promise<Uint8Array> {
  const accept = "multipart/related; type=application/octet-stream";
  const answer = await fetch(uri, { headers: { Accept: accept }, credentials: "same-origin" });
  if (!answer.ok)
    throw new Error(`A table of this image could not be fetched (status ${answer.status}). Open it again.`);
  return firstPart(new Uint8Array(await answer.arrayBuffer()), answer.headers.get("Content-Type") ?? "");
}

/**
 * Whether the greys (or colours) of an image are made by tables rather than by a window: then they are made by the same
 * code as on the server, and the page windows what comes out of it.
 */
export function isMadeByTables(ds: DataSet): boolean {
  const photometric = text(ds, "PhotometricInterpretation") ?? "";
  if (photometric === "PALETTE COLOR" || SUBSAMPLED.test(photometric)) return true;
  if (!photometric.startsWith("MONOCHROME")) return false;
  return (
    items(ds, "ModalityLUTSequence").length > 0 ||
    items(ds, "PresentationLUTSequence").length > 0 ||
    has(ds, "RedPaletteColorLookupTableDescriptor") ||
    (items(ds, "VOILUTSequence").length > 0 && !has(ds, "WindowCenter"))
  );
}

/** Colours of which two pixels share one; as they lie in a file without compression only our own decoder reads them. */
export const SUBSAMPLED = /^YBR_(FULL|PARTIAL)_42[02]$/;

/** Whether a frame is drawn light on dark the other way round: MONOCHROME1, or an inverse presentation shape. */
export function isInverse(ds: DataSet): boolean {
  return text(ds, "PhotometricInterpretation") === "MONOCHROME1" || text(ds, "PresentationLUTShape") === "INVERSE";
}

/** What a look makes of the data set of an image. */
type Change = (own: DataSet, instance: JsonInstance) => DataSet;
const looks = new Map<string, Change>();

/** Makes a look known (that of a presentation state) under which images are shown by `lookId`. */
export function defineLook(id: string, change: Change): void {
  looks.set(id, change);
}

/** The id of an image under a look; `frameOf` and the network know it by what stands before the mark. */
export function underLook(imageId: string, look: string): string {
  return `view:${imageId.slice(imageId.indexOf(":") + 1)}#${look}`;
}

/** The data set that an image id of ours is shown by: its own, or changed by the look it names. */
export async function shownBy(imageId: string, instance: JsonInstance): Promise<DataSet> {
  const own = await lookOf(instance);
  const mark = imageId.indexOf("#");
  const change = mark < 0 ? undefined : looks.get(imageId.slice(mark + 1));
  return change ? change(own, instance) : own;
}
