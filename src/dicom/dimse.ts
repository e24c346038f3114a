import { WillisError } from "../core/errors.ts";
import { type DataSet, dataSet, number, text } from "./data-set.ts";
import { LIMITS } from "./parse.ts";
import { readElements } from "./parse-elements.ts";
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
  cancel: 0x0fff,
} as const;

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
 * answered with `respond(message, 0x0211)`. As requestor: `associate`, wait for `accepted`, then `echo` and `store`.
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

  /** Answer a request: status 0x0000 success, else PS3.7 annex C / `ERRORS[code].dimse`. Returns bytes to send. */
  respond(message: Message, status: number, comment?: string): Uint8Array[] {
    const command = dataSet({
      AffectedSOPClassUID: message.sopClass || undefined,
      CommandField: message.field | RESPONSE,
      MessageIDBeingRespondedTo: message.messageId,
      CommandDataSetType: NO_DATA_SET,
      Status: status,
      ErrorComment: comment?.replace(/[^\x20-\x5b\x5d-\x7e]/g, "?").slice(0, 64),
      AffectedSOPInstanceUID: message.sopInstance || undefined,
    });
    return this.send(message.context.id, command);
  }

  /** Any command set (group length is added), for a request or response of any service. Returns bytes to send. */
  send(contextId: number, command: DataSet): Uint8Array[] {
    return this.association.data(contextId, true, writeCommandSet(command), true);
  }

  /** A C-ECHO-RQ in the accepted Verification context. Errors: `not-acceptable` when there is none. */
  echo(): Uint8Array[] {
    const context = this.contextFor(VERIFICATION);
    return this.send(context.id, this.#request(COMMAND.echo, VERIFICATION, { CommandDataSetType: NO_DATA_SET }));
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
  ): { messageId: number; context: Context; bytes: Uint8Array[] } {
    const context = this.contextFor(sopClass, transferSyntax);
    const fields = { CommandDataSetType: 0, AffectedSOPInstanceUID: sopInstance, Priority: 0 };
    const command = this.#request(COMMAND.store, sopClass, fields);
    return { messageId: number(command, "MessageID")!, context, bytes: this.send(context.id, command) };
  }

  /** The next piece of the data set of a begun C-STORE. */
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

  #request(field: number, sopClass: string, fields: Readonly<Record<string, string | number>>): DataSet {
    const id = this.#nextId;
    this.#nextId = (this.#nextId % 0xffff) + 1;
    return dataSet({ AffectedSOPClassUID: sopClass, CommandField: field, MessageID: id, ...fields });
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
    this.#parts.push(value.bytes);
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
  const coding = { explicit: false, bigEndian: false, meta: false };
  const { dataSet: command } = readElements(bytes, bytes.length, 0, coding, { ...LIMITS, elements: 1000 });
  const field = number(command, "CommandField");
  if (field === undefined) throw new WillisError("bad-request", "a command set has no Command Field (0000,0100)");
  return {
    context,
    command,
    field: field & ~RESPONSE,
    messageId: number(command, field & RESPONSE ? "MessageIDBeingRespondedTo" : "MessageID") ?? 0,
    hasData: (number(command, "CommandDataSetType") ?? NO_DATA_SET) !== NO_DATA_SET,
    sopClass: text(command, "AffectedSOPClassUID") ?? text(command, "RequestedSOPClassUID") ?? "",
    sopInstance: text(command, "AffectedSOPInstanceUID") ?? "",
  };
}

/** Transfer syntaxes that a sender offers beside the one an object is stored in. */
export const UNCOMPRESSED: readonly string[] = [TS.ExplicitLittle, TS.ImplicitLittle];
