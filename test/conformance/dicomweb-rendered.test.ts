/// <reference path="../../src/server/dicomweb/pngjs.d.ts" />
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PNG } from "pngjs";
import { startWillis, type TestWillis } from "../harness.ts";
import { asking, rleRun, sopUidOf } from "./dicomweb-asking.ts";
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

const SERIES = `/studies/${ct.studyUid}/series/${ct.seriesUid}`;
const RUN = `/studies/${rle.studyUid}/series/${rle.seriesUid}/instances/${rle.sopUid}`;

test("rendered and thumbnail: pictures of the right size, windowed as asked", async () => {
  const path = `${SERIES}/instances/${sopUidOf(ct.files[0]!)}`;
  const png = await get(`${path}/rendered?window=0,100,linear&viewport=32,32`, "image/png");
  const picture = PNG.sync.read(Buffer.from(await png.arrayBuffer()));
  assert.deepEqual([picture.width, picture.height], [32, 32]);
  assert.equal(picture.data[0], 0); // air at the corner
  assert.ok(picture.data[4 * (16 * 32 + 16)]! > 200); // the disc, 40 HU of 0 +- 50
  const jpeg = await get(`${path}/rendered`, "image/jpeg");
  assert.equal(jpeg.headers.get("content-type"), "image/jpeg");
  assert.deepEqual([...new Uint8Array(await jpeg.arrayBuffer()).subarray(0, 2)], [0xff, 0xd8]);
  for (const place of [path, SERIES, `/studies/${ct.studyUid}`, `${RUN}/frames/2`])
    assert.equal((await get(`${place}/thumbnail`)).status, 200, place);
  assert.equal((await get(`${path}/rendered?window=1,2,3,4`)).status, 400);
  assert.equal((await get(`${path}/rendered`, "image/gif")).status, 406);
});
