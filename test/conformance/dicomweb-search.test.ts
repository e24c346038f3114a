import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { dataSet } from "../../src/dicom/data-set.ts";
import { uidOf } from "../../src/dicom/uid.ts";
import { writePart10 } from "../../src/dicom/write.ts";
import { type Login, startWillis, type TestWillis } from "../harness.ts";
import { makeRecords } from "../security/records.ts";
import { asking, type Json, partsOf, rleRun } from "./dicomweb-asking.ts";
import { ctStack, xaRun } from "./images.ts";

const ct = ctStack("Web-CT", 4, 64);
const xa = xaRun("Web-XA", 5, 64);
const rle = rleRun();
/** Studies without pixels: a name, a date and a time each, and the request that the series was made for. */
const people = [
  ["Müller^Anna", "20240101", "235500", "STEP-1"],
  ["Meier^Otto", "20240102", "001500.5", "STEP-2"],
  ["Smith^John^^Dr", "20240102", "120000", ""],
  ["Yamada^Tarou=山田^太郎=やまだ^たろう", "20240103", "0930", ""],
  ["", "", "", ""],
].map(([name = "", day = "", clock = "", step = ""], i) =>
  writePart10(
    dataSet({
      ...{ SOPClassUID: "1.2.840.10008.5.1.4.1.1.66", SOPInstanceUID: uidOf(`person ${i}`), Modality: "OT" },
      ...{ StudyInstanceUID: uidOf(`person study ${i}`), SeriesInstanceUID: uidOf(`person series ${i}`) },
      ...{ PatientName: name, PatientID: `NAMED-${i}`, StudyDate: day, StudyTime: clock, StudyID: `S${i}` },
      ...{
        PatientComments: `comment ${i}`,
        SeriesNumber: i === 4 ? undefined : i,
        AccessionNumber: i < 3 ? `acc${i}` : "",
      },
      ...{ PerformedProcedureStepStartDate: day, PerformedProcedureStepStartTime: clock, InstanceNumber: 1 },
      ...(step
        ? { RequestAttributesSequence: dataSet({ ScheduledProcedureStepID: step, RequestedProcedureID: `R-${step}` }) }
        : {}),
    }),
  ),
);
let willis: TestWillis;
const { get, json, stow } = asking(() => willis);

before(async () => {
  willis = await startWillis();
  const answer = await stow([...ct.files, ...xa.files, rle.file]);
  assert.equal(answer.status, 200);
  const named = await stow(people, "/dicom-web/studies", "surgeon");
  assert.equal(named.status, 200);
});
after(() => willis.stop());

const SERIES = `/studies/${ct.studyUid}/series/${ct.seriesUid}`;

test("QIDO-RS: every required study attribute is there, even when it is empty (PS3.18 table 10.6.3-3)", async () => {
  const [study, ...rest] = await json(`/studies?StudyInstanceUID=${ct.studyUid}`);
  assert.equal(rest.length, 0);
  const required =
    "00080020 00080030 00080050 00080056 00080061 00080090 00081190 00100010 00100020 00100030 00100040 0020000D 00200010 00201206 00201208";
  for (const tag of required.split(" ")) assert.ok(study?.[tag]?.vr, `${tag} is missing`);
  assert.deepEqual(study?.["00080061"]?.Value, ["CT"]);
  assert.deepEqual(study?.["00201208"]?.Value, [4]);
  assert.deepEqual(study?.["00100010"]?.Value, [{ Alphabetic: "Web-CT^Test" }]);
});

test("QIDO-RS: series and instances carry theirs (tables 10.6.3-4 and -5)", async () => {
  const [series] = await json(`/studies/${ct.studyUid}/series`);
  for (const tag of "00080060 0008103E 0020000E 00200011 00201209 00081190".split(" ")) assert.ok(series?.[tag], tag);
  const instances = await json(`${SERIES}/instances`);
  assert.equal(instances.length, 4);
  for (const tag of "00080016 00080018 00200013 00280010 00280011 00280100 00083002".split(" "))
    assert.ok(instances[0]?.[tag], tag);
  assert.deepEqual(
    instances.map((i) => i["00200013"]?.Value?.[0]),
    [1, 2, 3, 4],
  );
});

const ids = async (query: string): Promise<string[]> =>
  (await json(`/studies?${query}`)).map((one) => one["00100020"]?.Value?.[0]).sort();

test("QIDO-RS: matching by wildcard, range, list, name and modality", async () => {
  const found = async (query: string) => (await json(`/studies?${query}`)).length;
  assert.equal(await found("PatientName=web-*"), 3);
  assert.equal(await found("PatientName=Web-CT"), 0);
  assert.equal(await found("00100020=ID-???"), 1);
  assert.equal(await found("PatientID=id-???"), 0); // text other than names is compared with its case
  assert.equal(await found("StudyDate=20260101-20260131"), 2);
  assert.equal(await found("StudyDate=20240104-20251231"), 1);
  assert.equal(await found("StudyDate=-20240103"), 4);
  assert.equal(await found("ModalitiesInStudy=XA"), 1);
  assert.equal(await found("ModalitiesInStudy=XA,CT"), 2);
  assert.equal(await found(`StudyInstanceUID=${ct.studyUid},${xa.studyUid}`), 2);
  assert.equal(await found(`StudyInstanceUID=${ct.studyUid}&StudyInstanceUID=${xa.studyUid}`), 2);
  assert.equal(await found("AccessionNumber=A-Web-CT"), 1);
  assert.equal(await found("StudyTime=0900-1000&StudyDate=20240103"), 1);
  assert.equal(await found("StudyTime=030405&StudyDate=20260102"), 2);
  assert.equal(await found("PatientName="), 8); // universal matching
  assert.equal(await found("PatientName=*"), 8);
  assert.equal((await json("/series?Modality=US")).length, 1);
  assert.equal((await json(`/instances?SOPInstanceUID=${rle.sopUid}`)).length, 1);
  assert.equal((await json(`/series?StudyInstanceUID=${ct.studyUid}&PatientName=web-ct*`)).length, 1);
  assert.equal((await json(`/studies/${ct.studyUid}/instances?InstanceNumber=2`)).length, 1);
  assert.equal((await json("/series?PerformedProcedureStepStartDate=20240102-20240103")).length, 3);
});

test("QIDO-RS: fuzzymatching finds beginnings of words in any order, and names that are alike", async () => {
  const named = (name: string) => ids(`fuzzymatching=true&PatientName=${encodeURIComponent(name)}`);
  assert.deepEqual(await named("web"), ["ID-RLE", "ID-Web-CT", "ID-Web-XA"]);
  assert.deepEqual(await named("test rle"), ["ID-RLE"]);
  assert.deepEqual(await named("rest of"), []);
  assert.deepEqual(await named("Mueller"), ["NAMED-0"]);
  assert.deepEqual(await named("MULLER anna"), ["NAMED-0"]);
  assert.deepEqual(await named("Meyer"), ["NAMED-1"]);
  assert.deepEqual(await named("mayr"), ["NAMED-1"]);
  assert.deepEqual(await named("Smyth"), ["NAMED-2"]);
  assert.deepEqual(await named("Yamdaa"), ["NAMED-3"]);
  assert.deepEqual(await named("山田"), ["NAMED-3"]);
  assert.deepEqual(await named("Xanthopoulos"), []);
  const words = await get("/studies?fuzzymatching=true&PatientName=Meyer");
  assert.equal(words.headers.get("warning"), null);
  assert.match((await get("/studies?fuzzymatching=true&PatientID=a")).headers.get("warning") ?? "", /names only/);
});

test("QIDO-RS: ranges of date and time together are one span (combined date-time matching)", async () => {
  assert.deepEqual(await ids("StudyDate=20240101-20240102&StudyTime=2300-0100"), ["NAMED-0", "NAMED-1"]);
  assert.deepEqual(await ids("StudyDate=20240102-&StudyTime=1200-&StudyID=S*"), ["NAMED-2", "NAMED-3"]);
  assert.deepEqual(await ids("StudyDate=-20240102&StudyTime=-0016"), ["NAMED-0", "NAMED-1"]);
});

test("QIDO-RS: attributes of the request, in its sequence", async () => {
  const series = async (query: string) => (await json(`/series?${query}`)).length;
  assert.equal(await series("RequestAttributesSequence.ScheduledProcedureStepID=STEP-1"), 1);
  assert.equal(await series("00400275.00400009=STEP-*"), 2);
  assert.equal(await series("00400275.RequestedProcedureID=R-STEP-2"), 1);
  assert.equal(await series("00400275.00400009=STEP-9"), 0);
  const other = await get("/series?ProcedureCodeSequence.CodeValue=1");
  assert.match(other.headers.get("warning") ?? "", /ignored: ProcedureCodeSequence.CodeValue/);
});

test("QIDO-RS: empty and multiple values, when that is asked for (8.3.4.5, 8.3.4.6)", async () => {
  const empty = encodeURIComponent('""');
  assert.deepEqual(await ids(`emptyvaluematching=true&AccessionNumber=${empty}`), ["ID-RLE", "NAMED-3", "NAMED-4"]);
  assert.deepEqual(await ids(`emptyvaluematching=true&StudyDate=${empty}`), ["NAMED-4"]);
  assert.deepEqual(await ids(`emptyvaluematching=true&PatientName=${empty}`), ["NAMED-4"]);
  assert.deepEqual(await ids(`AccessionNumber=${empty}`), []);
  const two = encodeURIComponent("acc0\\acc2");
  assert.deepEqual(await ids(`multiplevaluematching=true&AccessionNumber=${two}`), ["NAMED-0", "NAMED-2"]);
  assert.deepEqual(await ids(`AccessionNumber=${two}`), []);
});

test("QIDO-RS: an answer that was cut says so; the rest comes by offset, or by the link to the next page", async () => {
  const first = await get("/studies?limit=2");
  assert.match(first.headers.get("warning") ?? "", /additional results/);
  const both = [...((await first.json()) as Json[]), ...(await json("/studies?limit=9&offset=2"))];
  assert.equal(new Set(both.map((s) => s["0020000D"]?.Value?.[0])).size, 8);
  assert.equal((await get("/studies?limit=8")).headers.get("warning"), null);
  assert.equal((await get("/studies?limit=8")).headers.get("link"), null);
  for (const [path, all] of [
    ["/studies", 8],
    ["/series", 8],
    ["/instances", 11],
    [`/studies/${ct.studyUid}/instances`, 4],
    [`${SERIES}/instances`, 4],
  ] as const) {
    const whole = (await json(path)).map((one) => one["00081190"]?.Value?.[0]);
    assert.equal(whole.length, all, path);
    const seen: string[] = [];
    for (let at: string | null = `${path}?limit=3&includefield=00081030`; at; ) {
      const page: Response = await get(at);
      seen.push(...((await page.json()) as Json[]).map((one) => one["00081190"]?.Value?.[0]));
      const next = /^<([^>]+)>; rel="next"$/.exec(page.headers.get("link") ?? "")?.[1];
      at = next === undefined ? null : next.slice(next.indexOf("/dicom-web") + "/dicom-web".length);
    }
    assert.deepEqual(seen, whole, path);
  }
});

test("QIDO-RS: what cannot be read is refused with words, what is not known is ignored and told", async () => {
  for (const query of [
    ...["limit=many", "offset=-1", "fuzzymatching=maybe", "emptyvaluematching=1", "multiplevaluematching=yes"],
    ...["StudyDate=20260231", "StudyDate=yesterday", "StudyDate=-", "StudyTime=2561", "SeriesNumber=first"],
    ...["includefield=Nonsense", "cursor=abc", "cursor=WyJzZXJpZXMiLCIxIl0", "PatientID=a&PatientID=b"],
  ]) {
    const answer = await get(`/series?${query}`);
    assert.equal(answer.status, 400, query);
    const { detail } = (await answer.json()) as { detail: string };
    assert.ok(detail.length > 20, detail);
  }
  const odd = await get("/studies?NoSuchKey=1&SOPInstanceUID=1.2");
  assert.equal(odd.status, 200);
  assert.match(odd.headers.get("warning") ?? "", /ignored: NoSuchKey, SOPInstanceUID/);
  assert.equal((await get("/studies?PatientID=*", "image/png")).status, 406);
});

test("QIDO-RS: no result is 204, without a body (table 10.6.3-1)", async () => {
  const none = await get("/studies?PatientID=NOBODY");
  assert.equal(none.status, 204);
  assert.equal(await none.text(), "");
});

test("QIDO-RS: includefield gives attributes of the header, of the level that is asked for", async () => {
  const [instance] = await json(`/instances?SOPInstanceUID=${rle.sopUid}&includefield=ImageComments`);
  assert.equal(instance?.["00204000"]?.Value?.[0].length, 2000);
  const [study] = await json("/studies?PatientID=NAMED-1&includefield=PatientComments,00081030");
  assert.deepEqual(study?.["00104000"]?.Value, ["comment 1"]);
  const [asked] = await json("/studies?PatientID=NAMED-1&includefield=Modality");
  assert.equal(asked?.["00080060"], undefined); // an attribute of the series, not of the study
  const [series] = await json(
    "/series?PatientID=NAMED-1&includefield=RequestAttributesSequence.ScheduledProcedureStepID",
  );
  assert.equal(series?.["00400275"]?.Value?.[0]["00400009"].Value[0], "STEP-2");
  const [all] = await json(`/instances?SOPInstanceUID=${rle.sopUid}&includefield=all`);
  assert.ok(all?.["00204000"] && all["00280010"] && !all["7FE00010"]);
});

test("QIDO-RS: XML, one part a result", async () => {
  const answer = await get("/studies?PatientName=web-*", 'multipart/related; type="application/dicom+xml"');
  const parts = await partsOf(answer);
  assert.equal(parts.length, 3);
  assert.match(parts[0]!.bytes.toString(), /<NativeDicomModel xml:space="preserve">/);
});

test("QIDO-RS: a study that a case shares is in the lists of both sides, on its page, and in nobody else's", async () => {
  const records = await makeRecords(willis); // of Spoke, referred to Hub
  const seen = async (login: Login, path: string): Promise<string[]> => {
    const uids: string[] = [];
    for (let at: string | null = path; at; ) {
      const page: Response = await get(at, undefined, {}, login);
      if (page.status === 204) break;
      uids.push(...((await page.json()) as Json[]).map((one) => one["00081190"]?.Value?.[0]));
      const next = /^<([^>]+)>/.exec(page.headers.get("link") ?? "")?.[1];
      at = next === undefined ? null : next.slice(next.indexOf("/dicom-web") + "/dicom-web".length);
    }
    return uids;
  };
  const isShared = (url: string) => url.includes(`/studies/${records.study}`);
  for (const path of ["/studies?limit=2", "/series?limit=2", "/instances?limit=2", "/studies?StudyDate=20261101-"]) {
    for (const login of ["hub", "spoke"] as const) {
      const found = await seen(login, path);
      assert.ok(found.some(isShared), `${login} ${path}`);
      assert.equal(new Set(found).size, found.length, `${login} ${path}: nothing comes twice`);
    }
    assert.ok(!(await seen("stranger", path)).some(isShared), path);
  }
  const all = await seen("hub", "/studies?limit=2");
  assert.equal(all.length, 9);
  assert.ok(isShared(all[0]!)); // the newest of all
});
