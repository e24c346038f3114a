import type { CommandFields } from "../../../dicom/dimse.ts";
import { TS } from "../../../dicom/transfer-syntax.ts";
import type { InstanceFile } from "../../db/archive/instances.ts";
import type { DimseServices } from "../service.ts";
import type { DimseSettings } from "../settings.ts";
import { breathe, type SubOperations, sendObject } from "../sub-operations.ts";
import { type Callee, withPeer } from "./connect.ts";

export interface SendOptions {
  /** Stop between two objects. */
  readonly signal: AbortSignal;
  /** Stop at once, with A-ABORT. */
  readonly abort?: AbortSignal;
  /** Fields of every C-STORE-RQ: the originator of a C-MOVE. */
  readonly fields?: CommandFields;
  /** After each object. */
  readonly onProgress?: (counts: SubOperations) => Promise<void> | void;
}

const MOST_CONTEXTS = 128;

/**
 * Sends objects to a peer: a context for each SOP class in each transfer syntax that is stored, and one in little endian;
 * several associations when they need more than 128. Stops between two objects when `signal` aborts. Errors: those of
 * `withPeer`, and `unavailable` when the association breaks; `counts` tells how far it came.
 */
export async function sendObjects(
  peer: Callee,
  settings: DimseSettings,
  services: DimseServices,
  files: readonly InstanceFile[],
  counts: SubOperations,
  options: SendOptions,
): Promise<void> {
  for (const batch of batches(files)) {
    if (options.signal.aborted) return;
    const call = { contexts: batch.contexts, ...(options.abort ? { signal: options.abort } : {}) };
    await withPeer(peer, settings, call, async ({ session }) => {
      for (const file of batch.files) {
        if (options.signal.aborted) return;
        await sendObject(services, session, file, counts, options);
        await options.onProgress?.(counts);
        await breathe();
      }
    });
  }
}

interface Batch {
  readonly contexts: { abstractSyntax: string; transferSyntaxes: readonly string[] }[];
  readonly files: InstanceFile[];
}

function batches(files: readonly InstanceFile[]): Batch[] {
  const out: Batch[] = [];
  let seen = new Set<string>();
  for (const file of files) {
    const { sopClass, transferSyntax } = file;
    const needed = [`${sopClass} plain`, `${sopClass} ${transferSyntax}`].filter((key) => !seen.has(key));
    let batch = out.at(-1);
    if (!batch || batch.contexts.length + needed.length > MOST_CONTEXTS) {
      batch = { contexts: [], files: [] };
      out.push(batch);
      seen = new Set();
    }
    batch.files.push(file);
    const propose = (key: string, transferSyntaxes: readonly string[]): void => {
      if (seen.has(key)) return;
      seen.add(key);
      batch.contexts.push({ abstractSyntax: sopClass, transferSyntaxes });
    };
    if (transferSyntax !== TS.ExplicitLittle && transferSyntax !== TS.ImplicitLittle)
      propose(`${sopClass} ${transferSyntax}`, [transferSyntax]);
    propose(`${sopClass} plain`, plain(transferSyntax));
  }
  return out;
}

function plain(stored: string): readonly string[] {
  return stored === TS.ImplicitLittle ? [TS.ImplicitLittle, TS.ExplicitLittle] : [TS.ExplicitLittle, TS.ImplicitLittle];
}
