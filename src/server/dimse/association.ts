import { once } from "node:events";
import type { Socket } from "node:net";
import { ERRORS, problem, WillisError } from "../../core/errors.ts";
import { COMMAND, Dimse, type DimseEvent, type Message } from "../../dicom/dimse.ts";
import type { AssociateRequest } from "../../dicom/pdu.ts";
import { answerContexts } from "../../dicom/upper-layer.ts";
import { writeFileMeta } from "../../dicom/write.ts";
import { organisationOfAe } from "../db/archive/organisation-of-ae.ts";
import { type Channel, channel } from "../ingest/channel.ts";
import { type ArchiveServices, type StoreResult, storeObject } from "../ingest/store-object.ts";
import { outage } from "../outage.ts";
import { takesSopClass } from "./storage-classes.ts";

export interface AssociationRules {
  readonly aeTitle: string;
  readonly knownOnly: boolean;
  readonly idleMs: number;
}

/** What C-STORE answers besides success and the codes of the error table (PS3.4 table B.2-1). */
const STATUS = { success: 0x0000, versionKept: 0xb000, unrecognisedOperation: 0x0211, outOfResources: 0xa700 } as const;

const OPENING_MS = 30_000;
const AHEAD = 1 << 20;

/** An object that is arriving. */
interface Arriving {
  readonly content: Channel;
  readonly result: Promise<StoreResult | Error>;
}

/** One association from its first byte to its end. Bytes are read no faster than they reach the disk. */
export async function serveAssociation(
  services: ArchiveServices,
  socket: Socket,
  rules: AssociationRules,
): Promise<void> {
  const dimse = new Dimse({ aeTitle: rules.aeTitle });
  let organisationId = "";
  let calling = "";
  let arriving: Arriving | null = null;
  socket.setTimeout(OPENING_MS, () => leave());

  /** The sender is silent for too long: it is told, and dropped. */
  function leave(): void {
    if (dimse.association.state !== "closed") socket.write(dimse.association.abort());
    socket.destroy();
  }
  async function send(bytes: Uint8Array): Promise<void> {
    if (!socket.writable || socket.write(bytes)) return;
    await Promise.race([once(socket, "drain"), once(socket, "close")]);
  }
  async function open(request: AssociateRequest): Promise<void> {
    const sender = await organisationOfAe(services.pool, request.calling);
    const { association } = dimse;
    if (request.called !== rules.aeTitle && request.called !== "ANY-SCP") return send(association.reject(7));
    if (!sender || (rules.knownOnly && !sender.known)) return send(association.reject(3));
    organisationId = sender.id;
    calling = request.calling;
    await send(association.accept(answerContexts(request, takesSopClass)));
    socket.setTimeout(rules.idleMs);
  }
  function begin(message: Message): void {
    const content = channel();
    content.push(writeFileMeta(message.sopClass, message.sopInstance, message.context.transferSyntax, calling));
    const origin = { organisationId, via: "dimse", who: calling, name: message.sopInstance } as const;
    const result = storeObject(services, content.chunks, origin).catch(
      (error: unknown) => outage(error) ?? asError(error),
    );
    arriving = { content, result };
  }
  async function finish(message: Message, { content, result }: Arriving): Promise<void> {
    content.end();
    arriving = null;
    const { status, comment } = statusOf(await result);
    for (const bytes of dimse.respond(message, status, comment)) await send(bytes);
  }
  async function take(event: DimseEvent): Promise<void> {
    if (event.kind === "send") await send(event.bytes);
    else if (event.kind === "requested") await open(event.request);
    else if (event.kind === "request") {
      if (event.message.field === COMMAND.store && event.message.hasData) begin(event.message);
      else for (const bytes of dimse.respond(event.message, STATUS.unrecognisedOperation)) await send(bytes);
    } else if (event.kind === "data" && arriving) {
      const now: Arriving = arriving;
      now.content.push(event.bytes);
      if (event.last) await finish(event.message, now);
      else await now.content.taken(AHEAD);
    }
  }

  try {
    for await (const chunk of socket) {
      for (const event of dimse.receive(chunk)) await take(event);
      if (dimse.association.state === "closed") break;
    }
  } catch (error) {
    if (!socket.destroyed) throw error;
  } finally {
    const broken = arriving as Arriving | null;
    if (broken) {
      broken.content.end(new WillisError("unavailable", "The association ended before the object was complete."));
      await broken.result;
    }
  }
  socket.end();
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function statusOf(result: StoreResult | Error): { status: number; comment?: string } {
  if (result instanceof Error) {
    const full = ["ENOSPC", "EDQUOT", "EMFILE"].includes((result as NodeJS.ErrnoException).code ?? "");
    const { code, detail } = problem(result);
    if (code === "internal") console.error("C-STORE failed:", result);
    return { status: full ? STATUS.outOfResources : ERRORS[code].dimse, comment: full ? "no space left" : detail };
  }
  if (result.state === "quarantined") {
    const { dimse } = result.code in ERRORS ? ERRORS[result.code as keyof typeof ERRORS] : ERRORS["not-dicom"];
    return { status: dimse, comment: result.reason };
  }
  if (result.state === "ignored") return { status: ERRORS["unsupported-media"].dimse, comment: result.reason };
  if (result.state === "version")
    return { status: STATUS.versionKept, comment: "kept beside an object of the same UID" };
  return { status: STATUS.success };
}
