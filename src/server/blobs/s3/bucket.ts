import type { Readable } from "node:stream";
import type { S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import { WillisError } from "../../../core/errors.ts";
import type { S3Settings } from "./settings.ts";

/** What the store says of an object. */
export interface BucketEntry {
  readonly size: number;
  readonly modifiedMs: number;
  /** Without quotes: md5 in hex for most objects, "md5 of md5s-N" for those that came in parts. */
  readonly etag: string;
  /** base64, where the store keeps it. */
  readonly sha256: string | null;
}

/** A range of an object as it arrives. */
export interface BucketRange {
  readonly body: Readable;
  readonly total: number;
}

/** A part that the store has taken. */
export interface BucketPart {
  readonly number: number;
  readonly etag: string;
}

/**
 * The few operations that Willis needs of an S3 bucket; names are without the prefix. What is not there is null, a store
 * that is away or refuses is `unavailable` with the reason.
 */
export interface Bucket {
  readonly place: string;
  check(): Promise<void>;
  head(name: string): Promise<BucketEntry | null>;
  /** Bytes `first` to `last`, both included; the store cuts what is beyond the end. */
  range(name: string, first: number, last: number): Promise<BucketRange | null>;
  /** The store refuses bytes whose md5, or sha256 (base64), is another one. */
  put(name: string, bytes: Uint8Array, md5: Buffer, sha256?: string): Promise<void>;
  beginParts(name: string): Promise<string>;
  putPart(name: string, upload: string, number: number, bytes: Uint8Array, md5: Buffer): Promise<BucketPart>;
  endParts(name: string, upload: string, parts: readonly BucketPart[]): Promise<void>;
  dropParts(name: string, upload: string): Promise<void>;
  copy(from: string, to: string): Promise<void>;
  remove(name: string): Promise<void>;
  list(prefix: string): AsyncIterable<{ readonly name: string; readonly modifiedMs: number; readonly size: number }>;
  close(): void;
}

/** Opens a bucket. The client is loaded here, so that who keeps images in a folder does not pay for it. */
export async function openBucket(settings: S3Settings): Promise<Bucket> {
  const s3 = await import("@aws-sdk/client-s3");
  const { bucket: Bucket, prefix, endpoint, region } = settings;
  const client: S3Client = new s3.S3Client({
    ...(endpoint === null ? {} : { endpoint }),
    region,
    forcePathStyle: settings.pathStyle,
    // Stores that are not Amazon's do not know its newer checksums; ours are sent and compared where we ask.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 3000, requestTimeout: 30_000 },
  });
  const place = `${endpoint ?? `S3 in ${region}`}, bucket ${Bucket}${prefix && `, ${prefix}`}`;
  const at = (name: string) => ({ Bucket, Key: prefix + name });

  async function ask<T>(work: Promise<T>): Promise<T> {
    return work.catch((error: unknown) => {
      throw away(error, place);
    });
  }
  const orNull = <T>(work: Promise<T>): Promise<T | null> =>
    ask(
      work.catch((error: S3ServiceException) => {
        if (error?.$metadata?.httpStatusCode === 404 && error.name !== "NoSuchBucket") return null;
        throw error;
      }),
    );

  return {
    place,
    async check() {
      const signal = AbortSignal.timeout(5000);
      await ask(client.send(new s3.HeadBucketCommand({ Bucket }), { abortSignal: signal }));
    },
    async head(name) {
      const found = await orNull(client.send(new s3.HeadObjectCommand({ ...at(name), ChecksumMode: "ENABLED" })));
      return (
        found && {
          size: found.ContentLength ?? 0,
          modifiedMs: found.LastModified?.getTime() ?? 0,
          etag: (found.ETag ?? "").replaceAll('"', ""),
          sha256: found.ChecksumSHA256 ?? null,
        }
      );
    },
    async range(name, first, last) {
      const found = await orNull(
        client.send(new s3.GetObjectCommand({ ...at(name), Range: `bytes=${first}-${last}` })),
      );
      if (!found) return null;
      const total = Number(/\/(\d+)$/.exec(found.ContentRange ?? "")?.[1] ?? found.ContentLength ?? 0);
      return { body: found.Body as Readable, total };
    },
    async put(name, bytes, sum, sha256) {
      const checked = { ContentMD5: sum.toString("base64"), ...(sha256 ? { ChecksumSHA256: sha256 } : {}) };
      await ask(client.send(new s3.PutObjectCommand({ ...at(name), Body: bytes, ...checked })));
    },
    async beginParts(name) {
      const { UploadId } = await ask(client.send(new s3.CreateMultipartUploadCommand(at(name))));
      return UploadId!;
    },
    async putPart(name, upload, number, bytes, sum) {
      const part = { UploadId: upload, PartNumber: number, Body: bytes, ContentMD5: sum.toString("base64") };
      const { ETag } = await ask(client.send(new s3.UploadPartCommand({ ...at(name), ...part })));
      return { number, etag: ETag! };
    },
    async endParts(name, upload, parts) {
      const Parts = parts.map(({ number, etag }) => ({ PartNumber: number, ETag: etag }));
      await ask(
        client.send(
          new s3.CompleteMultipartUploadCommand({ ...at(name), UploadId: upload, MultipartUpload: { Parts } }),
        ),
      );
    },
    async dropParts(name, upload) {
      await ask(client.send(new s3.AbortMultipartUploadCommand({ ...at(name), UploadId: upload })));
    },
    async copy(from, to) {
      const source = `${Bucket}/${prefix}${from}`.split("/").map(encodeURIComponent).join("/");
      await ask(client.send(new s3.CopyObjectCommand({ ...at(to), CopySource: source })));
    },
    async remove(name) {
      await ask(client.send(new s3.DeleteObjectCommand(at(name))));
    },
    async *list(under) {
      for (let token: string | undefined, more = true; more; ) {
        const page = await ask(
          client.send(
            new s3.ListObjectsV2Command({
              ...{ Bucket, Prefix: prefix + under },
              ...(token === undefined ? {} : { ContinuationToken: token }),
            }),
          ),
        );
        for (const { Key = "", LastModified, Size = 0 } of page.Contents ?? [])
          yield { name: Key.slice(prefix.length), modifiedMs: LastModified?.getTime() ?? Date.now(), size: Size };
        token = page.NextContinuationToken;
        more = page.IsTruncated === true && token !== undefined;
      }
    },
    close: () => client.destroy(),
  };
}

function away(error: unknown, place: string): unknown {
  if (error instanceof WillisError) return error;
  const { name, message, $metadata, code } = error as Partial<S3ServiceException> & { code?: string };
  const status = $metadata?.httpStatusCode;
  const why =
    status === 403
      ? "it refuses our keys: check AWS_ACCESS_KEY_ID and what they may do"
      : name === "NoSuchBucket" || status === 404
        ? "there is no such bucket: make it"
        : `${status ?? code ?? name}: ${message || "no answer"}`;
  return new WillisError("unavailable", `The object store (${place}) does not serve now: ${why}.`, { retryAfter: 5 });
}
