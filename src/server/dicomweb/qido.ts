import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { entryOf, tagHex, tagOf } from "../../dicom/dictionary.ts";
import type { DicomJson, JsonElement } from "../../dicom/json.ts";
import { knowsAlikeNames, withAlikeNames } from "../db/archive/alike-names.ts";
import type { Level } from "../db/archive/match-keys.ts";
import { type FoundRow, type Search, search } from "../db/archive/search.ts";
import { cursorOf } from "../db/archive/search-order.ts";
import { archiveScope } from "../db/archive/visible.ts";
import type { Context, Route } from "../http/route.ts";
import { REQUIRED, SERIES_IN_HEADER, STUDY_IN_HEADER } from "../ingest/return-attributes.ts";
import { dataSetFormat, sendDataSets } from "./data-sets.ts";
import { type QidoQuery, qidoQuery, type RawQuery } from "./qido-query.ts";
import { baseUrl } from "./urls.ts";

const unzip = promisify(gunzip);

/** Search at one level; below a study or series, only what lies in it. No result is 204 (PS3.18 table 10.6.3-1). */
async function find(context: Context, level: Level): Promise<unknown> {
  const { services, person, scope, request, reply } = context;
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
  const rows = alikes
    ? await withAlikeNames(services.pool, (sql) => search(sql, wanted))
    : await search(services.pool, wanted);
  const more = rows.length > limit;
  if (more) {
    rows.pop();
    const last = rows.at(-1);
    if (last) reply.header("link", `<${nextAddress(context, cursorOf(level, last.place))}>; rel="next"`);
  }
  const warnings = warningsOf(query, alike, more);
  if (warnings.length > 0) reply.header("warning", warnings.map((text) => `299 willis "${text}"`).join(", "));
  if (rows.length === 0) return reply.header("vary", "accept").code(204).send();
  const base = baseUrl(request);
  const above: readonly Level[] =
    scope.studyId === undefined ? ["study", "series"] : scope.seriesId === undefined ? ["series"] : [];
  const found = await Promise.all(
    rows.map(async (row) => {
      const header = row.metadata ? (JSON.parse((await unzip(row.metadata)).toString()) as DicomJson) : {};
      return answer(row, level, above, base, chosenFields(header, level, query.include));
    }),
  );
  return sendDataSets(context, found);
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

/** The attributes of PS3.18 tables 10.6.3-3 to -5, present even when empty, in order of their tags. */
function answer(row: FoundRow, level: Level, above: readonly Level[], base: string, extra: DicomJson): DicomJson {
  const all: DicomJson = { ...extra };
  const put = (keyword: string, ...Value: (string | number)[]): void => {
    const tag = tagOf(keyword);
    all[tagHex(tag)] = { vr: entryOf(tag)?.vr ?? "UN", ...(Value.length > 0 ? { Value } : {}) } as JsonElement;
  };
  let url = `${base}/studies/${row.studyUid}`;
  put("StudyInstanceUID", row.studyUid);
  if (level === "study" || above.includes("study")) {
    Object.assign(all, required("study"), row.study);
    put("ModalitiesInStudy", ...row.modalities);
    put("NumberOfStudyRelatedSeries", row.seriesCount);
    put("NumberOfStudyRelatedInstances", row.studyInstances);
    put("InstanceAvailability", "ONLINE");
  }
  if (row.seriesUid) {
    url += `/series/${row.seriesUid}`;
    put("SeriesInstanceUID", row.seriesUid);
    if (level === "series" || above.includes("series")) {
      Object.assign(all, required("series"), row.series);
      put("NumberOfSeriesRelatedInstances", row.seriesInstances ?? 0);
    }
  }
  if (row.sopUid) {
    url += `/instances/${row.sopUid}`;
    Object.assign(all, required("instance"), row.instance);
    if (row.transferSyntax) put("AvailableTransferSyntaxUID", row.transferSyntax);
    put("InstanceAvailability", "ONLINE");
  }
  put("RetrieveURL", url);
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function required(level: Level): DicomJson {
  return Object.fromEntries(
    REQUIRED[level].map((word) => [tagHex(tagOf(word)), { vr: entryOf(tagOf(word))?.vr ?? "UN" }]),
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
