// The load client: a process of its own, so that its work is not counted as the server's. Job as JSON on standard input,
// figures as JSON on standard output. Run by archive-step.ts.
import { readFileSync } from "node:fs";
import http from "node:http";
import { text } from "node:stream/consumers";
import { getAll } from "./archive-gets.ts";
import type { ClientJob, Measured } from "./archive-step.ts";

const job = JSON.parse(await text(process.stdin)) as ClientJob;
const agent = new http.Agent({ keepAlive: true, maxSockets: job.connections });
let bytes = 0;
let failed = 0;

/** Sends one request and takes the whole answer; what `look` says of a good answer's text is added to the failures. */
function exchange(url: string, options: http.RequestOptions, body?: Buffer, look?: (text: string) => number) {
  return new Promise<void>((done) => {
    const request = http.request(url, { agent, ...options }, (answer) => {
      let kept = "";
      answer.on("data", (chunk: Buffer) => {
        if (look) kept += chunk;
        else bytes += chunk.length;
      });
      answer.on("end", () => {
        const good = answer.statusCode !== undefined && answer.statusCode < 300;
        if (!good) failed++;
        else if (look) failed += look(kept);
        done();
      });
    });
    request.on("error", () => {
      failed++;
      done();
    });
    request.end(body);
  });
}

/** Objects that are not among those that the answer says are stored. */
function missing(answer: string, sent: number): number {
  const stored = (JSON.parse(answer)["00081199"]?.Value ?? []).length as number;
  return sent - stored;
}

const queue: (() => Promise<void>)[] = [];
let ops = 0;
if (job.kind === "get") ops = job.count;
else {
  const boundary = "archive-bench";
  ops = job.files.length;
  for (let at = 0; at < job.files.length; at += job.perRequest) {
    const parts = job.files.slice(at, at + job.perRequest);
    const body = Buffer.concat([
      ...parts.flatMap((path) => {
        const file = readFileSync(path);
        bytes += file.length;
        return [Buffer.from(`\r\n--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`), file];
      }),
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]);
    const headers = {
      ...job.headers,
      "content-type": `multipart/related; type="application/dicom"; boundary=${boundary}`,
      "content-length": body.length,
      accept: "application/dicom+json",
    };
    const look = (answer: string): number => missing(answer, parts.length);
    queue.push(() => exchange(`${job.base}/studies`, { method: "POST", headers }, body, look));
  }
}
const started = performance.now();
if (job.kind === "get") {
  const got = await getAll(job);
  bytes = got.bytes;
  failed = got.failed;
}
await Promise.all(
  Array.from({ length: job.connections }, async () => {
    for (let next = queue.shift(); next; next = queue.shift()) await next();
  }),
);
const seconds = (performance.now() - started) / 1000;
agent.destroy();
console.log(JSON.stringify({ ops, seconds, bytes, failed } satisfies Measured));
