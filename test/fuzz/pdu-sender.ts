import { connect, type Socket } from "node:net";
import { APPLICATION_CONTEXT, encodePdu, type ProposedContext, parsePdu } from "../../src/dicom/pdu.ts";

const EXPLICIT = "1.2.840.10008.1.2.1";

/** A PDU as it came: type and body. */
export interface RawPdu {
  readonly type: number;
  readonly body: Buffer;
}

/** What ended an exchange. */
export type End = "closed" | "silent";

/** A connection that sends any bytes and gives back whole PDUs, without an opinion on either. */
export class RawPeer {
  readonly socket: Socket;
  #held = Buffer.alloc(0);
  #wake: () => void = () => {};
  closed = false;
  /** Presentation contexts that the server took. */
  accepted: ReadonlySet<number> = new Set();

  constructor(port: number) {
    this.socket = connect(port, "127.0.0.1");
    this.socket.setNoDelay(true);
    this.socket.on("data", (chunk) => {
      this.#held = Buffer.concat([this.#held, chunk]);
      this.#wake();
    });
    this.socket.on("error", () => {}); // a peer that is refused may find its connection reset
    this.socket.on("close", () => {
      this.closed = true;
      this.#wake();
    });
  }

  send(bytes: Uint8Array): void {
    if (!this.closed) this.socket.write(bytes);
  }

  /** The next PDU; "closed" when the connection ends before, "silent" when nothing comes for so long. */
  async next(ms: number): Promise<RawPdu | End> {
    const until = performance.now() + ms;
    for (;;) {
      if (this.#held.length >= 6) {
        const length = this.#held.readUInt32BE(2);
        if (this.#held.length >= 6 + length) {
          const pdu = { type: this.#held[0]!, body: this.#held.subarray(6, 6 + length) };
          this.#held = this.#held.subarray(6 + length);
          return pdu;
        }
      }
      if (this.closed) return "closed";
      const left = until - performance.now();
      if (left <= 0) return "silent";
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((done) => {
        this.#wake = done;
        timer = setTimeout(done, left);
      });
      clearTimeout(timer);
    }
  }

  end(): void {
    this.socket.destroy();
  }
}

/** A PDU of any type around any body. */
export function pdu(type: number, body: Uint8Array, length = body.length): Buffer {
  const head = Buffer.alloc(6);
  head[0] = type;
  head.writeUInt32BE(length >>> 0, 2);
  return Buffer.concat([head, body]);
}

/** A presentation data value: control bit 0 command, bit 1 last. */
export function pdv(context: number, control: number, bytes: Uint8Array, length = bytes.length + 2): Buffer {
  const head = Buffer.alloc(6);
  head.writeUInt32BE(length >>> 0, 0);
  head[4] = context;
  head[5] = control;
  return Buffer.concat([head, bytes]);
}

export function associateRequest(contexts: readonly ProposedContext[], calling = "FUZZ", called = "WILLIS"): Buffer {
  const user = { maxPdu: 65536, implementationClass: "1.2.3", implementationVersion: "FUZZ", roles: [], extended: [] };
  const names = { protocolVersion: 1, applicationContext: APPLICATION_CONTEXT, called, calling };
  return Buffer.from(encodePdu({ type: "associate-rq", request: { ...names, contexts, user } }));
}

/** One element of a command set, implicit little endian, whatever its value is. */
export function commandElement(element: number, value: Uint8Array, length = value.length): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16LE(element, 2);
  head.writeUInt32LE(length >>> 0, 4);
  return Buffer.concat([head, value]);
}

export function us(value: number): Buffer {
  return Buffer.from([value & 0xff, value >> 8]);
}

export function uid(text: string): Buffer {
  return Buffer.from(text.length % 2 ? `${text}\0` : text, "latin1");
}

/** A C-STORE-RQ command set. */
export function storeCommand(sopClass: string, sopUid: string, messageId = 1, more: readonly Buffer[] = []): Buffer {
  const elements = Buffer.concat([
    commandElement(0x0002, uid(sopClass)),
    commandElement(0x0100, us(0x0001)),
    commandElement(0x0110, us(messageId)),
    commandElement(0x0700, us(0)),
    commandElement(0x0800, us(1)),
    commandElement(0x1000, uid(sopUid)),
    ...more,
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(elements.length);
  return Buffer.concat([commandElement(0x0000, length), elements]);
}

/** Status (0000,0900) of a response in a P-DATA-TF; null when there is none. */
export function statusOf({ type, body }: RawPdu): number | null {
  if (type !== 4) return null;
  const found = parsePdu(4, body);
  if (found.type !== "p-data") return null;
  const command = Buffer.concat(found.values.filter((value) => value.command).map((value) => value.bytes));
  for (let at = 0; at + 8 <= command.length; at += 8 + command.readUInt32LE(at + 4))
    if (command.readUInt32LE(at) === 0x09000000) return command.readUInt16LE(at + 8);
  return null;
}

/** Opens an association with one context for each (class, syntax); resolves with it, or null when it was refused. */
export async function associate(
  port: number,
  pairs: readonly (readonly [sopClass: string, transferSyntax: string])[],
  calling = "FUZZ",
): Promise<RawPeer | null> {
  const peer = new RawPeer(port);
  const contexts = pairs.map(([abstractSyntax, syntax], k) => {
    return { id: 2 * k + 1, abstractSyntax, transferSyntaxes: [syntax || EXPLICIT] };
  });
  peer.send(associateRequest(contexts, calling));
  const answer = await peer.next(20_000);
  if (typeof answer !== "string" && answer.type === 2) {
    const found = parsePdu(2, answer.body);
    if (found.type === "associate-ac")
      peer.accepted = new Set(found.accept.contexts.filter(({ result }) => result === 0).map(({ id }) => id));
    return peer;
  }
  peer.end();
  return null;
}

/** Sends a data set by C-STORE in a context; resolves with the status, or how the exchange ended without one. */
export async function store(
  peer: RawPeer,
  context: number,
  command: Uint8Array,
  dataSet: Uint8Array,
  ms: number,
): Promise<number | End | "aborted"> {
  peer.send(pdu(4, pdv(context, 3, command)));
  const room = 60_000;
  for (let at = 0; at === 0 || at < dataSet.length; at += room) {
    const last = at + room >= dataSet.length;
    peer.send(pdu(4, pdv(context, last ? 2 : 0, dataSet.subarray(at, at + room))));
  }
  for (;;) {
    const answer = await peer.next(ms);
    if (typeof answer === "string") return answer;
    if (answer.type === 7) return "aborted";
    const status = statusOf(answer);
    if (status !== null) return status;
  }
}
