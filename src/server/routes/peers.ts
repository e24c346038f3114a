import { type Static, Type } from "typebox";
import { WillisError } from "../../core/errors.ts";
import { type DataSet, dataSet } from "../../dicom/data-set.ts";
import { type DicomJson, toDicomJson } from "../../dicom/json.ts";
import { strangerCalls } from "../db/peers/calls.ts";
import { PERMISSIONS, type Peer } from "../db/peers/peer.ts";
import { type ListedPeer, listPeers, readPeer } from "../db/peers/read-peer.ts";
import { changePeer, createPeer, type PeerFields, removePeer } from "../db/peers/write-peer.ts";
import { echo } from "../dimse/client/echo.ts";
import { findAt } from "../dimse/client/find.ts";
import { dimseSettings } from "../dimse/settings.ts";
import type { Context, Route } from "../http/route.ts";

const PeerBody = Type.Object({
  aeTitle: Type.String({ pattern: "^[!-\\[\\]-~]([ -\\[\\]-~]{0,14}[!-\\[\\]-~])?$", minLength: 1, maxLength: 16 }),
  host: Type.Optional(Type.String({ pattern: "^[A-Za-z0-9.:_-]*$", maxLength: 253 })),
  port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65535 })),
  tls: Type.Optional(Type.Boolean()),
  addressCheck: Type.Optional(Type.Boolean()),
  permissions: Type.Optional(Type.Array(Type.Union(PERMISSIONS.map((one) => Type.Literal(one))), { maxItems: 20 })),
  note: Type.Optional(Type.String({ maxLength: 2000 })),
  active: Type.Optional(Type.Boolean()),
});

const QueryBody = Type.Object({
  level: Type.Optional(Type.Union([Type.Literal("STUDY"), Type.Literal("SERIES")])),
  keys: Type.Record(Type.String({ maxLength: 64 }), Type.String({ maxLength: 500 })),
});

/** Keys that people may query a peer by; the answer has all of them. */
const STUDY_KEYS = [
  ...["PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime", "AccessionNumber"],
  ...["StudyInstanceUID", "StudyDescription", "ModalitiesInStudy", "NumberOfStudyRelatedInstances"],
];
const SERIES_KEYS = [
  ...["StudyInstanceUID", "SeriesInstanceUID", "SeriesNumber", "Modality", "SeriesDescription"],
  "NumberOfSeriesRelatedInstances",
];
const MOST_ANSWERS = 200;

function fieldsOf(body: Static<typeof PeerBody>, before?: Peer): PeerFields {
  const { aeTitle, permissions } = body;
  return {
    ...{ aeTitle, host: body.host ?? before?.host ?? "", port: body.port ?? before?.port ?? 104 },
    ...{ tls: body.tls ?? before?.tls ?? false, addressCheck: body.addressCheck ?? before?.addressCheck ?? true },
    ...{ permissions: permissions ?? before?.permissions ?? ["echo", "store"] },
    ...{ note: body.note ?? before?.note ?? "", active: body.active ?? before?.active ?? true },
  };
}

/** Where a peer is, is for administrators; that there is one, for those who send to it. */
function seenBy({ person }: Context): (peer: ListedPeer) => object {
  const whole = person.role === "administrator";
  return ({ id, aeTitle, permissions, note, active, lastCalledAt, host, port, tls, addressCheck }) => ({
    ...{ id, aeTitle, permissions, note, active, lastCalledAt, callable: host !== "" },
    ...(whole ? { host, port, tls, addressCheck } : {}),
  });
}

async function peerOf({ services, scope }: Context): Promise<Peer> {
  const peer = await readPeer(services.pool, scope.peerId!);
  if (!peer) throw new WillisError("not-found", "There is no such peer.");
  return peer;
}

function taken(aeTitle: string): WillisError {
  return new WillisError("conflict", `The AE title ${aeTitle} is that of a peer already: give another one.`);
}

/** C-ECHO from us: how long each step took, or what is wrong. A peer that does not answer is no error of this route. */
async function testPeer(context: Context): Promise<object> {
  const { services, signal } = context;
  const peer = await peerOf(context);
  const settings = dimseSettings(services.pool);
  try {
    const { connectMs, associateMs, echoMs, implementation, maxPdu } = await echo(peer, settings, signal);
    const ms = (n: number): number => Math.round(n * 10) / 10;
    const times = { connectMs: ms(connectMs), associateMs: ms(associateMs), echoMs: ms(echoMs) };
    return { ok: true, calledAs: settings.aeTitle, ...times, implementation, maxPdu };
  } catch (error) {
    if (!(error instanceof WillisError)) throw error;
    return { ok: false, calledAs: settings.aeTitle, reason: error.message };
  }
}

async function query(context: Context): Promise<object> {
  const { services, request, signal } = context;
  const { level = "STUDY", keys } = request.body as Static<typeof QueryBody>;
  const allowed = level === "STUDY" ? STUDY_KEYS : SERIES_KEYS;
  const strange = Object.keys(keys).find((key) => !allowed.includes(key));
  if (strange !== undefined)
    throw new WillisError("bad-request", `"${strange}" is no key of this search: give ${allowed.join(", ")}.`);
  if (!Object.values(keys).some((value) => value.trim().replaceAll("*", "") !== ""))
    throw new WillisError("bad-request", "Give at least one value: a whole archive is not listed.");
  const fields: Record<string, string> = { QueryRetrieveLevel: level };
  for (const key of allowed) fields[key] = keys[key] ?? "";
  const identifier: DataSet = dataSet(fields);
  const options = { most: MOST_ANSWERS, signal };
  const { found, cut } = await findAt(await peerOf(context), dimseSettings(services.pool), identifier, options);
  return { found: found.map((one): DicomJson => toDicomJson(one)), cut };
}

export const peerRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/api/peers",
    access: { on: "list", of: "peers" },
    summary: "DICOM peers of the own organisation, and how we call ourselves",
    handle: async (context) => {
      const { services, person } = context;
      const peers = await listPeers(services.pool, person.organisationId);
      const { aeTitle, tls } = dimseSettings(services.pool);
      return { peers: peers.map(seenBy(context)), own: { aeTitle, tls: tls !== null } };
    },
  },
  {
    method: "GET",
    url: "/api/peer-strangers",
    access: { on: "role", roles: ["administrator"], patientData: false },
    summary: "Callers that are no peer, or were refused, with the reason; for administrators of a hub",
    handle: async ({ services, person }) => ({
      callers: person.organisationKind === "hub" ? await strangerCalls(services.pool) : [],
    }),
  },
  {
    method: "POST",
    url: "/api/peers",
    access: { on: "role", roles: ["administrator"], patientData: false },
    summary: "Adds a DICOM peer to the own organisation",
    schema: { body: PeerBody },
    handle: async ({ services, person, request, reply }) => {
      const fields = fieldsOf(request.body as Static<typeof PeerBody>);
      const made = await createPeer(services.pool, person.organisationId, fields);
      if (!made) throw taken(fields.aeTitle);
      return reply.code(201).send(made);
    },
  },
  {
    method: "PUT",
    url: "/api/peers/:peer",
    access: { on: "peer", act: "administer" },
    summary: "Changes a DICOM peer; what is left out stays",
    schema: { body: PeerBody },
    handle: async (context) => {
      const before = await peerOf(context);
      const fields = fieldsOf(context.request.body as Static<typeof PeerBody>, before);
      const changed = await changePeer(context.services.pool, before.id, fields);
      if (!changed) throw taken(fields.aeTitle);
      return changed;
    },
  },
  {
    method: "DELETE",
    url: "/api/peers/:peer",
    access: { on: "peer", act: "administer" },
    summary: "Removes a DICOM peer; what it sent stays",
    handle: async ({ services, scope, reply }) => {
      await removePeer(services.pool, scope.peerId!);
      return reply.code(204).send();
    },
  },
  {
    method: "POST",
    url: "/api/peers/:peer/test",
    access: { on: "peer", act: "query" },
    summary: "C-ECHO to a peer: how long it took, or what is wrong",
    handle: testPeer,
  },
  {
    method: "POST",
    url: "/api/peers/:peer/query",
    access: { on: "peer", act: "query" },
    summary: "Searches for studies or series at a peer (C-FIND)",
    schema: { body: QueryBody },
    handle: query,
  },
];
