import type { Socket } from "node:net";
import { WillisError } from "../../core/errors.ts";
import type { DataSet } from "../../dicom/data-set.ts";
import type { CommandFields, Dimse, DimseEvent, Message } from "../../dicom/dimse.ts";
import { parseDataSet } from "../../dicom/parse.ts";
import type { Context } from "../../dicom/upper-layer.ts";

/** A request of ours on an association. */
export interface Outgoing {
  /** `COMMAND` value. */
  readonly field: number;
  readonly context: Context;
  readonly fields: CommandFields;
  /** The data set that goes with it, in the transfer syntax of the context. */
  readonly data?: Uint8Array | AsyncIterable<Uint8Array>;
  /** When it aborts, C-CANCEL is sent; the peer then ends with FE00. */
  readonly cancel?: AbortSignal;
  /** Longest silence of the peer before the association is aborted, ms (default one minute). */
  readonly silenceMs?: number;
}

/** One response to a request of ours. */
export interface Answer {
  readonly status: number;
  readonly command: DataSet;
  readonly dataSet: DataSet | null;
}

/** What takes the requests of the peer. `data` resolves when more may come, so that nothing is read ahead of the disk. */
export interface Requests {
  request(message: Message): Promise<void>;
  data(message: Message, bytes: Uint8Array, last: boolean): Promise<void>;
  /** A request has all its bytes and we are at work on it: silence of the peer is in order. */
  readonly busy: boolean;
  /** The association has ended, well or not. */
  end(): Promise<void>;
}

interface Asked {
  readonly answers: Answer[];
  wake: () => void;
}

/** A data set that is collected in memory: identifiers of queries, lists of failures. */
export const IDENTIFIER_LIMIT = 1 << 20;
/** What is shorter is cheaper to copy than to write in parts. */
const SHORT = 4096;
const SILENCE_MS = 60_000;
/** How long a peer may take to close what has ended (ARTIM of PS3.8 9.1.5). */
const ARTIM_MS = 3000;

/** Statuses behind which more responses to the same request come. */
export const PENDING: ReadonlySet<number> = new Set([0xff00, 0xff01]);

/** A DIMSE association on a socket, of either side: requests of the peer go to `requests`, `ask` sends ours. */
export class Session {
  readonly dimse: Dimse;
  readonly #socket: Socket;
  #requests: Requests | null = null;
  readonly #ended = new AbortController();
  readonly #asked = new Map<number, Asked>();
  #collecting: { message: Message; parts: Uint8Array[]; size: number; status: number } | null = null;
  #why = "The peer closed the connection.";
  #sending: Promise<void> = Promise.resolve(); // requests of ours go out one after the other, never mixed

  constructor(socket: Socket, dimse: Dimse) {
    this.#socket = socket;
    this.dimse = dimse;
  }

  /** Aborted when the association has ended. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** Ends with A-ABORT a peer that is silent for so long when it is its turn. */
  idle(ms: number): void {
    this.#socket.removeAllListeners("timeout");
    this.#socket.setTimeout(ms, () => {
      if (this.#requests?.busy && !this.#socket.writableNeedDrain) return;
      this.abort(`The peer was silent for ${Math.round(ms / 1000)} s.`);
    });
  }

  /** A-ABORT, and the connection is closed. */
  abort(why: string): void {
    this.#why = why;
    if (this.dimse.association.state !== "closed") this.#socket.write(this.dimse.association.abort());
    this.#socket.destroySoon();
    setTimeout(() => this.#socket.destroy(), ARTIM_MS).unref(); // a peer that reads nothing would hold it open
    this.#ended.abort();
  }

  /** Bytes to the peer in one write; resolves when it keeps up. */
  async send(bytes: readonly Uint8Array[]): Promise<void> {
    if (!this.#socket.writable) return;
    if (bytes.reduce((sum, part) => sum + part.length, 0) < SHORT) this.#socket.write(Buffer.concat(bytes));
    else {
      this.#socket.cork();
      for (const part of bytes) this.#socket.write(part);
      this.#socket.uncork();
    }
    if (this.#socket.writableNeedDrain) await this.#drained();
  }

  /** Until the peer has taken what was written, or has gone. */
  #drained(): Promise<void> {
    const socket = this.#socket;
    return new Promise((resolve) => {
      const done = (): void => {
        socket.off("drain", done).off("close", done);
        resolve();
      };
      socket.on("drain", done).on("close", done);
      if (socket.destroyed) done();
    });
  }

  /** Reads until the association ends. `open` gets the events that are about the association itself. */
  async run(requests: Requests, open: (event: DimseEvent) => Promise<void>): Promise<void> {
    this.#requests = requests;
    try {
      for await (const chunk of this.#socket) {
        for (const event of this.dimse.receive(chunk)) await this.#take(event, requests, open);
        if (this.dimse.association.state === "closed") break;
      }
    } catch (error) {
      if (!this.#socket.destroyed) throw error;
    } finally {
      this.#ended.abort();
      for (const { wake } of this.#asked.values()) wake();
      await requests.end();
      await this.#farewell();
    }
  }

  /**
   * Sends a request and yields what comes back: pending responses and at last the final one. Errors: `unavailable` when
   * the association ends or the peer is silent for too long; it is aborted then.
   */
  async *ask(outgoing: Outgoing): AsyncGenerator<Answer, void> {
    const { field, context, fields, data, cancel, silenceMs = SILENCE_MS } = outgoing;
    const begun = this.dimse.request(field, context, fields, data !== undefined);
    const asked: Asked = { answers: [], wake: () => {} };
    this.#asked.set(begun.messageId, asked);
    const stop = (): void => {
      if (this.dimse.association.state === "open") void this.send(this.dimse.cancel(context, begun.messageId));
    };
    try {
      if (data === undefined || data instanceof Uint8Array) {
        await this.#alone(() =>
          this.send([...begun.bytes, ...(data ? this.dimse.storeData(context, data, true) : [])]),
        );
      } else {
        await this.#alone(async () => {
          await this.send(begun.bytes);
          await this.#stream(context, data);
        });
      }
      cancel?.addEventListener("abort", stop, { once: true });
      if (cancel?.aborted) stop();
      for (;;) {
        const answer = asked.answers.shift() ?? (await this.#next(asked, silenceMs));
        yield answer;
        if (!PENDING.has(answer.status)) return;
      }
    } finally {
      cancel?.removeEventListener("abort", stop);
      this.#asked.delete(begun.messageId);
    }
  }

  /** The last answer of a request: that of a service without pending responses. */
  async askOnce(outgoing: Outgoing): Promise<Answer> {
    for await (const answer of this.ask(outgoing)) if (!PENDING.has(answer.status)) return answer;
    throw this.gone();
  }

  #alone(work: () => Promise<void>): Promise<void> {
    const done = this.#sending.then(work);
    this.#sending = done.catch(() => {});
    return done;
  }

  gone(): WillisError {
    return new WillisError("unavailable", `The association has ended: ${this.#why}`);
  }

  async #next(asked: Asked, silenceMs: number): Promise<Answer> {
    const timer = setTimeout(() => {
      this.abort(`The peer did not answer within ${Math.round(silenceMs / 1000)} s.`);
      asked.wake();
    }, silenceMs);
    try {
      for (;;) {
        const answer = asked.answers.shift();
        if (answer) return answer;
        if (this.ended.aborted) throw this.gone();
        await new Promise<void>((wake) => {
          asked.wake = wake;
        });
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** The last piece says so itself: some peers do not take an empty one behind it. */
  async #stream(context: Context, data: AsyncIterable<Uint8Array>): Promise<void> {
    let held: Uint8Array | null = null;
    try {
      for await (const chunk of data) {
        if (this.ended.aborted) throw this.gone();
        if (held) await this.send(this.dimse.storeData(context, held, false));
        held = chunk;
      }
    } catch (error) {
      this.abort("Its data could not be read to the end."); // half a data set cannot be taken back otherwise
      throw error;
    }
    await this.send(this.dimse.storeData(context, held ?? new Uint8Array(0), true));
  }

  async #take(event: DimseEvent, requests: Requests, open: (event: DimseEvent) => Promise<void>): Promise<void> {
    if (event.kind === "send") await this.send([event.bytes]);
    else if (event.kind === "request") await requests.request(event.message);
    else if (event.kind === "response") this.#response(event.message, event.status);
    else if (event.kind === "data") {
      if (this.#collecting?.message === event.message) this.#collect(event.bytes, event.last);
      else await requests.data(event.message, event.bytes, event.last);
    } else {
      if (event.kind === "closed") this.#why = event.message;
      await open(event);
    }
  }

  #response(message: Message, status: number): void {
    if (message.hasData) this.#collecting = { message, parts: [], size: 0, status };
    else this.#answered(message, status, null);
  }

  #collect(bytes: Uint8Array, last: boolean): void {
    const now = this.#collecting!;
    now.size += bytes.length;
    if (now.size > IDENTIFIER_LIMIT) {
      this.abort(`A response holds more than ${IDENTIFIER_LIMIT} bytes.`);
      return;
    }
    now.parts.push(bytes);
    if (!last) return;
    this.#collecting = null;
    try {
      const { transferSyntax } = now.message.context;
      this.#answered(now.message, now.status, parseDataSet(Buffer.concat(now.parts), transferSyntax));
    } catch (error) {
      this.abort(`A response cannot be read: ${error instanceof Error ? error.message : error}`);
    }
  }

  #answered(message: Message, status: number, dataSet: DataSet | null): void {
    const asked = this.#asked.get(message.messageId);
    asked?.answers.push({ status, command: message.command, dataSet });
    asked?.wake();
  }

  /** What was sent last reaches the peer, which then closes; one that does not is closed. */
  async #farewell(): Promise<void> {
    if (this.#socket.destroyed) return;
    this.#socket.end();
    this.#socket.resume();
    const late = setTimeout(() => this.#socket.destroy(), ARTIM_MS);
    await new Promise<void>((done) => this.#socket.once("close", () => done()));
    clearTimeout(late);
  }
}
