/**
 * Files on their way to the server, as plain data: what is waiting, what is being sent, what was kept and what was not.
 * Pure; the sending is in `uploads.ts`.
 */
export type UploadState = "waiting" | "sending" | "stored" | "duplicate" | "quarantined" | "ignored" | "failed";

export interface UploadItem {
  readonly key: number;
  readonly name: string;
  readonly size: number;
  readonly state: UploadState;
  /** Why it was quarantined or failed. */
  readonly reason: string;
  /** Images kept from it: a zip holds many. */
  readonly images: number;
  readonly tries: number;
}

export interface UploadQueue {
  readonly items: readonly UploadItem[];
  readonly nextKey: number;
}

export const EMPTY_QUEUE: UploadQueue = { items: [], nextKey: 1 };

/** Names that are not images and are left out of a dropped folder without a word. */
const NOISE = new Set([".ds_store", "thumbs.db", "desktop.ini", "autorun.inf", "dicomdir"]);

/** Whether a dropped file is worth sending: empty files and the droppings of file managers are not. */
export function isWorthSending(name: string, size: number): boolean {
  const base = (name.split("/").pop() ?? name).toLowerCase();
  return size > 0 && !NOISE.has(base) && !base.startsWith("._");
}

/** Adds files at the end; answers the queue and the keys given to them, in order. */
export function added(
  queue: UploadQueue,
  files: readonly { readonly name: string; readonly size: number }[],
): { readonly queue: UploadQueue; readonly keys: readonly number[] } {
  const items = files.map(
    ({ name, size }, i): UploadItem => ({
      key: queue.nextKey + i,
      name,
      size,
      state: "waiting",
      reason: "",
      images: 0,
      tries: 0,
    }),
  );
  return {
    queue: { items: [...queue.items, ...items], nextKey: queue.nextKey + files.length },
    keys: items.map((item) => item.key),
  };
}

/** Changes one item. */
export function changed(queue: UploadQueue, key: number, change: Partial<UploadItem>): UploadQueue {
  return { ...queue, items: queue.items.map((item) => (item.key === key ? { ...item, ...change } : item)) };
}

/** The items to send now, so that at most `atOnce` are under way. */
export function nextToSend(queue: UploadQueue, atOnce: number): readonly UploadItem[] {
  const sending = queue.items.filter((item) => item.state === "sending").length;
  return queue.items.filter((item) => item.state === "waiting").slice(0, Math.max(0, atOnce - sending));
}

export interface Outcome {
  readonly stored: number;
  readonly duplicates: number;
  readonly quarantined: readonly { readonly reason: string }[];
  /** What is no image and not meant to be one (a DICOMDIR, a viewer's program). */
  readonly ignored?: readonly { readonly reason: string }[];
}

/** What an answered file has become: kept if anything of it was kept, else already there, else quarantined. */
export function settled(outcome: Outcome): Pick<UploadItem, "state" | "reason" | "images"> {
  const reason = [...new Set(outcome.quarantined.map((each) => each.reason))].join("; ");
  if (outcome.stored > 0) return { state: "stored", reason, images: outcome.stored };
  if (outcome.duplicates > 0) return { state: "duplicate", reason, images: outcome.duplicates };
  if (outcome.quarantined.length > 0) return { state: "quarantined", reason, images: 0 };
  const ignored = outcome.ignored?.[0];
  if (ignored) return { state: "ignored", reason: ignored.reason, images: 0 };
  return { state: "failed", reason: "It holds no image.", images: 0 };
}

/** Puts failed items back in the line. */
export function retried(queue: UploadQueue): UploadQueue {
  return {
    ...queue,
    items: queue.items.map((item) => (item.state === "failed" ? { ...item, state: "waiting", reason: "" } : item)),
  };
}

export interface UploadTotals {
  readonly files: number;
  readonly done: number;
  readonly images: number;
  readonly duplicates: number;
  readonly quarantined: number;
  readonly failed: number;
  readonly bytes: number;
  readonly bytesDone: number;
  readonly busy: boolean;
}

/** Sums over the queue for the meter. */
export function totals(queue: UploadQueue): UploadTotals {
  const sum = { files: 0, done: 0, images: 0, duplicates: 0, quarantined: 0, failed: 0, bytes: 0, bytesDone: 0 };
  for (const item of queue.items) {
    const done = item.state !== "waiting" && item.state !== "sending";
    sum.files += 1;
    sum.bytes += item.size;
    if (done) {
      sum.done += 1;
      sum.bytesDone += item.size;
    }
    if (item.state === "stored") sum.images += item.images;
    if (item.state === "duplicate") sum.duplicates += item.images;
    if (item.state === "quarantined") sum.quarantined += 1;
    if (item.state === "failed") sum.failed += 1;
  }
  return { ...sum, busy: sum.done < sum.files };
}

/** The media type a file is sent under; the server looks into the bytes anyway. */
export function mediaType(name: string): string {
  if (/\.zip$/i.test(name)) return "application/zip";
  return /\.(dcm|dicom|ima)$/i.test(name) ? "application/dicom" : "application/octet-stream";
}
