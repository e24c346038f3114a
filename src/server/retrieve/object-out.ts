import type { Readable } from "node:stream";
import { WillisError } from "../../core/errors.ts";
import { TS } from "../../dicom/transfer-syntax.ts";
import type { InstanceFile } from "../db/archive/instances.ts";
import { asExplicitLittle } from "../dicomweb/pixels.ts";
import type { Services } from "../http/services.ts";

/** A whole object as it is given out: Part 10 bytes. `size` is known unless the bytes are made on the way. */
export interface ObjectOut {
  readonly transferSyntax: string;
  readonly size: number;
  readonly body: Readable | Uint8Array;
}

/**
 * The one way by which whole objects leave: WADO-RS, C-GET, C-MOVE, export. `wanted` is a transfer syntax UID, or "*" for
 * as stored. Errors: `not-acceptable` for a transfer syntax that cannot be made, `cannot-decode`, `too-large`.
 */
export async function objectOut(
  { blobs }: Pick<Services, "blobs" | "pool">,
  file: InstanceFile,
  wanted: string,
  signal: AbortSignal,
): Promise<ObjectOut> {
  if (wanted === "*" || wanted === file.transferSyntax)
    return { transferSyntax: file.transferSyntax, size: file.size, body: blobs.stream(file.blobKey) };
  if (wanted !== TS.ExplicitLittle) {
    throw new WillisError(
      "not-acceptable",
      `Transfer syntax ${wanted.slice(0, 70)} cannot be had; stored is ${file.transferSyntax}.`,
    );
  }
  const body = await asExplicitLittle(blobs, file, signal);
  return { transferSyntax: TS.ExplicitLittle, size: body.length, body };
}
