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
import { type ByteCache, byteCache } from "./byte-cache.ts";

const unzip = promisify(gunzip);
const zip = promisify(gzip);

/** The metadata of a series as it is sent, in both forms. */
export interface ReadyMetadata extends SeriesMetadata {
  /** The JSON array; unzipped once. */
  plain(): Promise<Buffer>;
}

const KEPT_BYTES = 32 * 1024 * 1024;
const ready = new WeakMap<Pool, ByteCache<number, ReadyMetadata>>();
const building = new WeakMap<Pool, Map<number, Promise<SeriesMetadata>>>();

/**
 * The DICOM JSON array of a series, ready to be sent: as prepared when the series stopped growing, else built now and
 * kept. The last ones stay in memory; whether they still hold is asked of the index each time, by their tag.
 */
export async function seriesMetadata(pool: Pool, seriesId: number): Promise<ReadyMetadata> {
  const cache = ready.get(pool) ?? byteCache<number, ReadyMetadata>(KEPT_BYTES);
  ready.set(pool, cache);
  const known = cache.get(seriesId);
  const found = await readSeriesMetadata(pool, seriesId, known?.etag);
  if (known && found?.etag === known.etag) return known;
  const { body, etag } = found?.body
    ? { body: found.body, etag: found.etag }
    : await prepareSeriesMetadata(pool, seriesId);
  let text: Promise<Buffer> | undefined;
  const plain = (): Promise<Buffer> => {
    text ??= unzip(body, { chunkSize: body.readUInt32LE(body.length - 4) + 1024 }); // in one piece: gzip says its size
    return text;
  };
  const made = { body, etag, plain };
  cache.set(seriesId, made, body.length + body.readUInt32LE(body.length - 4));
  return made;
}

/** Builds it, when it is not there as prepared. Asked for by many at once, it is built once. */
export async function prepareSeriesMetadata(pool: Pool, seriesId: number): Promise<SeriesMetadata> {
  const found = await readSeriesMetadata(pool, seriesId);
  if (found?.body) return { body: found.body, etag: found.etag };
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
