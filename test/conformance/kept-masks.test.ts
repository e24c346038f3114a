import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { deflateSync } from "node:zlib";
import type { KeptOfStudy, MaskView } from "../../src/cases/kept.ts";
import { items, numbers, text } from "../../src/dicom/data-set.ts";
import { functionalGroup } from "../../src/dicom/functional-groups.ts";
import { segmentation } from "../../src/dicom/objects/segments.ts";
import { parsePart10 } from "../../src/dicom/parse.ts";
import { packedMask } from "../../src/imaging/region/mask-bits.ts";
import { storeObject } from "../../src/server/ingest/index.ts";
import { startWillis, type TestWillis } from "../harness.ts";
import { onPath, pythonWith } from "../tools.ts";
import { ctStack, xaRun } from "./images.ts";

const run = promisify(execFile);
let willis: TestWillis;
const ct = { study: "", series: "", objects: [] as string[] };
const xa = { study: "", series: "", objects: [] as string[] };
const SIZE = [128, 128, 12] as const;

before(async () => {
  willis = await startWillis();
  for (const [into, files] of [
    [ct, ctStack("Masks-CT").files],
    [xa, xaRun("Masks-XA").files],
  ] as const) {
    for (const bytes of files) {
      const stored = await storeObject(willis.services, bytes, {
        organisationId: willis.organisations.Hub,
        via: "import",
      });
      assert.ok("studyUid" in stored, JSON.stringify(stored));
      into.study = stored.studyUid;
      into.series = stored.seriesUid;
      into.objects.push(stored.sopUid);
    }
  }
});
after(() => willis?.stop());

/** A box of voxels: columns 50 to 79, rows 40 to 59, the given slices. */
function box(from: number, to: number): Uint8Array {
  const mask = new Uint8Array(SIZE[0] * SIZE[1] * SIZE[2]);
  for (let k = from; k <= to; k++)
    for (let y = 40; y < 60; y++) for (let x = 50; x < 80; x++) mask[(k * SIZE[1] + y) * SIZE[0] + x] = 1;
  return mask;
}

const GRID = {
  ...{ shape: SIZE.join(), spacing: "1,1,5", origin: "-100,-100,0", direction: "1,0,0,0,1,0,0,0,1" },
};
const said = (change: object = {}) => ({
  ...{ series: ct.series, base: "0", kind: "vessel", label: "Left ICA", made: "SEMIAUTOMATIC" },
  ...{ method: "Grown from a seed", version: "1.2.0", ...change },
});

function keep(
  id: string,
  query: Record<string, string>,
  body: Uint8Array,
  study = ct.study,
  login: "hub" | "spoke" = "hub",
) {
  return willis.as(login, `/api/studies/${study}/masks/${id}?${new URLSearchParams(query)}`, {
    method: "PUT",
    headers: { "content-type": "application/octet-stream" },
    body: body as Uint8Array<ArrayBuffer>,
  });
}
const bitsOf = (mask: Uint8Array) => deflateSync(packedMask(mask));
const kept = async (study: string) =>
  ((await (await willis.as("hub", `/api/studies/${study}/kept`)).json()) as KeptOfStudy).masks;

async function objectOf(study: string, { segmentationSeriesUid, segmentationSopUid }: MaskView): Promise<Buffer> {
  const path = `/dicom-web/studies/${study}/series/${segmentationSeriesUid}/instances/${segmentationSopUid}`;
  const answer = await willis.as("hub", path, { headers: { accept: 'multipart/related; type="application/dicom"' } });
  const body = Buffer.from(await answer.arrayBuffer());
  return body.subarray(body.indexOf("\r\n\r\n") + 4, body.lastIndexOf("\r\n--"));
}

/** The image that each frame of a Segmentation was drawn on, with its frame where it has several. */
function drawnOn(bytes: Uint8Array): { readonly labels: string[]; readonly images: unknown[][] } {
  const { dataSet } = parsePart10(bytes);
  const [segment] = segmentation(dataSet).segments;
  const images = segment!.frames.map((frame) => {
    const source = items(functionalGroup(dataSet, frame, "DerivationImageSequence")!, "SourceImageSequence")[0];
    return source ? [text(source, "ReferencedSOPInstanceUID"), ...numbers(source, "ReferencedFrameNumber")] : [];
  });
  return { labels: [segment!.label], images };
}

const vessel = randomUUID();

test("a mask is kept as a Segmentation whose slices are the images it was drawn on; sent again it makes nothing new", async () => {
  const answer = await keep(vessel, { ...said(), ...GRID }, bitsOf(box(3, 5)));
  assert.equal(answer.status, 201, await answer.clone().text());
  const { mask, overtook } = (await answer.json()) as { mask: MaskView; overtook: boolean };
  assert.deepEqual([mask.version, mask.inside, mask.volumeMl, overtook], [1, 30 * 20 * 3, 9, false]);
  assert.equal(mask.by.name, "Dr hub");
  const again = (await (await keep(vessel, { ...said(), ...GRID }, bitsOf(box(3, 5)))).json()) as { mask: MaskView };
  assert.deepEqual(again.mask, mask);
  assert.deepEqual(await kept(ct.study), [mask]);
  const { labels, images } = drawnOn(await objectOf(ct.study, mask));
  assert.deepEqual(labels, ["Left ICA"]);
  assert.deepEqual(
    images,
    ct.objects.slice(3, 6).map((sopUid) => [sopUid]),
  );
});

test("a change is the next version beside the one before; one made on an older version says so; deleting keeps the objects", async () => {
  const second = await keep(vessel, { ...said({ base: "1" }), ...GRID }, bitsOf(box(3, 6)));
  const { mask } = (await second.json()) as { mask: MaskView };
  assert.deepEqual([mask.version, mask.inside], [2, 30 * 20 * 4]);
  const late = (await (await keep(vessel, { ...said({ base: "1" }), ...GRID }, bitsOf(box(2, 6)))).json()) as {
    mask: MaskView;
    overtook: boolean;
  };
  assert.deepEqual([late.mask.version, late.overtook], [3, true]);
  const gone = await willis.as("hub", `/api/studies/${ct.study}/masks/${vessel}`, { method: "DELETE" });
  assert.equal(gone.status, 204);
  assert.deepEqual(await kept(ct.study), []);
  const { rows } = await willis.services.pool.query(
    `select s.version, s.content is null as deleted, p.name from kept_mask_state s join person p on p.id = s.by
     where mask_id = $1 order by version`,
    [vessel],
  );
  assert.deepEqual(
    rows.map((row) => [row.version, row.deleted, row.name]),
    [1, 2, 3, 4].map((version) => [version, version === 4, "Dr hub"]),
  );
  assert.equal((await objectOf(ct.study, mask)).subarray(128, 132).toString(), "DICM");
  assert.equal((await willis.as("hub", `/api/studies/${ct.study}/masks/${vessel}`, { method: "DELETE" })).status, 404);
});

test("a region outlined on a frame of a run is kept on that frame", async () => {
  const { rows } = await willis.services.pool.query("select rows, columns from instance where sop_uid = $1", [
    xa.objects[0],
  ]);
  const [height, width] = [rows[0].rows as number, rows[0].columns as number];
  const mask = new Uint8Array(width * height).fill(1, 5 * width, 7 * width);
  const place = { object: xa.objects[0]!, frame: "2", rows: String(height), columns: String(width) };
  const asked = said({ series: xa.series, kind: "region", label: "Outlined", made: "MANUAL", method: "Outline" });
  const answer = await keep(randomUUID(), { ...asked, ...place }, bitsOf(mask), xa.study);
  assert.equal(answer.status, 201, await answer.clone().text());
  const { mask: view } = (await answer.json()) as { mask: MaskView };
  assert.deepEqual([view.inside, view.volumeMl], [2 * width, null]);
  assert.deepEqual(drawnOn(await objectOf(xa.study, view)).images, [[xa.objects[0], 2]]);
});

test("what does not fit is refused with the reason, and nothing of it is kept", async () => {
  const good = { ...said(), ...GRID };
  const body = bitsOf(box(3, 5));
  const bomb = deflateSync(new Uint8Array(40 * 2 ** 20));
  for (const [query, bytes, status, words] of [
    [good, bitsOf(new Uint8Array(box(3, 5).length)), 400, /empty/],
    [good, deflateSync(packedMask(box(3, 5)).subarray(9)), 400, /24567 bytes; 196608 voxels are 24576/],
    [good, bomb, 400, /more than 24576 bytes/],
    [good, Buffer.from("no deflated data at all"), 400, /cannot be inflated/],
    [{ ...good, shape: "4000,4000,4000" }, body, 413, /at most 300000000 voxels/],
    [{ ...good, shape: "128,128" }, body, 400, /shape .{1,2}128,128.{1,2} is not 3 numbers/],
    [{ ...good, direction: "1,0,0,1,0,0,0,0,1" }, body, 400, /right angles/],
    [{ ...good, origin: "9000,-100,0" }, body, 400, /outside the images/],
    [{ ...good, series: xa.series }, body, 400, /is not in study/],
    [said({ object: ct.objects[0]!, rows: "12", columns: "12" }), bitsOf(new Uint8Array(144)), 400, /128 x 128 pixels/],
    [{ ...good, kind: "brain" }, body, 400, /kind/],
  ] as const) {
    const answer = await keep(randomUUID(), query, bytes);
    const told = await answer.text();
    assert.equal(answer.status, status, told);
    assert.match(told, words);
  }
  assert.deepEqual(await kept(ct.study), []);
  assert.ok((await keep(randomUUID(), good, body, ct.study, "spoke")).status >= 403);
  const { rows } = await willis.services.pool.query("select count(*)::int as n from kept_mask");
  assert.equal(rows[0].n, 2);
});

test("dciodvfy finds no error in it, and pydicom reads segment and bits", async (t) => {
  const [dciodvfy, python] = [await onPath("dciodvfy"), await pythonWith("pydicom")];
  if (!dciodvfy || !python) return t.skip("dciodvfy or pydicom is not here");
  const folder = await mkdtemp(join(tmpdir(), "masks-"));
  try {
    const answer = await keep(
      randomUUID(),
      { ...said({ kind: "aneurysm", label: "Dome" }), ...GRID },
      bitsOf(box(3, 5)),
    );
    const { mask } = (await answer.json()) as { mask: MaskView };
    for (const [bytes, expected] of [
      [await objectOf(ct.study, mask), "SEG Dome 3 1800 Aneurysm"],
      [await objectOf(xa.study, (await kept(xa.study))[0]!), "SEG Outlined 1 "],
    ] as const) {
      const file = join(folder, "mask.dcm");
      await writeFile(file, bytes);
      const found: { stdout: string; stderr: string } = await run(dciodvfy, [file]).catch((error) => error);
      const errors = `${found.stdout}${found.stderr}`.split("\n").filter((line) => line.startsWith("Error"));
      assert.deepEqual(errors, []);
      const read =
        "import pydicom,sys; d=pydicom.dcmread(sys.argv[1]); s=d.SegmentSequence[0]; " +
        "n=sum(bin(b).count('1') for b in d.PixelData); " +
        "print(d.Modality, s.SegmentLabel, d.NumberOfFrames, n, s.SegmentedPropertyTypeCodeSequence[0].CodeMeaning)";
      const { stdout } = await run(python, ["-c", read, file]);
      assert.ok(stdout.startsWith(expected), stdout);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
