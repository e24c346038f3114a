// GET requests over plain sockets: an HTTP library would cost the client, on the same cores, more than a server that is
// measured for half a gigabyte a second. One request at a time on each connection; bodies are counted, not kept.
import { connect, type Socket } from "node:net";

export interface Gets {
  readonly base: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: number;
  readonly paths: readonly string[];
  readonly count: number;
}

const RECEIVE = 512 * 1024;
const MOST_HEAD = 8192; // of an answer; what follows is not made into text

/** Runs them; bytes are those of the contents, failed are answers that are none or above 299. */
export async function getAll(job: Gets): Promise<{ bytes: number; failed: number }> {
  const { hostname, port, pathname } = new URL(job.base);
  const head = Object.entries({ host: `${hostname}:${port}`, ...job.headers })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");
  const prefix = pathname.replace(/\/$/, "");
  const total = { bytes: 0, failed: 0 };
  let next = 0;
  const request = (): string | null =>
    next < job.count ? `GET ${prefix}${job.paths[next++ % job.paths.length]} HTTP/1.1\r\n${head}\r\n` : null;
  await Promise.all(Array.from({ length: job.connections }, () => worker(hostname, Number(port), request, total)));
  return total;
}

/** One connection after the other until no request is left. */
async function worker(
  host: string,
  port: number,
  request: () => string | null,
  total: { bytes: number; failed: number },
): Promise<void> {
  for (let text = request(); text !== null; ) {
    let answered = false;
    text = await new Promise<string | null>((done) => {
      const answer = reader();
      const socket: Socket = connect({
        ...{ host, port, noDelay: true },
        onread: {
          buffer: Buffer.allocUnsafeSlow(RECEIVE),
          callback: (length, buffer) => {
            let at = 0;
            while (at < length) {
              at = answer.take(buffer as Buffer, at, length);
              if (!answer.complete) break;
              answered = true;
              if (answer.status > 299) total.failed++;
              total.bytes += answer.bytes;
              const following = request();
              if (following === null || answer.closes) {
                socket.destroy();
                done(following);
                return false;
              }
              answer.begin();
              answered = false;
              socket.write(following);
            }
            return true;
          },
        },
      });
      const lost = (): void => {
        if (answered) return; // it was closed on purpose
        if (answer.untilClose && answer.status <= 299) total.bytes += answer.bytes;
        else total.failed++;
        answered = true;
        done(request());
      };
      socket.on("error", lost).on("end", lost);
      socket.write(text!);
    });
  }
}

/** Follows one answer through the bytes as they come. */
function reader() {
  let head = "";
  let inHead = true;
  let left = 0; // of the body, or of the chunk
  let chunked = false;
  let told = false; // how long the body is
  let line = "";
  let inLine = false; // of a chunk's size, or of the trailer
  const state = {
    status: 0,
    bytes: 0,
    complete: false,
    closes: false,
    /** The body ends with the connection, as the head says nothing of its length. */
    get untilClose(): boolean {
      return !inHead && !told;
    },
    begin(): void {
      [head, inHead, left, chunked, line, inLine] = ["", true, 0, false, "", false];
      [state.status, state.bytes, state.complete, state.closes] = [0, 0, false, false];
    },
    /** Takes what belongs to this answer; returns where it stopped. */
    take(buffer: Buffer, from: number, to: number): number {
      let at = from;
      if (inHead) {
        const text = head + buffer.toString("latin1", at, Math.min(to, at + MOST_HEAD));
        const end = text.indexOf("\r\n\r\n");
        if (end < 0) {
          head = text;
          return to;
        }
        at += end + 4 - head.length;
        read(text.slice(0, end));
      }
      while (!state.complete && at < to) {
        if (!told) {
          state.bytes += to - at;
          at = to;
        } else if (inLine) at = sizeLine(buffer, at, to);
        else {
          const length = Math.min(left, to - at);
          left -= length;
          at += length;
          if (left === 0 && !chunked) state.complete = true;
          if (left === 0 && chunked) [inLine, line] = [true, ""];
        }
      }
      return at;
    },
  };
  function read(text: string): void {
    inHead = false;
    state.status = Number(text.slice(9, 12));
    state.closes = /^connection: *close/im.test(text);
    chunked = /^transfer-encoding: *chunked/im.test(text);
    const length = /^content-length: *(\d+)/im.exec(text)?.[1];
    told = chunked || length !== undefined || state.status === 204;
    left = Number(length ?? 0);
    inLine = chunked;
    if (!chunked) state.bytes = left;
    state.complete = told && !chunked && left === 0;
  }
  /** `\r\n` after a chunk, then the size of the next; the last is 0 and an empty line follows. */
  function sizeLine(buffer: Buffer, from: number, to: number): number {
    const feed = buffer.indexOf(10, from);
    if (feed < 0 || feed >= to) {
      line += buffer.toString("latin1", from, to);
      return to;
    }
    const text = (line + buffer.toString("latin1", from, feed)).trim();
    line = "";
    if (text === "") {
      if (left < 0) state.complete = true; // the empty line that ends the body
      return feed + 1;
    }
    left = Number.parseInt(text, 16);
    state.bytes += left;
    if (left === 0) left = -1;
    else inLine = false;
    return feed + 1;
  }
  return state;
}
