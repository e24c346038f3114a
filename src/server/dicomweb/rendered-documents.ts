import { WillisError } from "../../core/errors.ts";
import { transferSyntaxOf } from "../../dicom/transfer-syntax.ts";
import type { InstanceFile } from "../db/archive/instances.ts";
import type { Context } from "../http/route.ts";
import type { Piece } from "../http/send-pieces.ts";
import { instanceHeader } from "./instance-header.ts";
import { bulkBytes } from "./pixels.ts";
import { reportHtml } from "./report-html.ts";
import { mediaTypeOf } from "./transfer-media.ts";
import { streamPieces } from "./whole-stream.ts";

const DOCUMENT = "00420011";
/** Encapsulated documents and their media types (PS3.4 B.5). */
const DOCUMENTS: Readonly<Record<string, string>> = {
  "1.2.840.10008.5.1.4.1.1.104.1": "application/pdf",
  "1.2.840.10008.5.1.4.1.1.104.2": "text/xml",
  "1.2.840.10008.5.1.4.1.1.104.3": "model/stl",
  "1.2.840.10008.5.1.4.1.1.104.4": "model/obj",
  "1.2.840.10008.5.1.4.1.1.104.5": "model/mtl",
};
/** SOP classes of structured reports and key object selections. */
const REPORTS = "1.2.840.10008.5.1.4.1.1.88.";

/** The one type that an object which is no picture is rendered as; undefined for pictures and for what has no form. */
export function documentType({ sopClass, transferSyntax, pixels }: InstanceFile): string | undefined {
  if (pixels) return transferSyntaxOf(transferSyntax).coding === "video" ? mediaTypeOf(transferSyntax) : undefined;
  return DOCUMENTS[sopClass] ?? (sopClass.startsWith(REPORTS) ? "text/html" : undefined);
}

/** An object that is no picture in its own form: the video stream, the document, the report as a page. */
export async function documentPieces(context: Context, file: InstanceFile): Promise<readonly Piece[]> {
  const { services, signal } = context;
  if (file.pixels) return streamPieces(services.blobs, file);
  const header = await instanceHeader(services.pool, file);
  if (!DOCUMENTS[file.sopClass]) return [Buffer.from(reportHtml(header))];
  const element = header[DOCUMENT];
  if (!element) throw new WillisError("not-found", "This object holds no document.");
  const bytes =
    element.InlineBinary === undefined
      ? await bulkBytes(services.blobs, file, DOCUMENT, signal)
      : Buffer.from(element.InlineBinary, "base64");
  const length = Number(header["00420015"]?.Value?.[0] ?? bytes.length); // what follows is padding
  return [length > 0 && length < bytes.length ? bytes.subarray(0, length) : bytes];
}

/**
 * What comes from outside and is shown by a browser must not act in this origin. A PDF may stand in a page of ours: the
 * browser's own reader runs apart from the origin, and with "nosniff" what is no PDF is not read as anything else; browsers
 * open no PDF in a sandbox.
 */
export function caged({ reply }: Context, type: string): void {
  if (type === "application/pdf") {
    reply.header("content-disposition", 'inline; filename="document.pdf"');
    reply.header("x-frame-options", "SAMEORIGIN");
    reply.header("content-security-policy", "default-src 'none'; object-src 'self'; frame-ancestors 'self'");
    return;
  }
  reply.header("content-security-policy", "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:");
}
