import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { steadyPort } from "../free-port.ts";
import { onPath } from "../tools.ts";

export interface TestOrthanc {
  readonly dicomPort: number;
  /** A call of its REST interface; the answer read as JSON. */
  call(method: "GET" | "POST", path: string, body?: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

/** Where Debian puts it; null when it is not installed. */
export async function orthancProgram(): Promise<string | null> {
  return (await onPath("Orthanc")) ?? (await onPath("orthanc"));
}

/** An Orthanc of its own on free ports, that knows one modality "willis". */
export async function startOrthanc(program: string, willis: { aeTitle: string; port: number }): Promise<TestOrthanc> {
  const folder = await mkdtemp(join(tmpdir(), "willis-orthanc-"));
  const [dicomPort, httpPort] = [await steadyPort(), await steadyPort()];
  const modality = {
    AET: willis.aeTitle,
    Host: "127.0.0.1",
    Port: willis.port,
    AllowGet: true,
    AllowMove: true,
    AllowStore: true,
  };
  const settings = {
    ...{ Name: "test", StorageDirectory: folder, IndexDirectory: folder, Plugins: [], DicomAet: "ORTHANC" },
    ...{ DicomPort: dicomPort, HttpPort: httpPort, RemoteAccessAllowed: false, AuthenticationEnabled: false },
    ...{
      DicomModalities: { willis: modality },
      DicomAlwaysAllowGet: true,
      DicomAlwaysAllowMove: true,
      DicomAlwaysAllowFind: true,
    },
    ...{ DicomCheckModalityHost: false, StableAge: 1 },
  };
  const file = join(folder, "orthanc.json");
  await writeFile(file, JSON.stringify(settings));
  const child = spawn(program, [file], { stdio: "ignore" });
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  const url = `http://127.0.0.1:${httpPort}`;
  const call: TestOrthanc["call"] = async (method, path, body) => {
    const answer = await fetch(url + path, {
      method,
      ...(body === undefined ? {} : { body: body instanceof Uint8Array ? Buffer.from(body) : JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`Orthanc ${method} ${path}: ${answer.status} ${text.slice(0, 300)}`);
    return text === "" ? null : JSON.parse(text);
  };
  for (let tries = 0; ; tries++) {
    if (
      await call("GET", "/system").then(
        () => true,
        () => false,
      )
    )
      break;
    if (tries > 100 || child.exitCode !== null) throw new Error("Orthanc did not start");
    await sleep(100);
  }
  return {
    dicomPort,
    call,
    async stop() {
      child.kill();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
