import type { Readable } from "node:stream";

/** A finished write: where it lies, how long it is, and what it is (sha256 of the bytes). */
export interface StoredBlob {
  readonly key: string;
  readonly size: number;
  readonly digest: Buffer;
}

/** One object being written. Nothing is visible under its key before `commit` has returned. */
export interface BlobWriter {
  /** The chunk is the caller's again when it resolves. */
  write(chunk: Uint8Array): Promise<void>;
  /** Durable when it returns: file and folder are flushed to disk. */
  commit(): Promise<StoredBlob>;
  abort(): Promise<void>;
}

/** How a store is, for a load balancer, a monitor and the page of the administrator. */
export interface BlobState {
  /** New objects can be kept. */
  readonly writable: boolean;
  /** Every object that was kept can be read. */
  readonly readable: boolean;
  /** A sentence for a person: where it is and, when something is wrong, what. */
  readonly text: string;
  readonly freeBytes: number;
  /** What is kept on this disk only and waits to be taken to the object store. */
  readonly waiting?: { readonly objects: number; readonly bytes: number };
}

/**
 * Bytes by key, content-addressed: the key is made from the digest. Reads go by offset; nobody reads a whole file to
 * show one frame. Files in a folder (`file-system.ts`), or objects in a bucket (`s3/s3-blobs.ts`).
 */
export interface BlobStore {
  writer(): Promise<BlobWriter>;
  put(bytes: Uint8Array): Promise<StoredBlob>;
  read(key: string, offset: number, length: number): Promise<Uint8Array>;
  /** Fills memory that the caller has. */
  readInto(key: string, offset: number, into: Uint8Array): Promise<void>;
  stream(key: string, range?: { readonly offset: number; readonly length: number }): Readable;
  size(key: string): Promise<number>;
  remove(key: string): Promise<void>;
  /** Everything that lies in the store, for the sweep of what no row refers to. */
  list(): AsyncIterable<{ readonly key: string; readonly modifiedMs: number }>;
  /**
   * Takes a blob out of sight without destroying it: to `orphans/`, kept there. Not when it was written again after
   * `beforeMs`. Says whether it did.
   */
  setAside(key: string, beforeMs: number): Promise<boolean>;
  /** Never rejects. */
  state(): Promise<BlobState>;
  close(): Promise<void>;
}

/** The two that follow from the others, for any store: a whole object written, and a read into fresh memory. */
export function inOnePiece({
  writer,
  readInto,
}: Pick<BlobStore, "writer" | "readInto">): Pick<BlobStore, "put" | "read"> {
  return {
    async put(bytes) {
      const one = await writer();
      try {
        await one.write(bytes);
        return await one.commit();
      } catch (error) {
        await one.abort();
        throw error;
      }
    },
    async read(key, offset, length) {
      const bytes = Buffer.allocUnsafeSlow(length);
      await readInto(key, offset, bytes);
      return bytes;
    },
  };
}
