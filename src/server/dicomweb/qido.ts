import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { correctedJson } from "../../dicom/corrected.ts";
import { tagHex, tagOf } from "../../dicom/dictionary.ts";
import type { DicomJson } from "../../dicom/json.ts";
import { knowsAlikeNames, withAlikeNames } from "../db/archive/alike-names.ts";
import type { Level } from "../db/archive/match-keys.ts";
import { type Search, searchTexts } from "../db/archive/search.ts";
import { cursorOf } from "../db/archive/search-order.ts";
import { archiveScope } from "../db/archive/visible.ts";
import { whileWanted } from "../db/pool.ts";
import type { Context, Route } from "../http/route.ts";
import { varyBy } from "../http/vary.ts";
import { SERIES_IN_HEADER, STUDY_IN_HEADER } from "../ingest/return-attributes.ts";
import { dataSetFormat, sendDataSetTexts } from "./data-sets.ts";
import { answerWriter } from "./qido-answer.ts";
import { type QidoQuery, qidoQuery, type RawQuery } from "./qido-query.ts";
import { baseUrl } from "./urls.ts";

const unzip = promisify(gunzip);

/** Search at one level; below a study or series, only what lies in it. No result is 204 (PS3.18 table 10.6.3-1). */
async function find(context: Context, level: Level): Promise<unknown> {
  const { services, person, scope, request, reply, signal } = context;
  const query = qidoQuery(request.query as RawQuery, level);
  dataSetFormat(context); // what cannot be answered is not searched for
  const alike = query.fuzzy && (await knowsAlikeNames(services.pool));
  const { matches, empty, multiple, limit, offset, after } = query;
  const wanted: Search = {
    level,
    ...(scope.studyId === undefined ? { scope: archiveScope(person) } : { studyId: scope.studyId }),
    ...(scope.seriesId === undefined ? {} : { seriesId: scope.seriesId }),
    ...{ matches, fuzzy: query.fuzzy && (alike ? "trigrams" : "words"), empty, multiple, limit, offset },
    ...(after ? { after } : {}),
    metadata: beyondIndex(level, query.include),
  };
  const alikes = alike && matches.some(({ key }) => key.kind === "name");
  const above: readonly Level[] =
    scope.studyId === undefined ? ["study", "series"] : scope.seriesId === undefined ? ["series"] : [];
  const rows = alikes
    ? await withAlikeNames(services.pool, (sql) => searchTexts(sql, wanted, above))
    : await searchTexts(whileWanted(services.pool, signal), wanted, above);
  const more = rows.length > limit;
  if (more) {
    rows.pop();
    const last = rows.at(-1);
    if (last) reply.header("link", `<${nextAddress(context, cursorOf(level, last.place))}>; rel="next"`);
  }
  const warnings = warningsOf(query, alike, more);
  if (warnings.length > 0) reply.header("warning", warnings.map((text) => `299 willis "${text}"`).join(", "));
  if (rows.length === 0) return varyBy(reply, "accept").code(204).send();
  const answers = answerWriter(level, above, baseUrl(request));
  const found: string[] = [];
  for (const row of rows) {
    signal.throwIfAborted();
    const header = row.metadata && (JSON.parse((await unzip(row.metadata)).toString()) as DicomJson);
    const current = header && row.overlay ? correctedJson(header, row.overlay) : header;
    found.push(answers.write(row, current && chosenFields(current, level, query.include)));
  }
  return sendDataSetTexts(context, found);
}

function warningsOf(query: QidoQuery, alike: boolean, more: boolean): string[] {
  const said: string[] = [];
  if (query.ignored.length > 0)
    said.push(
      `These search keys were ignored: ${query.ignored
        .join(", ")
        .replace(/[^\w ,.]/g, "")
        .slice(0, 500)}`,
    );
  const names = query.matches.some(({ key }) => key.kind === "name");
  if (query.fuzzy && !names) said.push("fuzzymatching applies to names only");
  if (query.fuzzy && names && !alike)
    said.push(
      "The fuzzymatching parameter is supported in part: this database compares how words begin and sound, not slips of the pen",
    );
  if (more) said.push("There are additional results that can be requested");
  return said;
}

/** The same search behind the last row: stays right while studies arrive, and costs the same on every page. */
function nextAddress({ request }: Context, cursor: string): string {
  const [path = "", asked = ""] = request.url.split("?");
  const query = new URLSearchParams(asked);
  query.delete("offset");
  query.set("cursor", cursor);
  return `${request.protocol}://${request.host}${path}?${query}`;
}

/** Attributes that any one object can speak for, of its study or series: those that the index does not keep. */
const SHARED: Readonly<Record<Level, ReadonlySet<string> | undefined>> = {
  study: hexOf(STUDY_IN_HEADER),
  series: new Set([...hexOf(STUDY_IN_HEADER), ...hexOf(SERIES_IN_HEADER)]),
  instance: undefined,
};

function hexOf(keywords: readonly string[]): Set<string> {
  return new Set(keywords.map((word) => tagHex(tagOf(word))));
}

function beyondIndex(level: Level, include: "all" | ReadonlySet<string>): boolean {
  const shared = SHARED[level];
  if (include === "all") return true;
  return shared ? [...include].some((tag) => shared.has(tag)) : include.size > 0;
}

function chosenFields(header: DicomJson, level: Level, include: "all" | ReadonlySet<string>): DicomJson {
  const shared = SHARED[level];
  return Object.fromEntries(
    Object.entries(header).filter(
      ([tag, element]) => (include === "all" ? !element.BulkDataURI : include.has(tag)) && (!shared || shared.has(tag)),
    ),
  );
}

export const qidoRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/dicom-web/studies",
    access: { on: "list", of: "studies" },
    summary: "Search for studies (QIDO-RS)",
    handle: (context) => find(context, "study"),
  },
  {
    method: "GET",
    url: "/dicom-web/series",
    access: { on: "list", of: "series" },
    summary: "Search for series (QIDO-RS)",
    handle: (context) => find(context, "series"),
  },
  {
    method: "GET",
    url: "/dicom-web/instances",
    access: { on: "list", of: "instances" },
    summary: "Search for instances (QIDO-RS)",
    handle: (context) => find(context, "instance"),
  },
  {
    method: "GET",
    url: "/dicom-web/studies/:study/series",
    access: { on: "study", act: "read" },
    summary: "Search for series of a study (QIDO-RS)",
    handle: (context) => find(context, "series"),
  },
  {
    method: "GET",
    url: "/dicom-web/studies/:study/instances",
    access: { on: "study", act: "read" },
    summary: "Search for instances of a study (QIDO-RS)",
    handle: (context) => find(context, "instance"),
  },
  {
    method: "GET",
    url: "/dicom-web/studies/:study/series/:series/instances",
    access: { on: "series", act: "read" },
    summary: "Search for instances of a series (QIDO-RS)",
    handle: (context) => find(context, "instance"),
  },
];
