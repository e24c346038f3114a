import assert from "node:assert/strict";
import { test } from "node:test";
import {
  askForCommitment,
  COMMITMENT,
  commitmentReport,
  commitmentRequest,
  failureWords,
  readReport,
} from "./commitment.ts";
import { dataSet, has } from "./data-set.ts";
import { parseDataSet } from "./parse.ts";
import { TS } from "./transfer-syntax.ts";
import { writeDataSet } from "./write.ts";

const CT = "1.2.840.10008.5.1.4.1.1.2";
const objects = [
  { sopClass: CT, sopUid: "1.2.3.1" },
  { sopClass: CT, sopUid: "1.2.3.2" },
];

test("a request is read as it was written, an object asked twice once", () => {
  const bytes = writeDataSet(askForCommitment("1.2.9", [...objects, objects[0]!]), TS.ImplicitLittle);
  assert.deepEqual(commitmentRequest(parseDataSet(bytes, TS.ImplicitLittle), 10), { transactionUid: "1.2.9", objects });
});

test("a request without transaction, objects or UIDs, or with too many, says what is wrong", () => {
  assert.match(String(commitmentRequest(askForCommitment("", objects), 10)), /Transaction UID is ""/);
  assert.match(String(commitmentRequest(askForCommitment("1.2.9", []), 10)), /is empty/);
  assert.match(String(commitmentRequest(askForCommitment("1.2.9", [{ sopClass: CT, sopUid: "" }]), 10)), /no class/);
  assert.match(String(commitmentRequest(askForCommitment("1.2.9", objects), 1)), /more than 1/);
});

test("the report has event 1 without failed objects, event 2 with each failed one and its reason", () => {
  const fine = commitmentReport(
    "1.2.9",
    objects.map((one) => ({ ...one, reason: 0 })),
    "WILLIS",
  );
  assert.equal(fine.eventTypeId, COMMITMENT.allCommitted);
  assert.ok(!has(fine.report, "FailedSOPSequence"));
  const mixed = commitmentReport(
    "1.2.9",
    [
      { ...objects[0]!, reason: 0 },
      { ...objects[1]!, reason: 0x0112 },
    ],
    "WILLIS",
  );
  assert.equal(mixed.eventTypeId, COMMITMENT.someFailed);
  const none = commitmentReport(
    "1.2.9",
    objects.map((one) => ({ ...one, reason: 0x0119 })),
    "WILLIS",
  );
  assert.ok(!has(none.report, "ReferencedSOPSequence"), "an empty sequence is not allowed (J.3-2: one or more items)");
  const read = readReport(parseDataSet(writeDataSet(mixed.report, TS.ExplicitLittle), TS.ExplicitLittle));
  assert.deepEqual(read, {
    transactionUid: "1.2.9",
    objects: [
      { ...objects[0], reason: 0 },
      { ...objects[1], reason: 0x0112 },
    ],
  });
});

test("a failed object without a reason is failed all the same", () => {
  const item = dataSet({ ReferencedSOPClassUID: CT, ReferencedSOPInstanceUID: "1.2.3.1" });
  const read = readReport(dataSet({ TransactionUID: "1.2.9", FailedSOPSequence: [item] }));
  assert.ok(typeof read !== "string" && read.objects[0]?.reason === 0x0110);
  assert.match(failureWords(0x0112), /is not there \(0112\)/);
});
