import { setTimeout as sleep } from "node:timers/promises";
import { WillisError } from "../../core/errors.ts";
import { dataSet, text } from "../../dicom/data-set.ts";
import { COMMAND, type CommandFields } from "../../dicom/dimse.ts";
import type { InstanceFile } from "../db/archive/instances.ts";
import { findFile } from "../db/archive/retrieve-instances.ts";
import { contextOf, objectData } from "./object-data.ts";
import type { DimseServices } from "./service.ts";
import type { Session } from "./session.ts";

/** How sending a list of objects goes (PS3.4 C.4.2.1.6 to 9). */
export class SubOperations {
  remaining: number;
  completed = 0;
  warnings = 0;
  readonly failedUids: string[] = [];
  /** Those that were tried, whatever came of it. */
  readonly triedUids = new Set<string>();
  /** Why the last one that failed did. */
  lastFailure = "";

  constructor(total: number) {
    this.remaining = total;
  }

  get failed(): number {
    return this.failedUids.length;
  }

  /** The four counts of a response; a final one has no remaining. */
  fields(final: boolean): CommandFields {
    const most = (n: number): number => Math.min(n, 0xffff);
    return {
      ...(final ? {} : { NumberOfRemainingSuboperations: most(this.remaining) }),
      NumberOfCompletedSuboperations: most(this.completed),
      NumberOfFailedSuboperations: most(this.failed),
      NumberOfWarningSuboperations: most(this.warnings),
    };
  }

  fail(sopUid: string, why: string): void {
    this.remaining--;
    this.triedUids.add(sopUid);
    this.failedUids.push(sopUid);
    this.lastFailure = why;
  }

  /** The identifier of a final response: which objects did not arrive; undefined when all did. */
  failures(): ReturnType<typeof dataSet> | undefined {
    return this.failed === 0 ? undefined : dataSet({ FailedSOPInstanceUIDList: this.failedUids });
  }
}

const STORE_SILENCE_MS = 120_000;

/**
 * Sends one object by C-STORE on an open association and counts it. What the peer refuses, or what cannot be made in a
 * transfer syntax that it takes, is a failed sub-operation. Errors: `unavailable` when the association has ended.
 */
export async function sendObject(
  services: DimseServices,
  session: Session,
  file: InstanceFile,
  counts: SubOperations,
  options: { readonly signal: AbortSignal; readonly fields?: CommandFields },
): Promise<void> {
  const context = contextOf(session.dimse.association.contexts.values(), file);
  if (!context) return counts.fail(file.sopUid, `SOP class ${file.sopClass} is not accepted there`);
  const fields = { AffectedSOPInstanceUID: file.sopUid, Priority: 0, ...options.fields };
  // The list of what to send has no frame tables; they are read where pixels are converted or the header corrected.
  const asStored = file.overlay === null && context.transferSyntax === file.transferSyntax;
  const whole = asStored ? file : await findFile(services.pool, file.id);
  if (!whole) return counts.fail(file.sopUid, "it has been removed meanwhile");
  const data = await objectData(services, whole, context.transferSyntax, options.signal).catch((error: Error) => error);
  if (data instanceof Error) {
    if (!(data instanceof WillisError)) console.error(`object ${file.sopUid}:`, data);
    return counts.fail(file.sopUid, data.message);
  }
  const { status, command } = await session.askOnce({
    ...{ field: COMMAND.store, context, fields, data, silenceMs: STORE_SILENCE_MS },
  });
  if (status === 0 || status >>> 12 === 0xb) {
    counts.remaining--;
    counts.triedUids.add(file.sopUid);
    if (status === 0) counts.completed++;
    else counts.warnings++;
  } else {
    const comment = text(command, "ErrorComment");
    counts.fail(file.sopUid, `the peer answered ${status.toString(16).toUpperCase()}${comment ? `, ${comment}` : ""}`);
  }
}

/** At most this many pending responses a second: a study of thousands of objects does not need thousands. */
export function everySoOften(ms: number): () => boolean {
  let next = 0;
  return () => {
    const now = performance.now();
    if (now < next) return false;
    next = now + ms;
    return true;
  };
}

/** A breath for the event loop, so that a C-CANCEL is heard between two objects. */
export const breathe = (): Promise<void> => sleep(0);
