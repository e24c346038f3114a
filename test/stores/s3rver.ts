import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { steadyPort } from "../free-port.ts";
import type { RunningStore } from "./object-store.ts";

/** s3rver in a process of its own, so that it can be killed; its objects are files below `folder`. */
export async function startS3rver(folder: string): Promise<RunningStore> {
  let child: ChildProcess | null = null;
  const port = await steadyPort();
  const kill = async (): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  const start = async (): Promise<void> => {
    const program = fileURLToPath(new URL("./s3rver-process.mjs", import.meta.url));
    child = spawn(process.execPath, [program, folder, String(port)], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    await Promise.race([
      once(child, "message"),
      once(child, "exit").then(() => Promise.reject(new Error("s3rver did not start"))),
    ]);
    child.disconnect();
  };
  await start();
  return {
    name: "s3rver",
    endpoint: `http://127.0.0.1:${port}`,
    accessKey: "S3RVER",
    secretKey: "S3RVER",
    kill,
    start,
  };
}
