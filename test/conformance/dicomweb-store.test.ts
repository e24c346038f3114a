import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startWillis, type TestWillis } from "../harness.ts";
import { asking, type Json, rleRun } from "./dicomweb-asking.ts";
import { ctStack, xaRun } from "./images.ts";

const ct = ctStack("Web-CT", 4, 64);
const xa = xaRun("Web-XA", 5, 64);
const rle = rleRun();
let willis: TestWillis;
const { get, json, stow } = asking(() => willis);

before(async () => {
  willis = await startWillis();
  const answer = await stow([...ct.files, ...xa.files, rle.file]);
  assert.equal(answer.status, 200);
});
after(() => willis.stop());

test("STOW-RS: what was stored is referenced; a second time the answer is the same", async () => {
  const answer = await stow(ct.files);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("content-type"), "application/dicom+json");
  const body = (await answer.json()) as Json;
  assert.equal(body["00081199"]?.Value?.length, 4);
  assert.ok(body["00081190"]?.Value?.[0].endsWith(`/dicom-web/studies/${ct.studyUid}`));
  assert.equal(body["00081198"], undefined);
});

test("STOW-RS: one bad part among good ones is 202, none good is 409, and each failure has its reason", async () => {
  const mixed = await stow([ct.files[0]!, Buffer.from("junk")]);
  assert.equal(mixed.status, 202);
  const body = (await mixed.json()) as Json;
  assert.equal(body["00081199"]?.Value?.length, 1);
  assert.equal(body["0008119A"]?.Value?.[0]["00081197"].Value[0], 0xc000);
  assert.equal((await stow([Buffer.from("junk")])).status, 409);
});

test("STOW-RS: an object of another study than the one addressed is refused", async () => {
  const other = ctStack("Web-Other", 1, 32);
  const answer = await stow(other.files, `/dicom-web/studies/${ct.studyUid}`);
  assert.equal(answer.status, 409);
  assert.deepEqual(await json(`/studies?StudyInstanceUID=${other.studyUid}`), []);
});

test("STOW-RS: bodies that are no DICOM, and broken multipart, are told apart from bad objects", async () => {
  const post = (body: string, type: string) =>
    willis.as("hub", "/dicom-web/studies", { method: "POST", body, headers: { "content-type": type } });
  assert.equal((await post("{}", "application/json")).status, 415);
  assert.equal((await post("--x\r\n\r\nhalf", 'multipart/related; type="application/dicom"; boundary=x')).status, 400);
  assert.equal((await post("--x--", 'multipart/related; type="application/dicom"; boundary=x')).status, 400);
});

test("a body in a coding that is not read is refused, and so is a NUL in a query", async () => {
  const headers = { "content-type": "application/dicom", "content-encoding": "gzip" };
  const coded = await willis.as("hub", "/dicom-web/studies", { method: "POST", headers, body: "x" });
  assert.equal(coded.status, 415);
  assert.equal((await willis.as("hub", "/dicom-web/studies?PatientName=%00")).status, 400);
});
