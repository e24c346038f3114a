// The peer: Debian's Orthanc with its DICOMweb plugin, index in SQLite, or in PostgreSQL where that plugin is installed.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Archive } from "./archive-server.ts";
import { freePort } from "./archive-willis.ts";

const PROGRAM = "/usr/sbin/Orthanc";
const PLUGIN = "/usr/share/orthanc/plugins/libOrthancDicomWeb.so";

/** What is missing for the peer, or null. */
export function orthancMissing(): string | null {
  if (!existsSync(PROGRAM)) return "Orthanc is absent (apt install orthanc orthanc-dicomweb)";
  if (!existsSync(PLUGIN)) return "Orthanc has no DICOMweb here (apt install orthanc-dicomweb)";
  return null;
}

function version(): string {
  const text = execFileSync(PROGRAM, ["--version"], { encoding: "utf8" });
  return /Orthanc (?:version )?(\d[\w.]*)/.exec(text)?.[1] ?? "of unknown version";
}

export async function startOrthanc(folder: string): Promise<Archive> {
  const store = join(folder, "orthanc");
  mkdirSync(store, { recursive: true });
  const [http, dimse] = [await freePort(), await freePort()];
  const settings = {
    ...{ Name: "peer", StorageDirectory: store, IndexDirectory: store, HttpPort: http, DicomPort: dimse },
    ...{ DicomAet: "ORTHANC", RemoteAccessAllowed: false, AuthenticationEnabled: false, Plugins: [PLUGIN] },
    ...{ DicomAlwaysAllowFind: true, DicomAlwaysAllowGet: true, DicomAlwaysAllowMove: true },
    ...{ DicomWeb: { Enable: true, Root: "/dicom-web/" }, ExecuteLuaEnabled: false },
  };
  const file = join(folder, "orthanc.json");
  writeFileSync(file, JSON.stringify(settings));
  const log = openSync(join(folder, "orthanc.log"), "a");
  const env = { ...process.env, TCP_NODELAY: "1" };
  const child = spawn(PROGRAM, [file], { stdio: ["ignore", log, log], env });
  const web = `http://127.0.0.1:${http}/dicom-web`;
  for (let tries = 0; ; tries++) {
    if (child.exitCode !== null) throw new Error(`Orthanc ended with ${child.exitCode}; see ${folder}/orthanc.log`);
    const answer = await fetch(`${web}/studies?limit=1`).catch(() => null);
    if (answer?.ok) break;
    if (tries > 600) throw new Error(`Orthanc did not answer within 30 s; see ${folder}/orthanc.log`);
    await sleep(50);
  }
  return {
    name: `Orthanc ${version()}`,
    web,
    headers: {},
    dimse: { host: "127.0.0.1", port: dimse, aeTitle: "ORTHANC" },
    pid: child.pid!,
    async stop() {
      const gone = child.exitCode === null ? once(child, "exit") : Promise.resolve();
      child.kill("SIGTERM");
      await gone;
    },
  };
}
