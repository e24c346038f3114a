import { WillisError } from "../core/errors.ts";
import {
  type AnsweredContext,
  APPLICATION_CONTEXT,
  type AssociateAccept,
  type AssociateRequest,
  type ExtendedNegotiation,
  encodePdu,
  type Pdu,
  type Pdv,
  parsePdu,
  type RoleSelection,
} from "./pdu.ts";
import { ReceivedBytes } from "./received-bytes.ts";
import { TRANSFER_SYNTAXES, TS, transferSyntaxOf } from "./transfer-syntax.ts";
import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME } from "./write.ts";

/** Where an association stands (PS3.8 9.2, the states that matter to a caller). */
export type AssociationState = "idle" | "requested" | "deciding" | "open" | "releasing" | "closed";

/** A negotiated presentation context. */
export interface Context {
  readonly id: number;
  readonly abstractSyntax: string;
  readonly transferSyntax: string;
}

/** What came out of received bytes. `send` has to go to the socket; after `closed` events the socket is to be closed. */
export type AssociationEvent =
  | { readonly kind: "send"; readonly bytes: Uint8Array }
  | { readonly kind: "requested"; readonly request: AssociateRequest }
  | { readonly kind: "accepted"; readonly accept: AssociateAccept }
  | { readonly kind: "rejected"; readonly result: number; readonly source: number; readonly reason: number }
  | { readonly kind: "value"; readonly value: Pdv; readonly context: Context }
  | { readonly kind: "closed"; readonly how: "released" | "aborted" | "protocol-error"; readonly message: string };

/** What an association is opened with. */
export interface AssociationOptions {
  readonly aeTitle: string;
  /** Longest P-DATA-TF body that we take and offer, bytes (default 128 KiB). */
  readonly maxPdu?: number;
}

/** Role selection and extended negotiation, as proposed or as answered. */
export interface Negotiation {
  readonly roles?: readonly RoleSelection[];
  readonly extended?: readonly ExtendedNegotiation[];
}

/** A data value whose bytes are still coming. */
interface OpenValue {
  readonly context: Context;
  readonly command: boolean;
  readonly last: boolean;
  left: number;
}

const ASSOCIATE_LIMIT = 256 * 1024;

/** Reasons of a provider's A-ABORT (PS3.8 table 9-26). */
const ABORT = { unrecognised: 1, unexpected: 2, invalid: 6 } as const;

/**
 * One side of a DICOM association as a state machine: bytes in, events and bytes out; no socket, no clock (the caller
 * closes what stays silent). Data values pass through as views of the received bytes, in the pieces they came in. A PDU
 * that breaks PS3.8 or exceeds its limit is answered by A-ABORT and a `closed` event.
 */
export class Association {
  readonly aeTitle: string;
  readonly maxPdu: number;
  /** Negotiated contexts by id; empty until the association is open. */
  readonly contexts = new Map<number, Context>();
  /** Negotiated roles of the requestor by SOP class; a class that is not here has the default: requestor SCU. */
  readonly roles = new Map<string, RoleSelection>();
  /** What the peer said in extended negotiation (as acceptor: asked, as requestor: answered), by SOP class. */
  readonly extended = new Map<string, Uint8Array>();
  state: AssociationState = "idle";
  /** Longest P-DATA-TF body that the peer takes. */
  peerMaxPdu = 16384;
  #request: AssociateRequest | null = null;
  readonly #received = new ReceivedBytes();
  /** Bytes that are left of the P-DATA-TF under way, and of the data value in it. */
  #pduLeft = 0;
  #pdv: OpenValue | null = null;

  constructor(options: AssociationOptions) {
    this.aeTitle = options.aeTitle;
    this.maxPdu = options.maxPdu ?? 131072;
  }

  /** Take bytes from the socket, in any cut. After `closed` nothing more comes out. */
  receive(bytes: Uint8Array): AssociationEvent[] {
    const events: AssociationEvent[] = [];
    if (this.state === "closed") return events;
    this.#received.add(bytes);
    try {
      while (this.#step(events) && (this.state as AssociationState) !== "closed");
    } catch (error) {
      if (!(error instanceof WillisError)) throw error;
      this.state = "closed";
      const reason = Number(error.detail.reason ?? ABORT.invalid);
      events.push({ kind: "send", bytes: encodePdu({ type: "abort", source: 2, reason }) });
      events.push({ kind: "closed", how: "protocol-error", message: error.message });
    }
    return events;
  }

  /**
   * Ask a peer for an association; returns the bytes to send. `contexts` get their ids here: 1, 3, 5 ... Errors:
   * `bad-request` for none or more than 128.
   */
  request(
    called: string,
    contexts: readonly { abstractSyntax: string; transferSyntaxes: readonly string[] }[],
    negotiation: Negotiation = {},
  ): Uint8Array {
    if (contexts.length === 0 || contexts.length > 128) {
      throw new WillisError(
        "bad-request",
        `An association has 1 to 128 presentation contexts, not ${contexts.length}.`,
      );
    }
    const numbered = contexts.map((c, i) => ({ id: 2 * i + 1, ...c }));
    const user = this.#user(negotiation);
    const fixed = { protocolVersion: 1, applicationContext: APPLICATION_CONTEXT, called, calling: this.aeTitle };
    this.#request = { ...fixed, contexts: numbered, user };
    this.state = "requested";
    return encodePdu({ type: "associate-rq", request: this.#request });
  }

  /**
   * Accept the pending request with these answers (see `answerContexts`); returns the bytes to send, none when the peer
   * has gone in the meantime. Without `roles` the requestor stays SCU of everything (PS3.7 D.3.3.4).
   */
  accept(answers: readonly AnsweredContext[], negotiation: Negotiation = {}): Uint8Array {
    if (this.state === "closed") return new Uint8Array(0);
    const request = this.#pending();
    for (const answer of answers) {
      const asked = request.contexts.find((c) => c.id === answer.id);
      if (asked && answer.result === 0)
        this.contexts.set(answer.id, { ...answer, abstractSyntax: asked.abstractSyntax });
    }
    for (const role of negotiation.roles ?? []) this.roles.set(role.sopClass, role);
    for (const { sopClass, info } of request.user.extended) this.extended.set(sopClass, info);
    this.state = "open";
    const { called, calling } = request;
    const user = this.#user(negotiation);
    return encodePdu({ type: "associate-ac", accept: { called, calling, contexts: answers, user } });
  }

  /**
   * Reject the pending request (PS3.8 9.3.4): permanently, source 1 (user); reason 1 none, 2 application context,
   * 3 calling AE title not recognised, 7 called AE title not recognised. "busy": for the moment, local limit exceeded.
   * Returns the bytes to send.
   */
  reject(reason: 1 | 2 | 3 | 7 | "busy"): Uint8Array {
    if (this.state === "closed") return new Uint8Array(0);
    this.#pending();
    this.state = "closed";
    if (reason === "busy") return encodePdu({ type: "associate-rj", result: 2, source: 3, reason: 2 });
    return encodePdu({ type: "associate-rj", result: 1, source: 1, reason });
  }

  /**
   * P-DATA-TF bytes for a fragment of a command or data set, cut to the peer's limit: heads and views of `bytes` in
   * turn, to be written together; none when the peer has gone.
   */
  data(context: number, command: boolean, bytes: Uint8Array, last: boolean): Uint8Array[] {
    if (this.state === "closed") return [];
    if (this.state !== "open")
      throw new WillisError("conflict", `The association is ${this.state}: nothing can be sent.`);
    const room = (this.peerMaxPdu === 0 ? 1 << 20 : Math.max(64, this.peerMaxPdu)) - 6;
    const out: Uint8Array[] = [];
    for (let at = 0; at < bytes.length || out.length === 0; at += room) {
      const end = at + room >= bytes.length;
      const part = bytes.subarray(at, at + room);
      const head = new Uint8Array(12);
      const view = new DataView(head.buffer);
      head[0] = 4;
      view.setUint32(2, part.length + 6);
      view.setUint32(6, part.length + 2);
      head[10] = context;
      head[11] = Number(command) | (Number(last && end) << 1);
      out.push(head);
      if (part.length > 0) out.push(part);
      if (end) break;
    }
    return out;
  }

  /** A-RELEASE-RQ; the peer's answer comes as `closed` with how "released". */
  release(): Uint8Array {
    this.state = "releasing";
    return encodePdu({ type: "release-rq" });
  }

  /** A-ABORT by us as service user; nothing comes after it. */
  abort(): Uint8Array {
    this.state = "closed";
    return encodePdu({ type: "abort", source: 0, reason: 0 });
  }

  #user({ roles = [], extended = [] }: Negotiation) {
    const implementationClass = IMPLEMENTATION_CLASS_UID;
    const implementationVersion = IMPLEMENTATION_VERSION_NAME;
    return { maxPdu: this.maxPdu, implementationClass, implementationVersion, roles, extended };
  }

  #pending(): AssociateRequest {
    if (this.state !== "deciding" || !this.#request)
      throw new WillisError("conflict", "No association request is waiting for an answer.");
    return this.#request;
  }

  /** One head, one whole short PDU, or one piece of a data value. False when more bytes are needed. */
  #step(events: AssociationEvent[]): boolean {
    if (this.#pdv) return this.#piece(this.#pdv, events);
    if (this.#pduLeft > 0) return this.#valueHead(events);
    const head = this.#received.peek(6);
    if (!head) return false;
    const type = head[0]!;
    const length = new DataView(head.buffer, head.byteOffset, 6).getUint32(2);
    if (type < 1 || type > 7)
      throw protocol(`The first byte of a PDU is ${type}: this is not DICOM.`, ABORT.unrecognised);
    const limit = type === 4 ? this.maxPdu + 1024 : type <= 2 ? ASSOCIATE_LIMIT : 64;
    if (length > limit)
      throw new WillisError("too-large", `A PDU of type ${type} claims ${length} bytes, at most ${limit} are taken.`);
    if (type === 4) {
      this.#expect(type, "open", "releasing");
      this.#received.take(6);
      this.#pduLeft = length;
      return true;
    }
    const whole = this.#received.peek(6 + length);
    if (!whole) return false;
    this.#received.take(6 + length);
    this.#handle(parsePdu(type, whole.subarray(6)), events);
    return true;
  }

  #valueHead(events: AssociationEvent[]): boolean {
    if (this.#pduLeft < 6) throw protocol("A presentation data value is too short.", ABORT.invalid);
    const head = this.#received.take(6);
    if (!head) return false;
    const length = new DataView(head.buffer, head.byteOffset, 6).getUint32(0);
    if (length < 2 || length + 4 > this.#pduLeft)
      throw protocol(`A data value claims ${length} bytes, its PDU has ${this.#pduLeft - 4}.`, ABORT.invalid);
    const context = this.contexts.get(head[4]!);
    if (!context) throw protocol(`Presentation context ${head[4]} was not accepted.`, ABORT.invalid);
    this.#pduLeft -= length + 4;
    const control = head[5]!;
    const [command, last] = [(control & 1) === 1, (control & 2) === 2];
    if (length > 2) this.#pdv = { context, command, last, left: length - 2 };
    else
      events.push({ kind: "value", value: { context: context.id, command, last, bytes: new Uint8Array(0) }, context });
    return true;
  }

  #piece(pdv: OpenValue, events: AssociationEvent[]): boolean {
    const bytes = this.#received.some(pdv.left);
    if (!bytes) return false;
    pdv.left -= bytes.length;
    if (pdv.left === 0) this.#pdv = null;
    const { context, command } = pdv;
    const last = pdv.last && pdv.left === 0;
    events.push({ kind: "value", value: { context: context.id, command, last, bytes }, context });
    return true;
  }

  #expect(type: number, ...states: readonly AssociationState[]): void {
    if (states.includes(this.state)) return;
    throw protocol(`A PDU of type ${type} came while the association was ${this.state}.`, ABORT.unexpected);
  }

  #handle(pdu: Pdu, events: AssociationEvent[]): void {
    if (pdu.type === "abort") {
      this.state = "closed";
      const message = `The peer aborted (source ${pdu.source}, reason ${pdu.reason}).`;
      events.push({ kind: "closed", how: "aborted", message });
    } else if (pdu.type === "associate-rq") {
      this.#expect(1, "idle");
      this.#asked(pdu.request, events);
    } else if (pdu.type === "associate-ac") {
      this.#expect(2, "requested");
      this.#granted(pdu.accept);
      events.push({ kind: "accepted", accept: pdu.accept });
    } else if (pdu.type === "associate-rj") {
      this.#expect(3, "requested");
      this.state = "closed";
      events.push({ kind: "rejected", result: pdu.result, source: pdu.source, reason: pdu.reason });
    } else if (pdu.type === "release-rq") {
      this.#expect(5, "open", "releasing");
      this.state = "closed";
      events.push({ kind: "send", bytes: encodePdu({ type: "release-rp" }) });
      events.push({ kind: "closed", how: "released", message: "The peer released the association." });
    } else {
      this.#expect(6, "releasing");
      this.state = "closed";
      events.push({ kind: "closed", how: "released", message: "The association is released." });
    }
  }

  /** A request that no answer of the caller could make right is rejected here (PS3.8 table 9-21). */
  #asked(request: AssociateRequest, events: AssociationEvent[]): void {
    const version = (request.protocolVersion & 1) === 1;
    this.#request = request;
    this.peerMaxPdu = request.user.maxPdu;
    if (version && request.applicationContext === APPLICATION_CONTEXT) {
      this.state = "deciding";
      events.push({ kind: "requested", request });
      return;
    }
    this.state = "closed";
    const [source, reason] = version ? [1, 2] : [2, 2];
    const message = version
      ? `The application context is "${request.applicationContext.slice(0, 64)}", not that of DICOM.`
      : `The caller speaks protocol version ${request.protocolVersion}, not 1.`;
    events.push({ kind: "send", bytes: encodePdu({ type: "associate-rj", result: 1, source, reason }) });
    events.push({ kind: "closed", how: "protocol-error", message });
  }

  #granted(accept: AssociateAccept): void {
    this.peerMaxPdu = accept.user.maxPdu;
    for (const answer of accept.contexts) {
      const asked = this.#request?.contexts.find((c) => c.id === answer.id);
      if (asked && answer.result === 0)
        this.contexts.set(answer.id, { ...answer, abstractSyntax: asked.abstractSyntax });
    }
    for (const role of accept.user.roles) this.roles.set(role.sopClass, role);
    for (const { sopClass, info } of accept.user.extended) this.extended.set(sopClass, info);
    this.state = "open";
  }
}

function protocol(what: string, reason: number): WillisError {
  return new WillisError("bad-request", what, { reason });
}

/**
 * Answers to the proposed contexts: a SOP class that `takes` agrees to is accepted in the first transfer syntax of the
 * proposer's own order that Willis knows (big endian and deflated only when nothing else is offered), so that objects
 * come as they are kept; one that it takes "plain" (queries, worklist: no pixels) only in implicit or explicit little
 * endian. Others: result 3 (abstract syntax) or 4 (transfer syntaxes). Source: PS3.8 9.3.3.2.
 */
export function answerContexts(
  request: AssociateRequest,
  takes: (sopClass: string) => boolean | "plain",
): AnsweredContext[] {
  const known = new Set(TRANSFER_SYNTAXES.map((ts) => ts.uid));
  return request.contexts.map(({ id, abstractSyntax, transferSyntaxes }) => {
    const taken = takes(abstractSyntax);
    const usable = transferSyntaxes.filter((uid) => (taken === "plain" ? UNCOMPRESSED.has(uid) : known.has(uid)));
    const plain = usable.find((uid) => !transferSyntaxOf(uid).bigEndian && !transferSyntaxOf(uid).deflated);
    const transferSyntax = plain ?? usable[0];
    if (!taken) return { id, result: 3, transferSyntax: transferSyntaxes[0] ?? "" };
    if (transferSyntax === undefined) return { id, result: 4, transferSyntax: transferSyntaxes[0] ?? "" };
    return { id, result: 0, transferSyntax };
  });
}

const UNCOMPRESSED: ReadonlySet<string> = new Set([TS.ImplicitLittle, TS.ExplicitLittle]);
