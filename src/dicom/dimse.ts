import { WillisError } from "../core/errors.ts";
import { type DataSet, dataSet, type FieldValue, number, text } from "./data-set.ts";
import { parseDataSet } from "./parse.ts";
import { TS } from "./transfer-syntax.ts";
import { Association, type AssociationEvent, type AssociationOptions, type Context } from "./upper-layer.ts";
import { writeCommandSet } from "./write.ts";

/** Verification SOP class (PS3.4 annex A): C-ECHO. */
export const VERIFICATION = "1.2.840.10008.1.1";

/** Command Field (0000,0100) values of PS3.7 E.1; a response has the bit 0x8000 set. */
export const COMMAND = {
  store: 0x0001,
  get: 0x0010,
  find: 0x0020,
  move: 0x0021,
  echo: 0x0030,
  eventReport: 0x0100,
  getAttributes: 0x0110,
  set: 0x0120,
  action: 0x0130,
  create: 0x0140,
  delete: 0x0150,
  cancel: 0x0fff,
} as const;

/** Requests that name their object by Requested SOP Class and Instance UID (PS3.7 10.1): N-GET, N-SET, N-ACTION, N-DELETE. */
const ON_REQUESTED: ReadonlySet<number> = new Set([
  ...[COMMAND.getAttributes, COMMAND.set, COMMAND.action, COMMAND.delete],
]);

/** Fields of a command set by keyword, beside those that every command has. */
export type CommandFields = Readonly<Record<string, FieldValue>>;

const RESPONSE = 0x8000;
const NO_DATA_SET = 0x0101;
const COMMAND_LIMIT = 64 * 1024;

/** A DIMSE message as it came: its command set, its context, and whether a data set follows as `data` events. */
export interface Message {
  readonly context: Context;
  readonly command: DataSet;
  /** Command Field without the response bit. */
  readonly field: number;
  readonly messageId: number;
  readonly hasData: boolean;
  readonly sopClass: string;
  readonly sopInstance: string;
}

/** What came out of received bytes. A `data` event belongs to the last message in that context; nothing is held back. */
export type DimseEvent =
  | Exclude<AssociationEvent, { kind: "value" }>
  | { readonly kind: "request"; readonly message: Message }
  | { readonly kind: "response"; readonly message: Message; readonly status: number }
  | { readonly kind: "data"; readonly message: Message; readonly bytes: Uint8Array; readonly last: boolean };

/**
 * DIMSE over one association (PS3.7): commands are gathered and parsed, data sets pass through in the fragments they
 * arrive in (write them to disk as they come). C-ECHO is answered here; a request that the caller does not serve is
 * answered with `respond(message, 0x0211)`. As requestor: `association.request`, wait for `accepted`, then `echo`, `store`
 * or `request`. C-CANCEL comes as a `request` whose messageId is that of the request it means.
 */
export class Dimse {
  readonly association: Association;
  #parts: Uint8Array[] = [];
  #size = 0;
  #current: Message | null = null;
  #nextId = 1;

  constructor(options: AssociationOptions) {
    this.association = new Association(options);
  }

  /** Take bytes from the socket, in any cut. */
  receive(bytes: Uint8Array): DimseEvent[] {
    const out: DimseEvent[] = [];
    for (const event of this.association.receive(bytes)) {
      if (event.kind !== "value") out.push(event);
      else if (!this.#take(event.value, event.context, out)) break;
    }
    return out;
  }

  /**
   * Answer a request: status 0x0000 success, else PS3.7 annex C / `ERRORS[code].dimse`. `fields` are those of the service
   * (counts of sub-operations, ErrorComment, an instance UID given by us); `data` is a data set that goes with it,
   * written in the transfer syntax of the context. Returns bytes to send.
   */
  respond(message: Message, status: number, fields: CommandFields = {}, data?: Uint8Array): Uint8Array[] {
    const comment = fields.ErrorComment;
    const command = dataSet({
      AffectedSOPClassUID: message.sopClass || undefined,
      CommandField: message.field | RESPONSE,
      MessageIDBeingRespondedTo: message.messageId,
      Status: status,
      AffectedSOPInstanceUID: message.sopInstance || undefined,
      ...fields,
      CommandDataSetType: data ? 0 : NO_DATA_SET,
      ErrorComment:
        typeof comment === "string" ? comment.replace(/[^\x20-\x5b\x5d-\x7e]/g, "?").slice(0, 64) : undefined,
    });
    const bytes = this.send(message.context.id, command);
    return data ? [...bytes, ...this.association.data(message.context.id, false, data, true)] : bytes;
  }

  /** Any command set (group length is added), for a request or response of any service. Returns bytes to send. */
  send(contextId: number, command: DataSet): Uint8Array[] {
    return this.association.data(contextId, true, writeCommandSet(command), true);
  }

  /** A C-ECHO-RQ in the accepted Verification context. Errors: `not-acceptable` when there is none. */
  echo(): Uint8Array[] {
    return this.request(COMMAND.echo, this.contextFor(VERIFICATION), {}, false).bytes;
  }

  /**
   * A request of any service in an accepted context, the SOP class being that of the context: its command now; a data
   * set, when `hasData`, follows through `storeData`. `fields` holds what the service asks for beside class, field and
   * message id: AffectedSOPInstanceUID or RequestedSOPInstanceUID, Priority, MoveDestination, ActionTypeID ...
   */
  request(
    field: number,
    context: Context,
    fields: CommandFields,
    hasData: boolean,
  ): { messageId: number; context: Context; bytes: Uint8Array[] } {
    const messageId = this.#nextId;
    this.#nextId = (this.#nextId % 0xffff) + 1;
    const command = dataSet({
      [ON_REQUESTED.has(field) ? "RequestedSOPClassUID" : "AffectedSOPClassUID"]: context.abstractSyntax,
      CommandField: field,
      MessageID: messageId,
      ...fields,
      CommandDataSetType: hasData ? 0 : NO_DATA_SET,
    });
    return { messageId, context, bytes: this.send(context.id, command) };
  }

  /** C-CANCEL-RQ of a request that is under way (PS3.7 9.3.2.3). */
  cancel(context: Context, messageId: number): Uint8Array[] {
    const command = { CommandField: COMMAND.cancel, MessageIDBeingRespondedTo: messageId };
    return this.send(context.id, dataSet({ ...command, CommandDataSetType: NO_DATA_SET }));
  }

  /**
   * Begin a C-STORE: the command now, then the data set (without preamble and meta, in `transferSyntax`) through
   * `storeData` in as many pieces as wished. The `response` event brings the status.
   * Errors: `not-acceptable` when the peer accepted no such context.
   */
  store(
    sopClass: string,
    sopInstance: string,
    transferSyntax: string,
    fields: CommandFields = {},
  ): { messageId: number; context: Context; bytes: Uint8Array[] } {
    const context = this.contextFor(sopClass, transferSyntax);
    return this.request(COMMAND.store, context, { AffectedSOPInstanceUID: sopInstance, Priority: 0, ...fields }, true);
  }

  /** The next piece of the data set of a begun request. */
  storeData(context: Context, bytes: Uint8Array, last: boolean): Uint8Array[] {
    return this.association.data(context.id, false, bytes, last);
  }

  /** The accepted context of a SOP class, in a given transfer syntax when asked. */
  contextFor(sopClass: string, transferSyntax?: string): Context {
    for (const context of this.association.contexts.values()) {
      if (context.abstractSyntax !== sopClass) continue;
      if (transferSyntax === undefined || context.transferSyntax === transferSyntax) return context;
    }
    const how = transferSyntax ? ` in transfer syntax ${transferSyntax}` : "";
    throw new WillisError("not-acceptable", `The peer did not accept SOP class ${sopClass}${how}.`);
  }

  /** False when the stream broke the protocol and the rest is not to be looked at. */
  #take(value: { command: boolean; last: boolean; bytes: Uint8Array }, context: Context, out: DimseEvent[]): boolean {
    if (!value.command) {
      const message = this.#current;
      if (!message || message.context.id !== context.id) return this.#fail("a data set came without its command", out);
      if (value.last) this.#current = null;
      out.push({ kind: "data", message, bytes: value.bytes, last: value.last });
      return true;
    }
    if (this.#current) return this.#fail("a command came before the data set of the last one was complete", out);
    if (value.bytes.length > 0) this.#parts.push(value.bytes);
    this.#size += value.bytes.length;
    if (this.#size > COMMAND_LIMIT) return this.#fail(`a command set has more than ${COMMAND_LIMIT} bytes`, out);
    if (!value.last) return true;
    const whole = new Uint8Array(this.#size);
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    this.#parts = [];
    this.#size = 0;
    try {
      return this.#command(messageOf(whole, context), out);
    } catch (error) {
      if (error instanceof WillisError) return this.#fail(error.message, out);
      throw error;
    }
  }

  #command(message: Message, out: DimseEvent[]): boolean {
    if (message.hasData) this.#current = message;
    const isResponse = ((number(message.command, "CommandField") ?? 0) & RESPONSE) !== 0;
    if (isResponse) out.push({ kind: "response", message, status: number(message.command, "Status") ?? 0 });
    else if (message.field === COMMAND.echo && !message.hasData) {
      for (const bytes of this.respond(message, 0)) out.push({ kind: "send", bytes });
    } else out.push({ kind: "request", message });
    return true;
  }

  #fail(what: string, out: DimseEvent[]): false {
    out.push({ kind: "send", bytes: this.association.abort() });
    out.push({ kind: "closed", how: "protocol-error", message: `DIMSE: ${what}.` });
    return false;
  }
}

/** A message from the bytes of its command set (implicit little endian). Errors: `not-dicom`, `bad-request`. */
function messageOf(bytes: Uint8Array, context: Context): Message {
  const command = parseDataSet(bytes, TS.ImplicitLittle);
  const field = number(command, "CommandField");
  if (field === undefined) throw new WillisError("bad-request", "a command set has no Command Field (0000,0100)");
  return {
    context,
    command,
    field: field & ~RESPONSE,
    messageId: number(command, respondsTo(field) ? "MessageIDBeingRespondedTo" : "MessageID") ?? 0,
    hasData: (number(command, "CommandDataSetType") ?? NO_DATA_SET) !== NO_DATA_SET,
    sopClass: text(command, "AffectedSOPClassUID") ?? text(command, "RequestedSOPClassUID") ?? "",
    sopInstance: text(command, "AffectedSOPInstanceUID") ?? text(command, "RequestedSOPInstanceUID") ?? "",
  };
}

function respondsTo(field: number): boolean {
  return (field & RESPONSE) !== 0 || field === COMMAND.cancel;
}

/** Transfer syntaxes that a sender offers beside the one an object is stored in. */
export const UNCOMPRESSED: readonly string[] = [TS.ExplicitLittle, TS.ImplicitLittle];
