// Willis as a user starts it: `run.mjs serve` with a home of its own, a person and a token made by the command line.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Archive } from "./archive-server.ts";

const RUN = fileURLToPath(new URL("../run.mjs", import.meta.url));

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

export async function startWillisServer(folder: string): Promise<Archive> {
  const home = join(folder, "willis");
  mkdirSync(home, { recursive: true });
  chmodSync(folder, 0o755); // as root, the user that PostgreSQL runs as must pass it
  const [port, dimse] = [await freePort(), await freePort()];
  const { DATABASE_URL: _own, ...rest } = process.env;
  const env = { ...rest, WILLIS_HOME: home, WILLIS_PORT: `${port}`, WILLIS_DIMSE_PORT: `${dimse}` };
  const child = spawn(process.execPath, [RUN, "serve", "--no-demo"], { env, stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  await new Promise<void>((ready, failed) => {
    child.once("exit", (code) => failed(new Error(`Willis ended with ${code} while it started:\n${said}`)));
    child.stdout.on("data", (chunk) => {
      said += chunk;
      if (said.includes("Ctrl-C stops")) ready();
    });
  });
  const cli = (...args: string[]): string => execFileSync(process.execPath, [RUN, ...args], { env, encoding: "utf8" });
  // The organisation that the server began with: what a sender that nobody knows stores by C-STORE is kept there.
  const organisation = ["--organisation", "Our hospital"];
  try {
    cli("user", "add", "--login", "bench", "--name", "Bench", "--role", "interventionalist", ...organisation);
  } catch (error) {
    if (!String(error).includes("already")) throw error; // a home that was kept has the person
  }
  const { token } = JSON.parse(cli("token", "create", "--user", "bench", "--json")) as { token: string };
  return {
    name: "Willis",
    web: `http://127.0.0.1:${port}/dicom-web`,
    headers: { authorization: `Bearer ${token}` },
    dimse: { host: "127.0.0.1", port: dimse, aeTitle: "WILLIS" },
    pid: child.pid!,
    async stop() {
      const gone = child.exitCode === null ? once(child, "exit") : Promise.resolve();
      child.kill("SIGTERM");
      await gone;
    },
  };
}
