// The peer: Debian's Orthanc with its DICOMweb plugin, index in SQLite. WILLIS_BENCH_ORTHANC names the root of another Debian
// (`debootstrap --variant=minbase --include=orthanc,orthanc-dicomweb trixie FOLDER`), whose newer Orthanc is taken then.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, openSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Archive } from "./archive-server.ts";
import { freePort } from "./archive-willis.ts";

const ROOT = process.env.WILLIS_BENCH_ORTHANC ?? "";
const PROGRAM = join(ROOT, "/usr/sbin/Orthanc");
const PLUGIN = join(ROOT, "/usr/share/orthanc/plugins/libOrthancDicomWeb.so");

/** The program of another root runs with that root's own loader and libraries, so nobody has to be root. */
function command(): readonly [string, ...string[]] {
  if (ROOT === "") return [PROGRAM];
  const machine = { x64: "x86_64", arm64: "aarch64" }[process.arch as string] ?? process.arch;
  const libraries = [`usr/lib/${machine}-linux-gnu`, "usr/lib"].map((folder) => join(ROOT, folder)).join(":");
  const name = machine === "aarch64" ? "ld-linux-aarch64.so.1" : "ld-linux-x86-64.so.2";
  const loader = [`usr/lib64/${name}`, `usr/lib/${name}`, `usr/lib/${machine}-linux-gnu/${name}`]
    .map((path) => join(ROOT, path))
    .find((path) => existsSync(path));
  if (!loader) throw new Error(`No ${name} below ${ROOT}: WILLIS_BENCH_ORTHANC must be the root of a Debian.`);
  return [loader, "--library-path", libraries, PROGRAM];
}

/** dcmtk looks for its dictionaries where its package puts them; there may be other ones, or none, below "/". */
function dictionaries(): { DCMDICTPATH?: string } {
  if (ROOT === "") return {};
  const share = join(ROOT, "usr/share");
  const folder = readdirSync(share).find((name) => /dcmtk/.test(name) && existsSync(join(share, name, "dicom.dic")));
  if (!folder) return {};
  const files = ["dicom.dic", "private.dic"]
    .map((name) => join(share, folder, name))
    .filter((path) => existsSync(path));
  return { DCMDICTPATH: files.join(":") };
}

/** What is missing for the peer, or null. */
export function orthancMissing(): string | null {
  const where = ROOT === "" ? "" : ` below ${ROOT}`;
  if (!existsSync(PROGRAM)) return `Orthanc is absent${where} (apt install orthanc orthanc-dicomweb)`;
  if (!existsSync(PLUGIN)) return `Orthanc has no DICOMweb${where} (apt install orthanc-dicomweb)`;
  return null;
}

function version(): string {
  const [program, ...args] = command();
  const text = execFileSync(program, [...args, "--version"], { encoding: "utf8" });
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
  const env = { ...process.env, TCP_NODELAY: "1", ...dictionaries() };
  const [program, ...args] = command();
  const child = spawn(program, [...args, file], { stdio: ["ignore", log, log], env });
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
