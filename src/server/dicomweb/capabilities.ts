import { ENCODABLE, TRANSFER_SYNTAXES } from "../../dicom/transfer-syntax.ts";
import type { Context, Route } from "../http/route.ts";
import { varyBy } from "../http/vary.ts";
import { accepted, chosen } from "./media-type.ts";
import { baseUrl } from "./urls.ts";

const FORMS = ["application/vnd.sun.wadl+xml", "application/json", "application/dicom+json"] as const;
const SEARCH = "limit offset cursor includefield fuzzymatching emptyvaluematching multiplevaluematching".split(" ");
const RENDER = "quality viewport window annotation iccprofile".split(" ");
const DATA_SETS = ["application/dicom+json", 'multipart/related; type="application/dicom+xml"'];
const STORES = ["application/dicom", "application/dicom+json", "application/dicom+xml"];

/** One resource with what may be done to it. Built from the routes themselves, so that it cannot say more than there is. */
interface Resource {
  readonly path: string;
  readonly methods: readonly { readonly name: string; readonly id: string; readonly summary: string }[];
  readonly parameters: readonly string[];
  readonly types: readonly string[];
}

/** The Retrieve Capabilities transaction (PS3.18 8.9) over a list of routes. */
export function capabilitiesRoutes(routes: readonly Route[]): readonly Route[] {
  const resources = resourcesOf(routes);
  const handle = (context: Context): unknown => describe(context, resources);
  const access = { on: "person", patientData: false } as const;
  const summary = "What this DICOMweb service can do (Retrieve Capabilities)";
  return [
    { method: "OPTIONS", url: "/dicom-web", access, summary, handle },
    { method: "OPTIONS", url: "/dicom-web/", access, summary, handle },
    { method: "GET", url: "/dicom-web/capabilities", access, summary, handle },
  ];
}

function describe(context: Context, resources: readonly Resource[]): unknown {
  const { request, reply } = context;
  const { accept } = request.query as { accept?: string };
  const form = chosen(accepted(request.headers.accept, accept), FORMS);
  varyBy(reply, "accept").header("allow", "OPTIONS").type(form);
  const base = baseUrl(request);
  if (form === FORMS[0]) return reply.serializer(String).send(wadl(base, resources));
  const body = {
    base,
    standard: "DICOM PS3.18 2024",
    resources,
    transferSyntaxes: { stored: TRANSFER_SYNTAXES.map(({ uid }) => uid), made: ENCODABLE },
  };
  return reply.serializer(String).send(JSON.stringify(body));
}

function resourcesOf(routes: readonly Route[]): Resource[] {
  const paths = [...new Set(routes.map((route) => route.url))];
  return paths.map((url) => {
    const here = routes.filter((route) => route.url === url);
    return {
      path: url
        .replace(/^\/dicom-web\/?/, "")
        .replace(/:(\w+)/g, "{$1}")
        .replace("*", "{bulkdata}"),
      methods: here.map(({ method, summary }) => ({ name: method, id: idOf(method, url), summary })),
      parameters: parametersOf(url),
      types: typesOf(here[0]?.method ?? "GET", url),
    };
  });
}

/** RetrieveStudy, SearchForSeries, StoreInstances and so on. */
function idOf(method: string, url: string): string {
  const last = url.split("/").at(-1) ?? "";
  if (method === "POST") return "StoreInstances";
  if (["studies", "series", "instances"].includes(last)) return `SearchFor${last[0]?.toUpperCase()}${last.slice(1)}`;
  const level = url.includes(":frames")
    ? "Frames"
    : url.includes(":instance")
      ? "Instance"
      : url.includes(":series")
        ? "Series"
        : "Study";
  if (last.startsWith(":")) return `Retrieve${level}`;
  const what = last === "*" ? "Bulkdata" : `${last[0]?.toUpperCase()}${last.slice(1)}`;
  return `Retrieve${what}${last === "*" ? "" : level}`;
}

function parametersOf(url: string): readonly string[] {
  if (/\/(studies|series|instances)$/.test(url)) return ["accept", ...SEARCH];
  if (url.endsWith("/rendered")) return ["accept", ...RENDER];
  if (url.endsWith("/thumbnail")) return ["accept", "viewport", "quality"];
  return ["accept"];
}

function typesOf(method: string, url: string): readonly string[] {
  if (method === "POST") return STORES;
  if (/\/(studies|series|instances|metadata)$/.test(url)) return DATA_SETS;
  if (/\/(rendered|thumbnail)$/.test(url)) return ["image/jpeg", "image/png"];
  if (/bulkdata|:frames$/.test(url)) return ['multipart/related; type="application/octet-stream"'];
  return ['multipart/related; type="application/dicom"', "application/dicom"];
}

function wadl(base: string, resources: readonly Resource[]): string {
  const one = ({ path, methods, parameters, types }: Resource): string => {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
    const templates = names.map((name) => `<param name="${name}" style="template" type="xs:string" required="true"/>`);
    const query = parameters.map((name) => `<param name="${name}" style="query" type="xs:string"/>`).join("");
    const forms = types.map((type) => `<representation mediaType="${escaped(type)}"/>`).join("");
    const done = methods.map(({ name, id }) =>
      name === "POST"
        ? `<method name="POST" id="${id}"><request>${forms}</request><response status="200 202 409"/></method>`
        : `<method name="${name}" id="${id}"><request>${query}</request><response status="200">${forms}</response></method>`,
    );
    return `<resource path="${escaped(path)}">${templates.join("")}${done.join("")}</resource>`;
  };
  return `<?xml version="1.0" encoding="UTF-8"?>\n<application xmlns="http://wadl.dev.java.net/2009/02" xmlns:xs="http://www.w3.org/2001/XMLSchema"><resources base="${escaped(base)}">${resources.map(one).join("")}</resources></application>\n`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
