import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { parsePart10 } from "../../src/dicom/parse.ts";
import { startWillis, type TestWillis } from "../harness.ts";
import { rleRun, sopUidOf } from "./dicomweb-asking.ts";
import { ctStack } from "./images.ts";
import { XmlHttpRequest } from "./xml-http-request.ts";

/** dicomweb-client, as OHIF uses it, unmodified: what it stores, finds and reads must be what this archive holds. */
interface Library {
  // biome-ignore lint/suspicious/noExplicitAny: its types do not say what it answers
  readonly api: { DICOMwebClient: new (options: object) => Record<string, (options?: object) => Promise<any>> };
}
const { api } = ((await import("dicomweb-client")) as unknown as { default: Library }).default;

const ct = ctStack("Client-CT", 3, 64);
const rle = rleRun();
const CT = { studyInstanceUID: ct.studyUid, seriesInstanceUID: ct.seriesUid };
const RUN = { studyInstanceUID: rle.studyUid, seriesInstanceUID: rle.seriesUid, sopInstanceUID: rle.sopUid };
let willis: TestWillis;
let options: object;
let client: InstanceType<typeof api.DICOMwebClient>;

before(async () => {
  willis = await startWillis();
  Object.assign(globalThis, { XMLHttpRequest: XmlHttpRequest });
  const headers = { Authorization: `Bearer ${await willis.token("hub")}` };
  options = { url: `${willis.url}/dicom-web`, headers, verbose: false };
  client = new api.DICOMwebClient(options);
  const datasets = [...ct.files, rle.file].map((file) => Uint8Array.from(file).buffer);
  await client.storeInstances!({ datasets });
});
after(() => willis?.stop());

const bytesOf = (buffer: ArrayBuffer) => Buffer.from(buffer);

test("dicomweb-client: what it stored it finds, at every level, with names that are alike; nothing is an empty list", async () => {
  const studies = await client.searchForStudies!({ queryParams: { PatientName: "Client*" } });
  assert.deepEqual(
    studies.map((one: Record<string, { Value: string[] }>) => one["0020000D"]?.Value[0]),
    [ct.studyUid],
  );
  assert.deepEqual(await client.searchForStudies!({ queryParams: { PatientID: "nobody" } }), []);
  assert.equal(
    (await client.searchForStudies!({ queryParams: { PatientName: "Klient", fuzzymatching: true } })).length,
    1,
  );
  assert.equal((await client.searchForSeries!({ studyInstanceUID: ct.studyUid })).length, 1);
  assert.equal((await client.searchForInstances!({ ...CT, queryParams: { limit: 2 } })).length, 2);
  await assert.rejects(client.searchForStudies!({ queryParams: { StudyDate: "tomorrow" } }), { status: 400 });
});

test("dicomweb-client: metadata, and the bulk data that it names, by ranges too", async () => {
  assert.equal((await client.retrieveStudyMetadata!({ studyInstanceUID: ct.studyUid })).length, 3);
  assert.equal((await client.retrieveSeriesMetadata!(CT)).length, 3);
  const header = await client.retrieveInstanceMetadata!(RUN);
  const [one] = Array.isArray(header) ? header : [header];
  const uri = one["00420011"].BulkDataURI as string;
  const [whole] = await client.retrieveBulkData!({ BulkDataURI: willis.url + uri });
  assert.deepEqual(bytesOf(whole), Buffer.alloc(5000, 7));
  const single = new api.DICOMwebClient({ ...options, singlepart: "bulkdata" });
  const headers = { Range: "bytes=10-19" };
  const [part] = await single.retrieveBulkData!({ BulkDataURI: willis.url + uri, headers });
  assert.equal(part.byteLength, 10);
});

test("dicomweb-client: whole objects, series and studies are what was sent", async () => {
  const plain = parsePart10(new Uint8Array(await client.retrieveInstance!(RUN)));
  assert.equal(plain.pixels?.frames?.frames, 3);
  const series: ArrayBuffer[] = await client.retrieveSeries!(CT);
  assert.ok(series.every((one, i) => bytesOf(one).equals(Buffer.from(ct.files[i]!))));
  assert.equal((await client.retrieveStudy!({ studyInstanceUID: ct.studyUid })).length, 3);
});

test("dicomweb-client: frames, plain and as stored", async () => {
  const plain: ArrayBuffer[] = await client.retrieveInstanceFrames!({ ...RUN, frameNumbers: [1, 3] });
  assert.deepEqual(
    plain.map((one) => [...new Uint8Array(one)]),
    [[...rle.samples[0]!], [...rle.samples[2]!]],
  );
  const mediaTypes = [{ mediaType: "application/octet-stream", transferSyntaxUID: "*" }]; // as OHIF asks
  const [stored] = await client.retrieveInstanceFrames!({ ...RUN, frameNumbers: [2], mediaTypes });
  assert.ok(bytesOf(stored).equals(Buffer.from(rle.frames[1]!)));
});

test("dicomweb-client: pictures of objects and frames, and thumbnails", async () => {
  const slice = { ...CT, sopInstanceUID: sopUidOf(ct.files[0]!) };
  const isJpeg = (bytes: ArrayBuffer | ArrayBuffer[]) => {
    const one = Array.isArray(bytes) ? bytes[0]! : bytes;
    assert.deepEqual([...new Uint8Array(one).subarray(0, 3)], [0xff, 0xd8, 0xff]);
  };
  const mediaTypes = [{ mediaType: "image/jpeg" }];
  isJpeg(await client.retrieveInstanceRendered!({ ...slice, mediaTypes, queryParams: { window: "40,400,LINEAR" } }));
  isJpeg(await client.retrieveInstanceThumbnail!({ ...slice, mediaTypes }));
  isJpeg(await client.retrieveInstanceFramesRendered!({ ...RUN, frameNumbers: [2], mediaTypes }));
  isJpeg(await client.retrieveInstanceFramesThumbnail!({ ...RUN, frameNumbers: [2], mediaTypes }));
  const url = (client.buildInstanceWadoURIUrl as unknown as (of: object) => string).call(client, {
    ...slice,
    contentType: "image/jpeg",
  });
  assert.match(url, /requestType=WADO/);
});
