import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { dataSet, number, text } from "./data-set.ts";
import { COMMAND, Dimse, type DimseEvent, type Message } from "./dimse.ts";
import { dataSetStart } from "./file-head.ts";
import { encodePdu, parsePdu, type RoleSelection } from "./pdu.ts";
import { ReceivedBytes } from "./received-bytes.ts";
import { TS } from "./transfer-syntax.ts";
import { answerContexts } from "./upper-layer.ts";
import { writeCommandSet, writeFileMeta, writePart10 } from "./write.ts";

const COMMITMENT = "1.2.840.10008.1.20.1";
const SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7";

/** Two peers with an open association; `roles` as the requestor proposes them, all granted. */
function opened(roles: readonly RoleSelection[] = []): { scu: Dimse; scp: Dimse } {
  const [scu, scp] = [new Dimse({ aeTitle: "SCU" }), new Dimse({ aeTitle: "SCP" })];
  const contexts = [COMMITMENT, SECONDARY_CAPTURE].map((abstractSyntax) => ({
    ...{ abstractSyntax, transferSyntaxes: [TS.ImplicitLittle] },
  }));
  const [asked] = scp.receive(scu.association.request("SCP", contexts, { roles }));
  assert.equal(asked!.kind, "requested");
  if (asked?.kind !== "requested") throw new Error("not asked");
  const answers = answerContexts(asked.request, () => true);
  scu.receive(scp.association.accept(answers, { roles: asked.request.user.roles }));
  return { scu, scp };
}

function carried(bytes: readonly Uint8Array[], to: Dimse): DimseEvent[] {
  return to.receive(Buffer.concat(bytes));
}

function only(events: readonly DimseEvent[]): Message {
  const [event] = events;
  if (event?.kind !== "request") throw new Error(`a request was expected, not ${event?.kind}`);
  return event.message;
}

test("N-ACTION names its object by Requested UIDs, N-EVENT-REPORT and N-CREATE by Affected ones; both are read alike", () => {
  const { scu, scp } = opened();
  const context = scu.contextFor(COMMITMENT);
  const requested = { RequestedSOPInstanceUID: "1.2.3", ActionTypeID: 1 };
  const action = only(carried(scu.request(COMMAND.action, context, requested, false).bytes, scp));
  assert.equal(text(action.command, "RequestedSOPClassUID"), COMMITMENT);
  assert.equal(text(action.command, "AffectedSOPClassUID"), undefined);
  assert.deepEqual([action.sopClass, action.sopInstance], [COMMITMENT, "1.2.3"]);
  const affected = { AffectedSOPInstanceUID: "1.2.4", EventTypeID: 1 };
  const report = only(carried(scu.request(COMMAND.eventReport, context, affected, false).bytes, scp));
  assert.equal(text(report.command, "AffectedSOPClassUID"), COMMITMENT);
  assert.deepEqual([report.sopClass, report.sopInstance], [COMMITMENT, "1.2.4"]);
  const [answer] = carried(scp.respond(action, 0, { ActionTypeID: 1 }), scu);
  assert.equal(answer?.kind === "response" && answer.status, 0);
  assert.equal(answer?.kind === "response" && text(answer.message.command, "AffectedSOPClassUID"), COMMITMENT);
});

test("a response may carry a data set, and its fields", () => {
  const { scu, scp } = opened();
  const context = scu.contextFor(COMMITMENT);
  const message = only(carried(scu.request(COMMAND.create, context, {}, false).bytes, scp));
  const data = new Uint8Array(40_000).fill(7);
  const events = carried(scp.respond(message, 0xff00, { NumberOfRemainingSuboperations: 3 }, data), scu);
  const [first] = events;
  assert.ok(first?.kind === "response" && first.message.hasData);
  assert.equal(number(first.message.command, "NumberOfRemainingSuboperations"), 3);
  const got = events.filter((one) => one.kind === "data");
  assert.equal(
    got.reduce((n, one) => n + one.bytes.length, 0),
    40_000,
  );
  assert.equal(got.at(-1)!.last, true);
});

test("an Error Comment is cut to 64 characters of the default repertoire", () => {
  const { scu, scp } = opened();
  const message = only(carried(scu.request(COMMAND.create, scu.contextFor(COMMITMENT), {}, false).bytes, scp));
  const [answer] = carried(scp.respond(message, 0x0110, { ErrorComment: `Größe\\${"x".repeat(100)}` }), scu);
  assert.ok(answer?.kind === "response");
  assert.equal(text(answer.message.command, "ErrorComment"), `Gr??e?${"x".repeat(58)}`);
});

test("C-CANCEL comes as a request with the message id of the one it means", () => {
  const { scu, scp } = opened();
  const context = scu.contextFor(COMMITMENT);
  const { messageId } = scu.request(COMMAND.find, context, { Priority: 0 }, false);
  const message = only(carried(scu.cancel(context, messageId), scp));
  assert.deepEqual([message.field, message.messageId], [COMMAND.cancel, messageId]);
});

test("roles are known to both sides as they were granted; a class without selection has the default", () => {
  const role = { sopClass: SECONDARY_CAPTURE, scu: false, scp: true };
  const { scu, scp } = opened([role]);
  assert.deepEqual(scu.association.roles.get(SECONDARY_CAPTURE), role);
  assert.deepEqual(scp.association.roles.get(SECONDARY_CAPTURE), role);
  assert.equal(scu.association.roles.get(COMMITMENT), undefined);
});

test("a stream gives the same messages and bytes in whatever cuts it arrives", () => {
  const sent = opened();
  const { bytes } = sent.scu.store(SECONDARY_CAPTURE, "1.2.3", TS.ImplicitLittle);
  const data = new Uint8Array(9000).map((_, i) => (i * 7) & 0xff);
  const stream = Buffer.concat([
    ...bytes,
    ...sent.scu.storeData(sent.scu.contextFor(SECONDARY_CAPTURE), data.subarray(0, 5000), false),
    ...sent.scu.storeData(sent.scu.contextFor(SECONDARY_CAPTURE), data.subarray(5000), true),
  ]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 60 }), (cuts) => {
      const { scp } = opened();
      const events: DimseEvent[] = [];
      for (let at = 0, i = 0; at < stream.length; i++) {
        const step = cuts[i % cuts.length]!;
        events.push(...scp.receive(stream.subarray(at, at + step)));
        at += step;
      }
      const got = events.filter((one) => one.kind === "data");
      assert.equal(events[0]!.kind, "request");
      assert.deepEqual(Buffer.concat(got.map((one) => one.bytes)), Buffer.from(data));
      assert.deepEqual(
        got.map((one) => one.last),
        [...got.slice(1).map(() => false), true],
      );
    }),
    { numRuns: 100 },
  );
});

test("any bytes as a command set are a message, or a protocol error with A-ABORT; nothing is thrown, nothing hangs", () => {
  const good = writeCommandSet(
    dataSet({ AffectedSOPClassUID: COMMITMENT, CommandField: 1, MessageID: 1, CommandDataSetType: 0x101 }),
  );
  const command = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.array(fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 8 }).map((edits) => {
      const bytes = good.slice();
      for (const [at, value] of edits) bytes[at] = value;
      return bytes;
    }),
  );
  fc.assert(
    fc.property(command, fc.boolean(), (bytes, last) => {
      const { scp } = opened();
      const values = [{ context: 1, command: true, last, bytes }];
      for (const event of scp.receive(encodePdu({ type: "p-data", values }))) {
        if (event.kind === "closed") assert.equal(event.how, "protocol-error");
      }
    }),
    { numRuns: 1000 },
  );
});

test("any body of any PDU type is a value or a WillisError that says what was wrong", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 9 }), fc.uint8Array({ maxLength: 400 }), (type, body) => {
      try {
        assert.equal(typeof parsePdu(type, body).type, "string");
      } catch (error) {
        assert.equal((error as Error).name, "WillisError");
      }
    }),
    { numRuns: 2000 },
  );
});

test("an endless command of empty or tiny fragments is aborted at its limit and holds no memory beyond", () => {
  const { scp } = opened();
  const values = Array.from({ length: 1000 }, () => ({
    context: 1,
    command: true,
    last: false,
    bytes: new Uint8Array(100),
  }));
  const pdu = encodePdu({ type: "p-data", values: values.slice(0, 600) });
  const events: DimseEvent[] = [];
  for (let i = 0; i < 2 && scp.association.state === "open"; i++) events.push(...scp.receive(pdu));
  assert.ok(events.some((one) => one.kind === "closed" && /more than 65536 bytes/.test(one.message)));
});

test("received bytes come out as they went in, views where they lie in one chunk", () => {
  const held = new ReceivedBytes();
  const chunk = Uint8Array.of(1, 2, 3, 4, 5);
  held.add(chunk);
  held.add(Uint8Array.of(6, 7));
  assert.equal(held.peek(8), null);
  assert.equal(held.take(2)!.buffer, chunk.buffer, "no copy");
  assert.deepEqual([...held.take(4)!], [3, 4, 5, 6]);
  assert.deepEqual([...held.some(10)!], [7]);
  assert.equal(held.some(10), null);
});

test("the data set of a file begins behind its meta group, which may be cut off or absent", () => {
  const ds = dataSet({
    SOPClassUID: SECONDARY_CAPTURE,
    SOPInstanceUID: "1.2.9",
    Modality: "OT",
    PatientName: "A".repeat(60),
  });
  const file = writePart10(ds);
  const meta = writeFileMeta(SECONDARY_CAPTURE, "1.2.9", TS.ExplicitLittle);
  assert.equal(dataSetStart(file), meta.length);
  assert.equal(dataSetStart(file.subarray(0, meta.length - 4)), null);
  assert.equal(dataSetStart(file.subarray(meta.length)), null, "too short to say");
  const bare = writePart10(
    dataSet({
      SOPClassUID: SECONDARY_CAPTURE,
      SOPInstanceUID: "1.2.9",
      PatientName: "A".repeat(64),
      PatientComments: "B".repeat(200),
    }),
  );
  assert.equal(dataSetStart(bare.subarray(meta.length)), 0);
});
