import type { Readable } from "node:stream";

/** A finished write: where it lies, how long it is, and what it is (sha256 of the bytes). */
export interface StoredBlob {
  readonly key: string;
  readonly size: number;
  readonly digest: Buffer;
}

/** One object being written. Nothing is visible under its key before `commit` has returned. */
export interface BlobWriter {
  write(chunk: Uint8Array): Promise<void>;
  /** Durable when it returns: file and folder are flushed to disk. */
  commit(): Promise<StoredBlob>;
  abort(): Promise<void>;
}

/**
 * Bytes by key, content-addressed: the key is made from the digest. Reads go by offset; nobody reads a whole file to
 * show one frame. A file system today; an object store can stand here without a change elsewhere.
 */
export interface BlobStore {
  writer(): Promise<BlobWriter>;
  put(bytes: Uint8Array): Promise<StoredBlob>;
  read(key: string, offset: number, length: number): Promise<Uint8Array>;
  stream(key: string, range?: { readonly offset: number; readonly length: number }): Readable;
  size(key: string): Promise<number>;
  remove(key: string): Promise<void>;
}
