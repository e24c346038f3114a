import assert from "node:assert/strict";
import { test } from "node:test";
import type { KeptDraft, KeptView } from "../../../cases/kept.ts";
import {
  changedByMe,
  changesToSend,
  draftNow,
  itemsOf,
  NO_DEEDS,
  NOTHING_KEPT,
  redone,
  toldByServer,
  undone,
  withDeed,
} from "./kept-state.ts";

const draft = (id: string, label = ""): KeptDraft => ({
  ...{ id, kind: "length", label, place: { studyUid: "1", seriesUid: "2", sopUid: "3" } },
  shape: {
    space: "image",
    points: [
      [1, 2],
      [3, 4],
    ],
  },
  ...{ values: [], method: { name: "Length", version: "1" }, calibration: "mm" },
});
const view = (id: string, version: number, label = ""): KeptView => ({
  ...draft(id, label),
  ...{ version, by: { id: "p", name: "Dr P" }, at: "2026-01-01T00:00:00Z" },
  ...{ changedBy: { id: "p", name: "Dr P" }, changedAt: "2026-01-01T00:00:00Z" },
});

test("what the reader drew is there at once, and is told to the server until it is acknowledged", () => {
  let state = changedByMe(NOTHING_KEPT, "a", draft("a"));
  assert.deepEqual(
    itemsOf(state).map(({ id, waiting }) => [id, waiting]),
    [["a", true]],
  );
  assert.deepEqual(changesToSend(state), [{ act: "put", base: 0, measurement: draft("a") }]);
  state = toldByServer(state, [view("a", 1)], state.mine);
  assert.deepEqual(
    itemsOf(state).map(({ id, waiting }) => [id, waiting]),
    [["a", false]],
  );
  assert.deepEqual(changesToSend(state), []);
});

test("what was changed again while it was being sent is sent again", () => {
  const first = changedByMe(NOTHING_KEPT, "a", draft("a"));
  const second = changedByMe(first, "a", draft("a", "Neck"));
  const state = toldByServer(second, [view("a", 1)], first.mine);
  assert.equal(itemsOf(state)[0]!.label, "Neck");
  assert.deepEqual(changesToSend(state), [{ act: "put", base: 1, measurement: draft("a", "Neck") }]);
});

test("what another reader draws, changes and deletes shows; what this reader has not saved stays", () => {
  let state = toldByServer(NOTHING_KEPT, [view("a", 1), view("b", 1)]);
  state = changedByMe(state, "a", draft("a", "Mine"));
  state = toldByServer(state, [view("a", 2, "Theirs"), view("c", 1)]);
  assert.deepEqual(
    itemsOf(state).map(({ id, label }) => [id, label]),
    [
      ["a", "Mine"],
      ["c", ""],
    ],
  );
  assert.equal(changesToSend(state)[0]!.base, 2);
});

test("one that the server never had is gone without a word; bringing a deleted one back rests on its last version", () => {
  let state = changedByMe(changedByMe(NOTHING_KEPT, "a", draft("a")), "a", null);
  assert.deepEqual(changesToSend(state), []);
  state = toldByServer(NOTHING_KEPT, [view("b", 3)]);
  state = changedByMe(state, "b", null);
  assert.deepEqual(changesToSend(state), [{ act: "delete", base: 3, id: "b" }]);
  assert.equal(draftNow(state, "b"), null);
  state = changedByMe(toldByServer(state, [], state.mine), "b", draft("b"));
  assert.deepEqual(changesToSend(state), [{ act: "put", base: 3, measurement: draft("b") }]);
});

test("deeds are taken back and done again in order; a new deed ends what was undone", () => {
  const deed = (before: KeptDraft | null, after: KeptDraft | null) => ({ studyUid: "1", id: "a", before, after });
  let deeds = withDeed(NO_DEEDS, deed(null, draft("a")));
  deeds = withDeed(deeds, deed(draft("a"), draft("a")));
  deeds = withDeed(deeds, deed(draft("a"), draft("a", "Neck")));
  assert.equal(deeds.done.length, 2);
  const back = undone(deeds)!;
  assert.equal(back.deed.before?.label, "");
  const again = redone(back.deeds)!;
  assert.equal(again.deed.after?.label, "Neck");
  assert.equal(redone(withDeed(back.deeds, deed(draft("a"), null))), undefined);
  assert.equal(undone(NO_DEEDS), undefined);
});
