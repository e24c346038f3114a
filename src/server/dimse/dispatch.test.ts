import assert from "node:assert/strict";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { COMMAND, Dimse, VERIFICATION } from "../../dicom/dimse.ts";
import { TS } from "../../dicom/transfer-syntax.ts";
import { answerContexts } from "../../dicom/upper-layer.ts";
import { dispatcher } from "./dispatch.ts";
import { type DimseServices, type Service, STATUS } from "./service.ts";
import { Session } from "./session.ts";

const context = {
  services: {} as DimseServices, // the service of these tests asks nothing of it
  ...{ ownAeTitle: "WILLIS", remote: "127.0.0.1", audit: null },
  caller: () => ({
    aeTitle: "SUITE",
    organisationId: "",
    peer: null,
    known: true,
    permissions: new Set(["echo"] as const),
  }),
};

/** A provider whose one service does `handle`, and a user that has an association with it. */
async function associated(handle: Service["handle"]) {
  const service: Service = { name: "test", needs: "echo", fields: [COMMAND.getAttributes], takes: () => true, handle };
  const sockets = new Set<Socket>();
  let served = Promise.resolve();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    const dimse = new Dimse({ aeTitle: "WILLIS" });
    const session = new Session(socket, dimse);
    served = session.run(dispatcher(session, [service], context), async (event) => {
      if (event.kind === "requested")
        await session.send([dimse.association.accept(answerContexts(event.request, () => true))]);
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const socket = connect({ port: (server.address() as AddressInfo).port, host: "127.0.0.1", noDelay: true });
  const dimse = new Dimse({ aeTitle: "SUITE" });
  const session = new Session(socket, dimse);
  const open = Promise.withResolvers<void>();
  const running = session.run(dispatcher(session, [], context), async (event) => {
    if (event.kind === "accepted") open.resolve();
  });
  const wanted = [{ abstractSyntax: VERIFICATION, transferSyntaxes: [TS.ImplicitLittle] }];
  await session.send([dimse.association.request("WILLIS", wanted)]);
  await open.promise;
  const [negotiated] = [...dimse.association.contexts.values()];
  return {
    ask: () =>
      session.askOnce({
        ...{ field: COMMAND.getAttributes, context: negotiated! },
        fields: { RequestedSOPInstanceUID: "1.2.3" },
      }),
    async end() {
      await session.send([dimse.association.release()]);
      await Promise.all([running, served]);
      for (const one of sockets) one.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

test("a request that comes right behind the answer to the one before waits until that is put away, and is served", async () => {
  let putAway = 0;
  const peer = await associated(async ({ respond }) => {
    const before = putAway;
    await respond(STATUS.success);
    await sleep(100);
    putAway = before + 1; // two at once would count as one
  });
  for (let k = 0; k < 3; k++) assert.equal((await peer.ask()).status, STATUS.success);
  await peer.end();
  assert.equal(putAway, 3);
});

test("a request that comes while another is not answered yet is refused with 0213", async () => {
  const peer = await associated(async ({ respond }) => {
    await sleep(100);
    await respond(STATUS.success);
  });
  const statuses = (await Promise.all([peer.ask(), peer.ask()])).map(({ status }) => status);
  await peer.end();
  assert.deepEqual(statuses, [STATUS.success, STATUS.resourceLimitation]);
});
