import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import fc from "fast-check";
import { dataSet } from "./data-set.ts";
import { COMMAND, Dimse, type DimseEvent, VERIFICATION } from "./dimse.ts";
import { parsePart10 } from "./parse.ts";
import { APPLICATION_CONTEXT, encodePdu, parsePdu } from "./pdu.ts";
import { TS } from "./transfer-syntax.ts";
import { uidOf } from "./uid.ts";
import { Association, answerContexts } from "./upper-layer.ts";
import { writeDataSet, writeFileMeta, writePart10 } from "./write.ts";

const SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7";

/** Carry bytes between two peers in cuts of `cut` bytes until both are silent; returns the events of each. */
function talk(
  a: Dimse,
  b: Dimse,
  first: Uint8Array[],
  cut: number,
  answer: (e: DimseEvent, at: Dimse) => Uint8Array[],
) {
  const events: DimseEvent[][] = [[], []];
  const wires: Uint8Array[][] = [[], [...first]];
  while (wires[0]!.length > 0 || wires[1]!.length > 0) {
    for (const side of [0, 1] as const) {
      const peer = side === 0 ? a : b;
      const bytes = wires[side]!.shift();
      for (let at = 0; bytes && at < bytes.length; at += cut) {
        for (const event of peer.receive(bytes.subarray(at, at + cut))) {
          events[side]!.push(event);
          const out = event.kind === "send" ? [event.bytes] : answer(event, peer);
          wires[1 - side]!.push(...out);
        }
      }
    }
  }
  return events;
}

function accepting(event: DimseEvent, at: Dimse): Uint8Array[] {
  if (event.kind === "requested") return [at.association.accept(answerContexts(event.request, () => true))];
  if (event.kind === "data" && event.last) return at.respond(event.message, 0);
  return [];
}

const proposal = [
  { abstractSyntax: VERIFICATION, transferSyntaxes: [TS.ImplicitLittle] },
  { abstractSyntax: SECONDARY_CAPTURE, transferSyntaxes: [TS.ExplicitBig, TS.JpegLossless, TS.ExplicitLittle] },
];

test("two peers associate, echo, store in fragments and release, however the stream is cut", () => {
  for (const cut of [1, 7, 100000]) {
    const scu = new Dimse({ aeTitle: "SCU" });
    const scp = new Dimse({ aeTitle: "SCP", maxPdu: 300 });
    const object = new Uint8Array(1000).map((_, i) => i & 0xff);
    const [client, server] = talk(scu, scp, [scu.association.request("SCP", proposal)], cut, (event, at) => {
      if (event.kind === "accepted") return scu.echo();
      if (event.kind === "response" && event.message.field === COMMAND.echo) {
        const begun = scu.store(SECONDARY_CAPTURE, "1.2.3", TS.JpegLossless);
        return [...begun.bytes, ...scu.storeData(begun.context, object, true)];
      }
      if (event.kind === "response") return [scu.association.release()];
      return accepting(event, at);
    });
    const data = server!.filter((e) => e.kind === "data");
    assert.ok(data.length >= 4, "the data set passes through in pieces of the negotiated size");
    assert.deepEqual(Buffer.concat(data.map((e) => e.bytes)), Buffer.from(object));
    const responses = client!.filter((e) => e.kind === "response");
    assert.deepEqual(
      responses.map((e) => e.status),
      [0, 0],
    );
    assert.equal(client!.at(-1)!.kind, "closed");
    assert.equal(server!.at(-1)!.kind, "closed");
  }
});

test("a context is accepted in the proposer's first known transfer syntax, big endian last; others say why not", () => {
  const request = {
    ...{
      called: "A",
      calling: "B",
      user: { maxPdu: 0, implementationClass: "", implementationVersion: "", roles: [], extended: [] },
    },
    ...{ protocolVersion: 1, applicationContext: APPLICATION_CONTEXT },
    contexts: [
      { id: 1, abstractSyntax: "1.1", transferSyntaxes: [TS.ExplicitBig, TS.RleLossless, TS.ExplicitLittle] },
      { id: 3, abstractSyntax: "9.9", transferSyntaxes: [TS.ExplicitLittle] },
      { id: 5, abstractSyntax: "1.1", transferSyntaxes: ["1.2.3.4"] },
    ],
  };
  const answers = answerContexts(request, (uid) => uid === "1.1");
  assert.deepEqual(
    answers.map((a) => a.result),
    [0, 3, 4],
  );
  assert.equal(answers[0]!.transferSyntax, TS.RleLossless);
});

test("a PDU longer than its limit, an unknown type and data before an association are answered by an abort", () => {
  const tooLong = Uint8Array.of(4, 0, 0x7f, 0, 0, 0);
  const early = encodePdu({ type: "p-data", values: [] });
  for (const bytes of [tooLong, Uint8Array.of(0x47, 0x45, 0x54, 0x20, 0x2f, 0x20), early]) {
    const events = new Association({ aeTitle: "X" }).receive(bytes);
    assert.deepEqual(
      events.map((e) => e.kind),
      ["send", "closed"],
    );
    assert.equal(events[0]!.kind === "send" && events[0]!.bytes[0], 7);
  }
});

test("every PDU reads back as it was written", () => {
  const uid = fc.constantFrom("1.2.840.10008.1.1", "1.2.3", "2.25.1");
  const contexts = fc.array(
    fc
      .tuple(fc.integer({ min: 0, max: 255 }), uid, fc.array(uid, { minLength: 1 }))
      .map(([id, abstractSyntax, transferSyntaxes]) => ({ id, abstractSyntax, transferSyntaxes })),
  );
  fc.assert(
    fc.property(contexts, fc.integer({ min: 0, max: 2 ** 32 - 1 }), (list, maxPdu) => {
      const user = {
        maxPdu,
        implementationClass: "1.2.3",
        implementationVersion: "V",
        roles: [{ sopClass: "1.2", scu: true, scp: false }],
        extended: [{ sopClass: "1.2.3", info: Uint8Array.of(1, 0, 1) }],
      };
      const request = {
        protocolVersion: 1,
        applicationContext: APPLICATION_CONTEXT,
        called: "A B",
        calling: "C",
        contexts: list,
        user,
      };
      const bytes = encodePdu({ type: "associate-rq", request });
      assert.deepEqual(parsePdu(1, bytes.subarray(6)), { type: "associate-rq", request });
    }),
    { numRuns: 50 },
  );
});

test("random and mutated streams end in events, never in an exception", () => {
  const scu = new Dimse({ aeTitle: "SCU" });
  const good = scu.association.request("SCP", proposal);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 }))),
      fc.uint8Array(),
      (edits, tail) => {
        const bytes = good.slice();
        for (const [at, value] of edits) bytes[at] = value;
        const peer = new Dimse({ aeTitle: "SCP" });
        for (const event of peer.receive(bytes)) {
          if (event.kind === "requested") peer.association.accept(answerContexts(event.request, () => true));
        }
        peer.receive(tail);
      },
    ),
    { numRuns: 200 },
  );
});

const dcmtk = spawnSync("storescu", ["--version"]).status === 0;

test("dcmtk's echoscu and storescu are served, and the object arrives whole", {
  skip: !dcmtk && "no dcmtk",
}, async () => {
  const dir = mkdtempSync(join(tmpdir(), "dimse-"));
  const ds = dataSet({
    ...{
      SOPClassUID: SECONDARY_CAPTURE,
      SOPInstanceUID: uidOf("dimse test"),
      StudyInstanceUID: "1.2.3",
      SeriesInstanceUID: "1.2.4",
    },
    ...{ Modality: "OT", PatientName: "Probe^Ä", PixelData: new Uint8Array(300000).map((_, i) => i & 0xff) },
  });
  writeFileSync(join(dir, "a.dcm"), writePart10(ds));
  const stored: { bytes: Uint8Array; transferSyntax: string }[] = [];
  const server = createServer((socket: Socket) => {
    const peer = new Dimse({ aeTitle: "WILLIS" });
    const parts: Uint8Array[] = [];
    socket.on("data", (chunk) => {
      for (const event of peer.receive(chunk)) {
        if (event.kind === "send") socket.write(event.bytes);
        for (const bytes of accepting(event, peer)) socket.write(bytes);
        if (event.kind === "data") parts.push(event.bytes);
        if (event.kind === "data" && event.last) {
          stored.push({ bytes: Buffer.concat(parts), transferSyntax: event.message.context.transferSyntax });
        }
        if (event.kind === "closed") socket.end();
      }
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as { port: number };
  const run = (program: string, ...args: string[]) =>
    new Promise<void>((done, fail) => execFile(program, args, (error) => (error ? fail(error) : done())));
  try {
    await run("echoscu", "-aec", "WILLIS", "127.0.0.1", String(port));
    await run("storescu", "-aec", "WILLIS", "127.0.0.1", String(port), join(dir, "a.dcm"));
    const [one] = stored;
    const meta = writeFileMeta(SECONDARY_CAPTURE, uidOf("dimse test"), one!.transferSyntax);
    const back = parsePart10(new Uint8Array(Buffer.concat([meta, one!.bytes])));
    assert.deepEqual(back.dataSet.get(0x00100010)?.value, ["Probe^Ä"]);
    assert.equal(back.pixels?.length, 300000);
  } finally {
    server.close();
    rmSync(dir, { recursive: true });
  }
});

test("dcmtk's storescp takes an object from us", { skip: !dcmtk && "no dcmtk" }, async () => {
  const { spawn } = await import("node:child_process");
  const { connect } = await import("node:net");
  const dir = mkdtempSync(join(tmpdir(), "dimse-"));
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, "127.0.0.1", done));
  const { port } = probe.address() as { port: number };
  await new Promise((done) => probe.close(done));
  const scp = spawn("storescp", ["-od", dir, "+xa", "--fork", String(port)], { stdio: "ignore", detached: false });
  const scu = new Dimse({ aeTitle: "WILLIS" });
  const ds = dataSet({ SOPClassUID: SECONDARY_CAPTURE, SOPInstanceUID: "1.2.9", PatientID: "P1", Modality: "OT" });
  try {
    const statuses = await new Promise<number[]>((done, fail) => {
      const found: number[] = [];
      const open = (tries: number): void => {
        const socket = connect(port, "127.0.0.1");
        socket.on("error", (error) => (tries > 0 ? setTimeout(open, 100, tries - 1) : fail(error)));
        socket.on("connect", () => socket.write(scu.association.request("ANY", proposal)));
        socket.on("data", (chunk) => {
          for (const event of scu.receive(chunk)) {
            if (event.kind === "send") socket.write(event.bytes);
            if (event.kind === "closed" || event.kind === "rejected") {
              socket.end();
              done(found);
            }
            if (event.kind === "response") {
              found.push(event.status);
              socket.write(scu.association.release());
            }
            if (event.kind === "accepted") {
              const context = scu.contextFor(SECONDARY_CAPTURE);
              const begun = scu.store(SECONDARY_CAPTURE, "1.2.9", context.transferSyntax);
              const body = writeDataSet(ds, context.transferSyntax);
              for (const bytes of [...begun.bytes, ...scu.storeData(context, body, true)]) socket.write(bytes);
            }
          }
        });
      };
      open(50);
    });
    assert.deepEqual(statuses, [0]);
    const [file] = readdirSync(dir);
    const back = parsePart10(new Uint8Array(readFileSync(join(dir, file!))));
    assert.deepEqual(back.dataSet.get(0x00100020)?.value, ["P1"]);
  } finally {
    scp.kill();
    rmSync(dir, { recursive: true });
  }
});
