import assert from "node:assert/strict";
import { test } from "node:test";
import {
  added,
  changed,
  EMPTY_QUEUE,
  isWorthSending,
  mediaType,
  nextToSend,
  retried,
  settled,
  totals,
} from "./upload-queue.ts";

const files = (...names: string[]) => names.map((name) => ({ name, size: 100 }));

test("no more files are under way than allowed, in the order they came", () => {
  let { queue } = added(EMPTY_QUEUE, files("a", "b", "c", "d"));
  assert.deepEqual(
    nextToSend(queue, 2).map((item) => item.name),
    ["a", "b"],
  );
  queue = changed(changed(queue, 1, { state: "sending" }), 2, { state: "sending" });
  assert.deepEqual(nextToSend(queue, 2), []);
  queue = changed(queue, 1, { state: "stored", images: 1 });
  assert.deepEqual(
    nextToSend(queue, 2).map((item) => item.name),
    ["c"],
  );
});

test("keys stay distinct when files are added twice", () => {
  const first = added(EMPTY_QUEUE, files("a", "b"));
  const second = added(first.queue, files("c"));
  assert.deepEqual([...first.keys, ...second.keys], [1, 2, 3]);
});

test("a zip of which one file was quarantined is kept, and the reason is not lost", () => {
  assert.deepEqual(settled({ stored: 32, duplicates: 0, quarantined: [{ reason: "no SOP Instance UID" }] }), {
    state: "stored",
    reason: "no SOP Instance UID",
    images: 32,
  });
});

test("a file that was there already is a duplicate, one that does not parse is quarantined", () => {
  assert.equal(settled({ stored: 0, duplicates: 1, quarantined: [] }).state, "duplicate");
  assert.equal(settled({ stored: 0, duplicates: 0, quarantined: [{ reason: "not DICOM" }] }).state, "quarantined");
  assert.equal(settled({ stored: 0, duplicates: 0, quarantined: [] }).state, "failed");
});

test("what is no image and not meant to be one is neither a failure nor in quarantine", () => {
  const outcome = { stored: 0, duplicates: 0, quarantined: [], ignored: [{ reason: "a DICOMDIR" }] };
  assert.equal(settled(outcome).state, "ignored");
});

test("only failed files are sent again", () => {
  let { queue } = added(EMPTY_QUEUE, files("a", "b"));
  queue = changed(queue, 1, { state: "failed", reason: "no network" });
  queue = changed(queue, 2, { state: "quarantined", reason: "not DICOM" });
  assert.deepEqual(
    retried(queue).items.map((item) => item.state),
    ["waiting", "quarantined"],
  );
});

test("the meter counts images kept, not files sent", () => {
  let { queue } = added(EMPTY_QUEUE, files("study.zip", "b", "c"));
  queue = changed(queue, 1, { state: "stored", images: 480 });
  queue = changed(queue, 2, { state: "sending" });
  const sum = totals(queue);
  assert.equal(sum.images, 480);
  assert.equal(sum.done, 1);
  assert.equal(sum.bytesDone, 100);
  assert.equal(sum.busy, true);
});

test("the droppings of file managers are not sent", () => {
  assert.equal(isWorthSending("CD/DICOMDIR", 300), false);
  assert.equal(isWorthSending("CD/._IM0001", 300), false);
  assert.equal(isWorthSending("CD/IM0001", 0), false);
  assert.equal(isWorthSending("CD/IM0001", 300), true);
});

test("a zip is sent as a zip and a bare file as bytes to look into", () => {
  assert.equal(mediaType("study.ZIP"), "application/zip");
  assert.equal(mediaType("IM0001"), "application/octet-stream");
  assert.equal(mediaType("slice.dcm"), "application/dicom");
});
