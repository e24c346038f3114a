import type { Readable } from "node:stream";
import { TS, transferSyntaxOf } from "../../dicom/transfer-syntax.ts";
import type { InstanceFile } from "../db/archive/instances.ts";
import { objectAs } from "../dicomweb/pixels.ts";
import type { Piece } from "../http/send-pieces.ts";
import type { Services } from "../http/services.ts";
import { corrected, correctedStored } from "./corrected-object.ts";

/**
 * A whole object as it is given out: Part 10 bytes. `blobKey` is there when they are just those of a blob, `pieces` when
 * they are bytes at hand and stretches of a blob, so that they can be sent from it; `body` is opened only when it is taken.
 */
export interface ObjectOut {
  readonly transferSyntax: string;
  readonly size: number;
  readonly blobKey?: string;
  readonly pieces?: readonly Piece[];
  readonly body: Readable | Uint8Array;
}

/** Whether the pixels of an object leave as its blob holds them: then it comes in `pieces`. */
export function leavesInPieces(file: InstanceFile, wanted: string): boolean {
  return isAsStored(file, wanted) && (file.overlay === null || !transferSyntaxOf(file.transferSyntax).bigEndian);
}

function isAsStored(file: InstanceFile, wanted: string): boolean {
  return wanted === "*" || wanted === file.transferSyntax;
}

/**
 * The one way by which whole objects leave: WADO-RS, C-GET, C-MOVE, export. `wanted` is a transfer syntax UID, or "*" for
 * as stored. Errors: `not-acceptable` for a transfer syntax that cannot be made, `cannot-decode`, `too-large`.
 */
export async function objectOut(
  services: Pick<Services, "blobs" | "pool">,
  file: InstanceFile,
  wanted: string,
  signal: AbortSignal,
): Promise<ObjectOut> {
  if (file.overlay === null) return asReceived(services, file, wanted, signal);
  if (leavesInPieces(file, wanted)) return correctedStored(services.blobs, file, file.overlay, signal);
  const bigEndian = isAsStored(file, wanted) && transferSyntaxOf(file.transferSyntax).bigEndian;
  const object = await asReceived(services, file, bigEndian ? TS.ExplicitLittle : wanted, signal);
  return corrected(object, file.overlay, signal);
}

/** The object without what people corrected in it since it came. */
async function asReceived(
  { blobs }: Pick<Services, "blobs" | "pool">,
  file: InstanceFile,
  wanted: string,
  signal: AbortSignal,
): Promise<ObjectOut> {
  if (isAsStored(file, wanted)) {
    const { transferSyntax, size, blobKey } = file;
    return {
      ...{ transferSyntax, size, blobKey, pieces: [{ key: blobKey, offset: 0, length: size }] },
      get body() {
        return blobs.stream(blobKey);
      },
    };
  }
  const body = await objectAs(blobs, file, wanted, signal);
  // Without pixels nothing is encapsulated: such an object comes in Explicit VR Little Endian then.
  const transferSyntax = !file.pixels && transferSyntaxOf(wanted).encapsulated ? TS.ExplicitLittle : wanted;
  return { transferSyntax, size: body.length, body };
}
