import { type Static, Type } from "typebox";
import { WillisError } from "../../core/errors.ts";
import { readPeer } from "../db/peers/read-peer.ts";
import { cancelTransfer, listTransfers, queueTransfer, retryTransfer } from "../db/peers/transfers.ts";
import type { Context, Route } from "../http/route.ts";

const Uid = Type.String({ pattern: "^[0-9.]{1,64}$" });
const PullBody = Type.Object({
  studies: Type.Array(
    Type.Object({
      studyUid: Uid,
      seriesUid: Type.Optional(Uid),
      patientId: Type.Optional(Type.String({ maxLength: 64 })),
    }),
    { minItems: 1, maxItems: 100 },
  ),
  method: Type.Optional(Type.Union([Type.Literal("get"), Type.Literal("move")])),
});
const PushBody = Type.Object({ peer: Type.String({ format: "uuid" }), seriesUid: Type.Optional(Uid) });

/** Queues a transfer for each study; they go on when the person has gone. */
async function pull({ services, person, scope, request, reply }: Context): Promise<unknown> {
  const { studies, method = "get" } = request.body as Static<typeof PullBody>;
  const by = { organisationId: person.organisationId, peerId: scope.peerId!, requestedBy: person.id };
  const transfers: string[] = [];
  for (const study of studies)
    transfers.push(await queueTransfer(services.pool, { ...by, ...study, direction: "pull", method }));
  return reply.code(202).send({ transfers });
}

async function push({ services, person, request, reply }: Context): Promise<unknown> {
  const { study = "" } = request.params as { study?: string };
  const { peer: peerId, seriesUid } = request.body as Static<typeof PushBody>;
  const peer = await readPeer(services.pool, peerId);
  if (peer?.organisationId !== person.organisationId) throw new WillisError("not-found", "There is no such peer.");
  if (!peer.active || peer.host === "")
    throw new WillisError("conflict", `${peer.aeTitle} cannot be called: it is switched off or has no address.`);
  const by = { organisationId: person.organisationId, peerId, requestedBy: person.id };
  const wanted = { ...by, studyUid: study, seriesUid, direction: "push", method: "store" } as const;
  return reply.code(202).send({ transfers: [await queueTransfer(services.pool, wanted)] });
}

export const transferRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/api/transfers",
    access: { on: "list", of: "transfers" },
    summary: "Studies on their way from or to peers, newest first",
    handle: async ({ services, person }) => ({ transfers: await listTransfers(services.pool, person.organisationId) }),
  },
  {
    method: "POST",
    url: "/api/peers/:peer/pull",
    access: { on: "peer", act: "query" },
    summary: "Fetches studies from a peer (C-GET, or C-MOVE to ourselves)",
    schema: { body: PullBody },
    handle: pull,
  },
  {
    method: "POST",
    url: "/api/studies/:study/push",
    access: { on: "study", act: "write" },
    summary: "Sends a study to a peer (C-STORE)",
    schema: { body: PushBody },
    handle: push,
  },
  {
    method: "POST",
    url: "/api/transfers/:transfer/cancel",
    access: { on: "transfer" },
    summary: "Stops a transfer that waits or runs",
    handle: async ({ services, scope }) => {
      if (!(await cancelTransfer(services.pool, scope.transferId!)))
        throw new WillisError("conflict", "This transfer has ended already.");
      return { state: "cancelled" };
    },
  },
  {
    method: "POST",
    url: "/api/transfers/:transfer/retry",
    access: { on: "transfer" },
    summary: "Begins a transfer again that failed or was cancelled",
    handle: async ({ services, scope }) => {
      if (!(await retryTransfer(services.pool, scope.transferId!)))
        throw new WillisError("conflict", "Only a transfer that failed or was cancelled can begin again.");
      return { state: "queued" };
    },
  },
];
