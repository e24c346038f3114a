import { WillisError } from "../core/errors.ts";
import {
  type AnsweredContext,
  type AssociateAccept,
  type AssociateRequest,
  encodePdu,
  type Pdu,
  type Pdv,
  parsePdu,
} from "./pdu.ts";
import { TRANSFER_SYNTAXES, transferSyntaxOf } from "./transfer-syntax.ts";
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

const ASSOCIATE_LIMIT = 256 * 1024;

/**
 * One side of a DICOM association as a state machine: bytes in, events and bytes out; no socket, no clock (the caller
 * closes what stays silent). A PDU that breaks PS3.8 or exceeds its limit is answered by A-ABORT and a `closed` event.
 */
export class Association {
  readonly aeTitle: string;
  readonly maxPdu: number;
  /** Negotiated contexts by id; empty until the association is open. */
  readonly contexts = new Map<number, Context>();
  state: AssociationState = "idle";
  /** Longest P-DATA-TF body that the peer takes. */
  peerMaxPdu = 16384;
  #request: AssociateRequest | null = null;
  #chunks: Uint8Array[] = [];
  #held = 0;

  constructor(options: AssociationOptions) {
    this.aeTitle = options.aeTitle;
    this.maxPdu = options.maxPdu ?? 131072;
  }

  /** Take bytes from the socket, in any cut. After `closed` nothing more comes out. */
  receive(bytes: Uint8Array): AssociationEvent[] {
    const events: AssociationEvent[] = [];
    if (this.state === "closed") return events;
    this.#chunks.push(bytes);
    this.#held += bytes.length;
    try {
      for (let next = this.#nextPdu(); next; next = this.#nextPdu()) {
        this.#handle(parsePdu(next.type, next.body), events);
        if ((this.state as AssociationState) === "closed") break;
      }
    } catch (error) {
      if (!(error instanceof WillisError)) throw error;
      this.state = "closed";
      events.push({ kind: "send", bytes: encodePdu({ type: "abort", source: 2, reason: 6 }) });
      events.push({ kind: "closed", how: "protocol-error", message: error.message });
    }
    return events;
  }

  /** Ask a peer for an association; returns the bytes to send. `contexts` get their ids here: 1, 3, 5 ... */
  request(
    called: string,
    contexts: readonly { abstractSyntax: string; transferSyntaxes: readonly string[] }[],
  ): Uint8Array {
    if (contexts.length === 0 || contexts.length > 128) {
      throw new WillisError(
        "bad-request",
        `An association has 1 to 128 presentation contexts, not ${contexts.length}.`,
      );
    }
    const numbered = contexts.map((c, i) => ({ id: 2 * i + 1, ...c }));
    this.#request = { called, calling: this.aeTitle, contexts: numbered, user: this.#user() };
    this.state = "requested";
    return encodePdu({ type: "associate-rq", request: this.#request });
  }

  /**
   * Accept the pending request with these answers (see `answerContexts`); returns the bytes to send, none when the peer
   * has gone in the meantime.
   */
  accept(answers: readonly AnsweredContext[]): Uint8Array {
    if (this.state === "closed") return new Uint8Array(0);
    const request = this.#pending();
    for (const answer of answers) {
      const asked = request.contexts.find((c) => c.id === answer.id);
      if (asked && answer.result === 0)
        this.contexts.set(answer.id, { ...answer, abstractSyntax: asked.abstractSyntax });
    }
    this.state = "open";
    const { called, calling } = request;
    const user = { ...this.#user(), roles: request.user.roles.map((r) => ({ ...r, scu: r.scu, scp: false })) };
    return encodePdu({ type: "associate-ac", accept: { called, calling, contexts: answers, user } });
  }

  /**
   * Reject the pending request (PS3.8 9.3.4): permanently, source 1 (user); reason 1 none, 2 application context,
   * 3 calling AE title not recognised, 7 called AE title not recognised. Returns the bytes to send.
   */
  reject(reason: 1 | 2 | 3 | 7): Uint8Array {
    if (this.state === "closed") return new Uint8Array(0);
    this.#pending();
    this.state = "closed";
    return encodePdu({ type: "associate-rj", result: 1, source: 1, reason });
  }

  /** P-DATA-TF bytes for a fragment of a command or data set, cut to the peer's limit; none when the peer has gone. */
  data(context: number, command: boolean, bytes: Uint8Array, last: boolean): Uint8Array[] {
    if (this.state === "closed") return [];
    if (this.state !== "open")
      throw new WillisError("conflict", `The association is ${this.state}: nothing can be sent.`);
    const room = (this.peerMaxPdu === 0 ? 1 << 20 : Math.max(64, this.peerMaxPdu)) - 6;
    const out: Uint8Array[] = [];
    for (let at = 0; at < bytes.length || out.length === 0; at += room) {
      const end = at + room >= bytes.length;
      const value = { context, command, last: last && end, bytes: bytes.subarray(at, at + room) };
      out.push(encodePdu({ type: "p-data", values: [value] }));
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

  #user() {
    const implementationClass = IMPLEMENTATION_CLASS_UID;
    return { maxPdu: this.maxPdu, implementationClass, implementationVersion: IMPLEMENTATION_VERSION_NAME, roles: [] };
  }

  #pending(): AssociateRequest {
    if (this.state === "deciding" && this.#request) return this.#request;
    throw new WillisError("conflict", `No association request waits for an answer: the association is ${this.state}.`);
  }

  #handle(pdu: Pdu, events: AssociationEvent[]): void {
    const wrong = (): WillisError =>
      new WillisError("bad-request", `${pdu.type} came while the association was ${this.state}.`);
    if (pdu.type === "abort") {
      this.state = "closed";
      const message = `The peer aborted (source ${pdu.source}, reason ${pdu.reason}).`;
      events.push({ kind: "closed", how: "aborted", message });
    } else if (pdu.type === "associate-rq") {
      if (this.state !== "idle") throw wrong();
      this.#request = pdu.request;
      this.peerMaxPdu = pdu.request.user.maxPdu;
      this.state = "deciding";
      events.push({ kind: "requested", request: pdu.request });
    } else if (pdu.type === "associate-ac") {
      if (this.state !== "requested") throw wrong();
      this.peerMaxPdu = pdu.accept.user.maxPdu;
      for (const answer of pdu.accept.contexts) {
        const asked = this.#request?.contexts.find((c) => c.id === answer.id);
        if (asked && answer.result === 0)
          this.contexts.set(answer.id, { ...answer, abstractSyntax: asked.abstractSyntax });
      }
      this.state = "open";
      events.push({ kind: "accepted", accept: pdu.accept });
    } else if (pdu.type === "associate-rj") {
      if (this.state !== "requested") throw wrong();
      this.state = "closed";
      events.push({ kind: "rejected", result: pdu.result, source: pdu.source, reason: pdu.reason });
    } else if (pdu.type === "p-data") {
      if (this.state !== "open" && this.state !== "releasing") throw wrong();
      for (const value of pdu.values) {
        const context = this.contexts.get(value.context);
        if (!context) throw new WillisError("bad-request", `Presentation context ${value.context} was not accepted.`);
        events.push({ kind: "value", value, context });
      }
    } else if (pdu.type === "release-rq") {
      if (this.state !== "open" && this.state !== "releasing") throw wrong();
      this.state = "closed";
      events.push({ kind: "send", bytes: encodePdu({ type: "release-rp" }) });
      events.push({ kind: "closed", how: "released", message: "The peer released the association." });
    } else {
      if (this.state !== "releasing") throw wrong();
      this.state = "closed";
      events.push({ kind: "closed", how: "released", message: "The association is released." });
    }
  }

  /** The next whole PDU of what is held, or null. Checks type and length before it waits for the body. */
  #nextPdu(): { type: number; body: Uint8Array } | null {
    if (this.#held < 6) return null;
    const head = this.#front(6);
    const type = head[0]!;
    const length = new DataView(head.buffer, head.byteOffset, 6).getUint32(2);
    if (type < 1 || type > 7)
      throw new WillisError("bad-request", `The first byte of a PDU is ${type}: this is not DICOM.`);
    const limit = type === 4 ? this.maxPdu + 1024 : type <= 2 ? ASSOCIATE_LIMIT : 64;
    if (length > limit)
      throw new WillisError("too-large", `A PDU of type ${type} claims ${length} bytes, at most ${limit} are taken.`);
    if (this.#held < 6 + length) return null;
    const all = this.#front(6 + length);
    this.#drop(6 + length);
    return { type, body: all.subarray(6) };
  }

  /** The first n held bytes in one piece: a view when they lie in one chunk. */
  #front(n: number): Uint8Array {
    if (this.#chunks[0]!.length >= n) return this.#chunks[0]!.subarray(0, n);
    const out = new Uint8Array(n);
    let at = 0;
    for (const chunk of this.#chunks) {
      out.set(chunk.subarray(0, n - at), at);
      at += Math.min(chunk.length, n - at);
      if (at === n) break;
    }
    return out;
  }

  #drop(n: number): void {
    this.#held -= n;
    let left = n;
    let whole = 0;
    while (left > 0 && this.#chunks[whole]!.length <= left) left -= this.#chunks[whole++]!.length;
    this.#chunks.splice(0, whole);
    if (left > 0) this.#chunks[0] = this.#chunks[0]!.subarray(left);
  }
}

/**
 * Answers to the proposed contexts: a SOP class that `takes` agrees to is accepted in the first transfer syntax of the
 * proposer's own order that Willis knows (big endian and deflated only when nothing else is offered), so that objects
 * come as they are kept. Others: result 3 (abstract syntax) or 4 (transfer syntaxes). Source: PS3.8 9.3.3.2.
 */
export function answerContexts(request: AssociateRequest, takes: (sopClass: string) => boolean): AnsweredContext[] {
  const known = new Set(TRANSFER_SYNTAXES.map((ts) => ts.uid));
  return request.contexts.map(({ id, abstractSyntax, transferSyntaxes }) => {
    const usable = transferSyntaxes.filter((uid) => known.has(uid));
    const plain = usable.find((uid) => !transferSyntaxOf(uid).bigEndian && !transferSyntaxOf(uid).deflated);
    const transferSyntax = plain ?? usable[0];
    if (!takes(abstractSyntax)) return { id, result: 3, transferSyntax: transferSyntaxes[0] ?? "" };
    if (transferSyntax === undefined) return { id, result: 4, transferSyntax: transferSyntaxes[0] ?? "" };
    return { id, result: 0, transferSyntax };
  });
}
