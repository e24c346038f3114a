import { execFile } from "node:child_process";
import { createReadStream } from "node:fs";
import { mkdir, rename, stat } from "node:fs/promises";
import { request as ask, createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const VERSION = "3.13.2";
const CACHE = resolve(import.meta.dirname, "../../.cache");

/** The folder of the published OHIF build, fetched from npm once; null when it cannot be had. */
export async function ohifDist(): Promise<string | null> {
  const folder = join(CACHE, `ohif-${VERSION}`);
  const dist = join(folder, "dist");
  if (await stat(join(dist, "index.html")).catch(() => null)) return dist;
  try {
    await mkdir(join(CACHE, "unpacking"), { recursive: true });
    await run("npm", ["pack", `@ohif/app@${VERSION}`, "--silent"], { cwd: CACHE, timeout: 300_000 });
    await run("tar", ["xzf", `ohif-app-${VERSION}.tgz`, "-C", "unpacking"], { cwd: CACHE });
    await rename(join(CACHE, "unpacking", "package"), folder);
    return dist;
  } catch {
    return null;
  }
}

const SOURCE = {
  friendlyName: "Willis",
  ...{ name: "willis", qidoRoot: "/dicom-web", wadoRoot: "/dicom-web", wadoUriRoot: "/dicom-web" },
  ...{ qidoSupportsIncludeField: true, supportsFuzzyMatching: true, supportsWildcard: true },
  ...{ imageRendering: "wadors", thumbnailRendering: "wadors", enableStudyLazyLoad: true },
  ...{ bulkDataURI: { enabled: true }, singlepart: "bulkdata,video" },
};

/** What a site sets in OHIF's configuration file to point it at an archive: nothing of OHIF itself is changed. */
const CONFIG = `window.config = {
  routerBasename: "/", showStudyList: true, extensions: [], modes: [], customizationService: {},
  showWarningMessageForCrossOrigin: false, showCPUFallbackMessage: false, investigationalUseDialog: { option: "never" },
  defaultDataSourceName: "willis",
  dataSources: [{ namespace: "@ohif/extension-default.dataSourcesModule.dicomweb", sourceName: "willis",
    configuration: ${JSON.stringify(SOURCE)} }],
};`;

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ...{ ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".wasm": "application/wasm" },
  ...{ ".json": "application/json", ".svg": "image/svg+xml", ".png": "image/png", ".ico": "image/x-icon" },
};

/** OHIF on a port of its own; what it asks below /dicom-web goes to the archive, with the token of a person. */
export async function serveOhif(dist: string, archive: string, token: string): Promise<{ url: string; stop(): void }> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://x").pathname;
    if (path.startsWith("/dicom-web")) forward(request, response, archive, token);
    else if (path === "/app-config.js") response.setHeader("content-type", TYPES[".js"]!).end(CONFIG);
    else void file(response, dist, path);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function file(response: ServerResponse, dist: string, path: string): Promise<void> {
  const wanted = join(dist, normalize(decodeURIComponent(path)));
  const known = wanted.startsWith(dist) && (await stat(wanted).catch(() => null))?.isFile();
  if (!known && extname(path)) return void response.writeHead(404).end();
  const send = known ? wanted : join(dist, "index.html");
  response.setHeader("content-type", TYPES[extname(send)] ?? "application/octet-stream");
  createReadStream(send).pipe(response);
}

function forward(request: IncomingMessage, response: ServerResponse, archive: string, token: string): void {
  const headers = { ...request.headers, authorization: `Bearer ${token}` };
  const out = ask(archive + request.url, { method: request.method ?? "GET", headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  out.on("error", () => response.destroy());
  response.on("close", () => out.destroy());
  request.pipe(out);
}
