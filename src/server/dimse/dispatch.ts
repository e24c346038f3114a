import { ERRORS, problem, WillisError } from "../../core/errors.ts";
import { type DataSet, text } from "../../dicom/data-set.ts";
import { COMMAND, type CommandFields, type Message } from "../../dicom/dimse.ts";
import { parseDataSet } from "../../dicom/parse.ts";
import { writeDataSet } from "../../dicom/write.ts";
import type { Caller } from "../db/peers/caller.ts";
import type { Audit } from "../http/audit.ts";
import { type Channel, channel } from "../ingest/channel.ts";
import { type DimseServices, Refusal, type Service, STATUS } from "./service.ts";
import { IDENTIFIER_LIMIT, PENDING, type Requests, type Session } from "./session.ts";

const AHEAD = 1 << 20;

export interface DispatchContext {
  readonly services: DimseServices;
  readonly ownAeTitle: string;
  readonly caller: () => Caller;
  /** Address of the peer. */
  readonly remote: string;
  /** Null: requests are not written down (sub-operations of a request of ours). */
  readonly audit: Audit | null;
}

interface Noted {
  readonly kind: string;
  readonly id: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

interface Running {
  readonly service: Service;
  readonly messageId: number;
  readonly content: Channel;
  readonly stop: AbortController;
  complete: boolean;
  cancelled: boolean;
  /** The last response is out: the peer may send the next request at once. */
  answered: boolean;
  /** It has ended; what still comes of its data set is thrown away. */
  finished: boolean;
  /** The last status that was answered. */
  status: number;
  readonly noted: Noted[];
  done: Promise<void>;
}

/**
 * The requests of a peer, each to its service, one at a time (we offer no asynchronous window): while a long one runs,
 * only C-CANCEL is heard; another request is refused with 0213. After a C-STORE, or behind one that has been answered and
 * still puts things away, the next request waits its turn.
 */
export function dispatcher(session: Session, list: readonly Service[], context: DispatchContext): Requests {
  let running: Running | null = null;
  let thrown: Message | null = null; // its data set is read and thrown away

  async function reply(message: Message, status: number, fields?: CommandFields, dataSet?: DataSet): Promise<void> {
    if (session.dimse.association.state !== "open") return;
    const latin1 = dataSet !== undefined && text(dataSet, "SpecificCharacterSet") === "ISO_IR 100";
    const data = dataSet && writeDataSet(dataSet, message.context.transferSyntax, { latin1 });
    await session.send(session.dimse.respond(message, status, fields, data));
  }
  async function refuse(message: Message, status: number, ErrorComment: string): Promise<void> {
    if (message.hasData) thrown = message;
    await reply(message, status, { ErrorComment });
  }
  function writeDown(service: Service, status: number, noted: readonly Noted[]): void {
    if (!context.audit || service.fields.includes(COMMAND.store)) return; // what arrives is written down as it is stored
    const { aeTitle, organisationId } = context.caller();
    const refused = status === STATUS.notAuthorised || status === STATUS.moveDestinationUnknown;
    for (const { kind, id, detail } of noted.length > 0 ? noted : [{ kind: "peer", id: aeTitle, detail: {} }]) {
      context.audit.write({
        ...{ at: new Date(), personId: null, organisationId, action: service.name, objectKind: kind, objectId: id },
        ...{ outcome: refused ? "refused" : "allowed", status, remote: context.remote },
        detail: { ...detail, by: "dimse", aeTitle },
      });
    }
  }
  function begin(service: Service, message: Message): Running {
    const content = channel();
    const stop = new AbortController();
    const { messageId } = message;
    const now: Running = {
      service,
      messageId,
      content,
      stop,
      complete: !message.hasData,
      cancelled: false,
      answered: false,
      finished: false,
      status: STATUS.processingFailure,
      noted: [],
      done: Promise.resolve(),
    };
    if (!message.hasData) content.end();
    let signal: AbortSignal | undefined;
    const request = {
      ...{ services: context.services, ownAeTitle: context.ownAeTitle, caller: context.caller(), message, session },
      data: content.chunks,
      dataSet: () => collected(content, message),
      respond: (status: number, fields?: CommandFields, dataSet?: DataSet) => {
        now.status = status;
        now.answered = !PENDING.has(status);
        return reply(message, status, fields, dataSet);
      },
      note: (kind: string, id: string, detail: Noted["detail"] = {}) => void now.noted.push({ kind, id, detail }),
      get signal() {
        signal ??= AbortSignal.any([stop.signal, session.ended]); // of storing, which comes most often, nobody asks
        return signal;
      },
      cancelled: () => now.cancelled,
    };
    now.done = service
      .handle(request)
      .catch((error: unknown) => answerError(service, error, request.respond))
      .catch((error: unknown) => session.abort(`${service.name}: ${error instanceof Error ? error.message : error}`))
      .finally(() => {
        now.finished = true;
        void discard(content);
        writeDown(service, now.status, now.noted);
        if (running === now && now.complete) running = null;
      });
    return now;
  }

  return {
    get busy() {
      return running?.complete ?? false;
    },
    async request(message) {
      if (message.field === COMMAND.cancel) {
        if (running?.messageId !== message.messageId) return;
        running.cancelled = true;
        running.stop.abort();
        return;
      }
      if (running?.answered || running?.service.fields.includes(COMMAND.store)) await running.done;
      if (running) return refuse(message, STATUS.resourceLimitation, "another request is still being served");
      const { abstractSyntax } = message.context;
      const service = list.find((one) => one.fields.includes(message.field) && one.takes(abstractSyntax));
      if (!service) return refuse(message, STATUS.unrecognisedOperation, "no such operation in this SOP class");
      const { aeTitle, permissions } = context.caller();
      if (!permissions.has(service.needs)) {
        writeDown(service, STATUS.notAuthorised, []);
        return refuse(message, STATUS.notAuthorised, `${aeTitle} has no permission "${service.needs}"`);
      }
      running = begin(service, message);
    },
    async data(message, bytes, last) {
      if (thrown === message) {
        if (last) thrown = null;
        return;
      }
      if (!running) return;
      const now = running;
      if (!now.finished) now.content.push(bytes);
      if (!last) return now.content.taken(AHEAD);
      now.content.end();
      now.complete = true;
      if (now.finished) running = null;
      else if (now.service.fields.includes(COMMAND.store)) await now.done;
    },
    async end() {
      if (!running) return;
      if (!running.complete)
        running.content.end(new WillisError("unavailable", "The association ended before the data set was complete."));
      running.stop.abort();
      await running.done;
    },
  };
}

/** What a service has not read when it has answered is read and thrown away, so that nobody waits for it to be taken. */
async function discard(content: Channel): Promise<void> {
  try {
    for await (const _ of content.chunks);
  } catch {
    // the association broke off: it was answered already
  }
}

async function collected(content: Channel, message: Message): Promise<DataSet> {
  const parts: Uint8Array[] = [];
  let size = 0;
  let tooMuch = false;
  for await (const chunk of content.chunks) {
    size += chunk.length;
    tooMuch ||= size > IDENTIFIER_LIMIT;
    if (!tooMuch) parts.push(chunk);
  }
  if (tooMuch) throw new Refusal(STATUS.outOfResources, `the data set has more than ${IDENTIFIER_LIMIT} bytes`);
  if (!message.hasData) throw new Refusal(STATUS.mistypedArgument, "a data set is missing");
  return parseDataSet(Buffer.concat(parts), message.context.transferSyntax);
}

async function answerError(
  service: Service,
  error: unknown,
  respond: (status: number, fields: CommandFields) => Promise<void>,
): Promise<void> {
  if (error instanceof Refusal) return respond(error.status, { ...error.fields, ErrorComment: error.message });
  const { code, detail } = problem(error);
  if (code === "internal") console.error(`DIMSE ${service.name} failed:`, error);
  await respond(ERRORS[code].dimse, { ErrorComment: detail });
}
