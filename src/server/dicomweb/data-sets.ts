import { Readable } from "node:stream";
import type { DicomJson } from "../../dicom/json.ts";
import type { Context } from "../http/route.ts";
import { varyBy } from "../http/vary.ts";
import { accepted, notAcceptable } from "./media-type.ts";
import { multipart } from "./multipart.ts";
import { nativeXml } from "./native-xml.ts";

/** How data sets are written: one JSON array, or XML, each in a part of its own (PS3.18 8.7.3.1). */
export function dataSetFormat(context: Context): "json" | "xml-parts" | "xml" {
  const { accept } = context.request.query as { accept?: string };
  const asked = accepted(context.request.headers.accept, accept);
  for (const { type, params } of asked) {
    if (["application/dicom+json", "application/json", "application/*", "*/*"].includes(type)) return "json";
    if (type === "application/dicom+xml") return "xml";
    if (type !== "multipart/related" && type !== "multipart/*") continue;
    if (params.type === undefined || params.type === "application/dicom+xml") return "xml-parts";
    if (params.type === "application/dicom+json") return "json";
  }
  throw notAcceptable(asked, ["application/dicom+json", 'multipart/related; type="application/dicom+xml"']);
}

/** The same of data sets that are DICOM JSON already, as text. */
export function sendDataSetTexts(context: Context, texts: readonly string[]): unknown {
  if (dataSetFormat(context) !== "json") return sendDataSets(context, JSON.parse(`[${texts.join()}]`));
  return varyBy(context.reply, "accept").type("application/dicom+json").serializer(String).send(`[${texts.join()}]`);
}

/** Answers with data sets in the form that the client accepts. */
export function sendDataSets(context: Context, dataSets: readonly DicomJson[]): unknown {
  const { reply } = context;
  const format = dataSetFormat(context);
  varyBy(reply, "accept");
  if (format === "json") return reply.type("application/dicom+json").serializer(String).send(JSON.stringify(dataSets));
  if (format === "xml" && dataSets.length === 1)
    return reply.type("application/dicom+xml").send(nativeXml(dataSets[0]!));
  const parts = dataSets.map((one) => ({ contentType: "application/dicom+xml", body: Buffer.from(nativeXml(one)) }));
  const { contentType, body } = multipart("application/dicom+xml", parts);
  return reply.type(contentType).send(Readable.from(body));
}
