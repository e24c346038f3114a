import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rename, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { parsePart10 } from "../../src/dicom/parse.ts";
import { uidOf } from "../../src/dicom/uid.ts";
import { buildWeb } from "../../src/server/web-build.ts";
import { ctStack, stowBody } from "../conformance/images.ts";
import { associate, store, storeCommand } from "../fuzz/pdu-sender.ts";
import { inspect } from "./inspect.ts";
import { type Acknowledged, dataSetDigest } from "./load.ts";
import { type OneServer, oneServer, system, withoutMounts } from "./one-server.ts";

const CT = "1.2.840.10008.5.1.4.1.1.2";
const OUT_OF_RESOURCES = 0xa700;

let folder = "";
let blobs = "";
let server: OneServer;
let noMounts = "";
const acknowledged: Acknowledged[] = [];

before(async () => {
  await buildWeb(() => {});
  folder = await mkdtemp(join(tmpdir(), "willis-outage-"));
  await chmod(folder, 0o755);
  blobs = join(folder, "home/blobs");
  noMounts = await withoutMounts();
  await mkdir(blobs, { recursive: true });
  if (!noMounts)
    await system("mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", blobs).catch((error: Error) => {
      noMounts = `nothing can be mounted here: ${error.message}`;
    });
  server = await oneServer(join(folder, "home"));
  await server.start();
});
after(async () => {
  await server?.stop();
  if (!noMounts) await system("umount", "-l", blobs);
  await rm(folder, { recursive: true, force: true });
});

function object(name: string, size = 64) {
  const { studyUid, seriesUid, files } = ctStack(name, 1, size);
  const file = files[0]!;
  return { sopUid: uidOf(`${name} slice 0`), studyUid, seriesUid, file, dataSet: dataSetDigest(file) };
}

/** One object by STOW and one by C-STORE: the two statuses, and what STOW said. */
async function bring(name: string, size?: number): Promise<{ stow: number; dimse: number; said: string }> {
  const first = object(`${name}-stow`, size);
  const { body, headers } = stowBody([first.file]);
  const authorization = `Bearer ${server.token}`;
  const init = { method: "POST", body, headers: { ...headers, authorization } };
  const answer = await fetch(`${server.url}/dicom-web/studies`, init);
  const said = await answer.text();
  if (answer.status === 200) acknowledged.push({ object: first, via: "stow" });
  const second = object(`${name}-dimse`, size);
  const { transferSyntax, dataSetOffset } = parsePart10(second.file);
  const peer = await associate(server.dimsePort, [[CT, transferSyntax]]);
  if (!peer) return { stow: answer.status, dimse: -1, said };
  const dimse = await store(peer, 1, storeCommand(CT, second.sopUid), second.file.subarray(dataSetOffset), 30_000);
  peer.end();
  if (dimse === 0) acknowledged.push({ object: second, via: "dimse" });
  return { stow: answer.status, dimse: typeof dimse === "number" ? dimse : -2, said };
}

/** Serves both ways again, without a restart. */
async function servesAgain(name: string): Promise<void> {
  await server.untilReady();
  const { stow, dimse, said } = await bring(`${name}-again`);
  assert.deepEqual([stow, dimse], [200, 0], said);
}

function sameProcess(pid: number | null): void {
  assert.equal(server.pid, pid);
  assert.doesNotThrow(() => process.kill(pid!, 0), "the server lives");
}

test("it stores before anything is wrong", async () => {
  const { stow, dimse, said } = await bring("Before");
  assert.deepEqual([stow, dimse], [200, 0], said);
});

test("a full disk: 507 and A700 with words; reading goes on; it stores again when there is space", async (t) => {
  if (noMounts) return t.skip(noMounts);
  const { pid } = server;
  const { bavail, bsize } = await statfs(blobs);
  const filler = join(blobs, "filler");
  await writeFile(filler, Buffer.alloc(bavail * bsize - 40_000));
  const { stow, dimse, said } = await bring("Full", 256);
  assert.deepEqual([stow, dimse], [507, OUT_OF_RESOURCES], said);
  assert.match(said, /no space left/i);
  const big = await bring("Full-big", 1024); // beyond what is written in one piece
  assert.deepEqual([big.stow, big.dimse], [507, OUT_OF_RESOURCES], big.said);
  const kept = await inspect(server, acknowledged);
  assert.deepEqual([kept.missing, kept.unreadable, kept.otherBytes], [[], [], []], "what is there can be read");
  await rm(filler);
  await servesAgain("Full");
  sameProcess(pid);
});

test("a disk that became read-only: 503 and A700 with words, and reading goes on", async (t) => {
  if (noMounts) return t.skip(noMounts);
  const { pid } = server;
  await system("mount", "-o", "remount,ro", blobs);
  try {
    const { stow, dimse, said } = await bring("Read-only");
    assert.deepEqual([stow, dimse], [503, OUT_OF_RESOURCES], said);
    assert.match(said, /read-only/);
    const kept = await inspect(server, acknowledged);
    assert.deepEqual([kept.missing, kept.unreadable, kept.otherBytes], [[], [], []]);
  } finally {
    await system("mount", "-o", "remount,rw", blobs);
  }
  await servesAgain("Read-only");
  sameProcess(pid);
});

test("the folder of the images gone: 503 and A700 with words; whole when it returns", async () => {
  const { pid } = server;
  const elsewhere = join(folder, "elsewhere");
  if (noMounts) await rename(blobs, elsewhere);
  else {
    await mkdir(elsewhere);
    await system("mount", "--move", blobs, elsewhere).catch(async () => {
      // a shared mount cannot be moved: bound to another place and hidden here, it is gone just the same
      await system("mount", "--bind", blobs, elsewhere);
      await system("mount", "-t", "tmpfs", "-o", "ro,size=4k", "tmpfs", blobs);
    });
  }
  const { stow, dimse, said } = await bring("Gone");
  assert.deepEqual([stow, dimse], [503, OUT_OF_RESOURCES], said);
  assert.match(said, /images/);
  assert.equal(await server.ready(), false, "a load balancer is told");
  const one = acknowledged[0]!.object;
  const path = `/dicom-web/studies/${one.studyUid}/series/${one.seriesUid}/instances/${one.sopUid}`;
  const read = await fetch(server.url + path, { headers: { authorization: `Bearer ${server.token}` } });
  const given = Buffer.from(await read.arrayBuffer());
  // a file that is open still may be read to its end: what comes are its bytes, or words
  if (read.status === 200) assert.ok(given.includes(Buffer.from(one.file.subarray(-8000))));
  else assert.deepEqual([read.status, /images/.test(given.toString())], [503, true]);
  if (noMounts) await rename(elsewhere, blobs);
  else
    await system("mount", "--move", elsewhere, blobs).catch(async () => {
      await system("umount", blobs);
      await system("umount", elsewhere);
    });
  await servesAgain("Gone");
  sameProcess(pid);
});

test("the database stopped, and killed: 503 with words, a refused association or A700; it serves again when it runs", async () => {
  for (const every of [false, true]) {
    const { pid } = server;
    const peer = await associate(server.dimsePort, [[CT, ""]]); // opened before
    await server.killPostgres(every);
    await sleep(1500);
    const { stow, dimse, said } = await bring(`Database-${every}`);
    assert.equal(stow, 503, said);
    assert.match(said, /database cannot be reached/);
    assert.ok([-1, OUT_OF_RESOURCES].includes(dimse), `C-STORE on a new association: ${dimse.toString(16)}`);
    const late = object(`Late-${every}`);
    const { dataSetOffset } = parsePart10(late.file);
    const status = await store(peer!, 1, storeCommand(CT, late.sopUid), late.file.subarray(dataSetOffset), 30_000);
    peer!.end();
    assert.equal(status, OUT_OF_RESOURCES, "C-STORE on an association that was open");
    await server.startPostgres();
    await servesAgain(`Database-${every}`);
    sameProcess(pid);
  }
});

test("after all of that: every acknowledged object is there with its bytes", async (t) => {
  const found = await inspect(server, acknowledged);
  assert.deepEqual([found.missing, found.unreadable, found.otherBytes], [[], [], []]);
  await server.kill();
  await server.start();
  const again = await inspect(server, acknowledged);
  assert.deepEqual([again.missing, again.unreadable, again.otherBytes], [[], [], []]);
  t.diagnostic(`${found.acknowledged} acknowledged around the outages, missing 0; ${found.orphans.length} orphans`);
});
