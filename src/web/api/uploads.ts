import { useSyncExternalStore } from "react";
import { ask, Problem } from "./client.ts";
import { queryClient } from "./query-client.ts";
import {
  added,
  changed,
  EMPTY_QUEUE,
  isWorthSending,
  mediaType,
  nextToSend,
  retried,
  settled,
  type UploadQueue,
} from "./upload-queue.ts";
import type { StoredAnswer } from "./views.ts";

/** Requests at once: two of a browser's six connections stay free for the page itself. */
const AT_ONCE = 4;
const MOST_TRIES = 3;

export interface Uploads {
  /** Takes files; sending starts by itself. */
  add(files: readonly File[]): void;
  retry(): void;
  subscribe(listener: () => void): () => void;
  read(): UploadQueue;
  /** What the server said about the images as a whole, e.g. that they name another patient. */
  warnings(): readonly string[];
}

/** Sends files to `url()`, which may still have to be made (a draft case). Retries when the network failed. */
export function createUploads(url: () => Promise<string>): Uploads {
  let queue = EMPTY_QUEUE;
  let said: readonly string[] = [];
  const files = new Map<number, File>();
  const listeners = new Set<() => void>();
  const put = (next: UploadQueue) => {
    queue = next;
    for (const listener of listeners) listener();
  };

  async function send(key: number, tries: number): Promise<void> {
    const file = files.get(key);
    if (!file) return;
    put(changed(queue, key, { state: "sending", tries: tries + 1 }));
    try {
      const name = file.webkitRelativePath || file.name;
      const answer = await ask<StoredAnswer>(`${await url()}?name=${encodeURIComponent(name)}`, {
        method: "POST",
        body: file,
        headers: { "Content-Type": mediaType(file.name) },
      });
      if (answer.warnings?.length) said = [...new Set([...said, ...answer.warnings])];
      const { stored, duplicates, quarantined, ignored = [] } = answer;
      put(changed(queue, key, settled({ stored: stored.length, duplicates, quarantined, ignored })));
      files.delete(key);
    } catch (error) {
      const again = error instanceof Problem && (error.status === 0 || error.status >= 500) && tries + 1 < MOST_TRIES;
      if (again) {
        await new Promise((go) => setTimeout(go, 1000 * 2 ** tries));
        return send(key, tries + 1);
      }
      put(changed(queue, key, { state: "failed", reason: error instanceof Error ? error.message : String(error) }));
    }
    pump();
  }

  function pump(): void {
    for (const item of nextToSend(queue, AT_ONCE)) void send(item.key, 0);
    if (queue.items.length > 0 && nextToSend(queue, Number.POSITIVE_INFINITY).length === 0) {
      void queryClient.invalidateQueries({ queryKey: ["cases"] });
      void queryClient.invalidateQueries({ queryKey: ["studies"] });
    }
  }

  return {
    add(given) {
      const worth = given.filter((file) => isWorthSending(file.name, file.size));
      const { queue: next, keys } = added(
        queue,
        worth.map((file) => ({ name: file.webkitRelativePath || file.name, size: file.size })),
      );
      keys.forEach((key, i) => {
        files.set(key, worth[i]!);
      });
      put(next);
      pump();
    },
    retry() {
      put(retried(queue));
      pump();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    read: () => queue,
    warnings: () => said,
  };
}

export function useUploads(uploads: Uploads): UploadQueue {
  return useSyncExternalStore(uploads.subscribe, uploads.read);
}

/** The files of a drop, folders walked to their ends. */
export async function droppedFiles(transfer: DataTransfer): Promise<File[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.() ?? null);
  if (entries.every((entry) => entry === null)) return [...transfer.files];
  const found: File[] = [];
  const walk = async (entry: FileSystemEntry): Promise<void> => {
    if (entry.isFile) {
      found.push(await new Promise<File>((ok, no) => (entry as FileSystemFileEntry).file(ok, no)));
      return;
    }
    const reader = (entry as FileSystemDirectoryEntry).createReader();
    for (;;) {
      const some = await new Promise<FileSystemEntry[]>((ok, no) => reader.readEntries(ok, no));
      if (some.length === 0) return;
      for (const each of some) await walk(each);
    }
  };
  for (const entry of entries) if (entry) await walk(entry);
  return found;
}
