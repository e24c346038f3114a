import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { correctedJson, type Overlay } from "../../dicom/corrected.ts";
import {
  instanceMetadata,
  readSeriesMetadata,
  type SeriesMetadata,
  saveSeriesMetadata,
} from "../db/archive/series-metadata.ts";
import { seriesOverlay } from "../db/patients/overlays.ts";
import type { Pool } from "../db/pool.ts";

const unzip = promisify(gunzip);
const zip = promisify(gzip);

const building = new WeakMap<Pool, Map<number, Promise<SeriesMetadata>>>();

/**
 * The DICOM JSON array of a series, gzip, ready to be sent: as prepared when the series stopped growing, else built now
 * and kept. Asked for by many at once, it is built once.
 */
export async function seriesMetadata(pool: Pool, seriesId: number): Promise<SeriesMetadata> {
  const ready = await readSeriesMetadata(pool, seriesId);
  if (ready) return ready;
  const running = building.get(pool) ?? new Map<number, Promise<SeriesMetadata>>();
  building.set(pool, running);
  let one = running.get(seriesId);
  if (!one) {
    one = build(pool, seriesId).finally(() => running.delete(seriesId));
    running.set(seriesId, one);
  }
  return one;
}

async function build(pool: Pool, seriesId: number): Promise<SeriesMetadata> {
  const { overlay, revision } = await seriesOverlay(pool, seriesId);
  const headers = await instanceMetadata(pool, seriesId);
  const received = await Promise.all(headers.map((one) => unzip(one)));
  const texts = overlay ? received.map((one) => correctedHeader(one, overlay)) : received;
  const whole = Buffer.concat([
    Buffer.from("["),
    ...texts.flatMap((one, i) => (i === 0 ? [one] : [COMMA, one])),
    Buffer.from("]"),
  ]);
  const etag = `"${createHash("sha256").update(whole).digest("base64url").slice(0, 27)}"`;
  const made = { body: await zip(whole, { level: 5 }), etag };
  await saveSeriesMetadata(pool, seriesId, headers.length, made, revision);
  return made;
}

/** The DICOM JSON of one object as it is given out: with what people corrected since it came. */
export function correctedHeader(received: Uint8Array, overlay: Overlay): Buffer {
  return Buffer.from(JSON.stringify(correctedJson(JSON.parse(Buffer.from(received).toString()), overlay)));
}

const COMMA = Buffer.from(",\n");
