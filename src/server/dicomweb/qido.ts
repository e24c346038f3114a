import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { entryOf, tagHex, tagOf } from "../../dicom/dictionary.ts";
import type { DicomJson, JsonElement } from "../../dicom/json.ts";
import type { Level } from "../db/archive/match-keys.ts";
import { type FoundRow, search } from "../db/archive/search.ts";
import { archiveScope } from "../db/archive/visible.ts";
import type { Context, Route } from "../http/route.ts";
import { REQUIRED } from "../ingest/return-attributes.ts";
import { sendDataSets } from "./data-sets.ts";
import { qidoQuery, type RawQuery } from "./qido-query.ts";
import { baseUrl } from "./urls.ts";

const unzip = promisify(gunzip);

/** Search at one level; below a study or series, only what lies in it. */
async function find(context: Context, level: Level): Promise<unknown> {
  const { services, person, scope, request, reply } = context;
  const query = qidoQuery(request.query as RawQuery, level);
  const wholeHeader = level === "instance" && (query.include === "all" || query.include.size > 0);
  const rows = await search(services.pool, {
    level,
    ...(scope.studyId === undefined ? { scope: archiveScope(person) } : { studyId: scope.studyId }),
    ...(scope.seriesId === undefined ? {} : { seriesId: scope.seriesId }),
    ...{ matches: query.matches, fuzzy: query.fuzzy, limit: query.limit, offset: query.offset, metadata: wholeHeader },
  });
  const warnings: string[] = [];
  if (query.ignored.length > 0)
    warnings.push(`These search keys were ignored: ${query.ignored.join(", ").replace(/[^\w ,.]/g, "")}`);
  if (query.fuzzy && !query.matches.some(({ key }) => key.kind === "name"))
    warnings.push("fuzzymatching applies to names only");
  if (rows.length > query.limit) {
    rows.pop();
    warnings.push("There are additional results that can be requested");
  }
  const base = baseUrl(request);
  const above: readonly Level[] =
    scope.studyId === undefined ? ["study", "series"] : scope.seriesId === undefined ? ["series"] : [];
  const found = await Promise.all(
    rows.map(async (row) => {
      const header = row.metadata ? (JSON.parse((await unzip(row.metadata)).toString()) as DicomJson) : {};
      return answer(row, level, above, base, chosenFields(header, query.include));
    }),
  );
  if (warnings.length > 0) reply.header("warning", warnings.map((text) => `299 willis "${text}"`).join(", "));
  return sendDataSets(context, found);
}

function chosenFields(header: DicomJson, include: "all" | ReadonlySet<string>): DicomJson {
  return Object.fromEntries(
    Object.entries(header).filter(([tag, element]) => (include === "all" ? !element.BulkDataURI : include.has(tag))),
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
