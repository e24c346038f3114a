import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
/** Independent programs that the conformance tests judge us by, and the Debian packages that hold them. */
const PROGRAMS = {
  storescu: "dcmtk",
  dciodvfy: "dicom3tools",
  gdcmconv: "libgdcm-tools",
  openssl: "openssl",
} as const;
/** Modules of Python, the same. */
const MODULES = { pydicom: "python3-pydicom", numpy: "python3-numpy", gdcm: "python3-gdcm" } as const;
/** Installing it starts it, where something starts services: so only where nothing does, as in a container. */
const SERVICE = { program: "Orthanc", debian: ["orthanc", "orthanc-dicomweb"] } as const;

export async function onPath(program: string): Promise<string | null> {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const file = join(folder, program);
    if (
      await access(file, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return file;
  }
  return null;
}

/** The Python that has this module: Debian's first, else the one on the path. */
export async function pythonWith(module: string): Promise<string | null> {
  for (const python of ["/usr/bin/python3", "python3"]) {
    const there = await run(python, ["-c", `import ${module}`]).then(
      () => true,
      () => false,
    );
    if (there) return python;
  }
  return null;
}

async function startsServices(): Promise<boolean> {
  return access("/run/systemd/system").then(
    () => true,
    () => false,
  );
}

/** Installs what is missing where we may; the tests that need what cannot be had are skipped and say so. */
export async function findTools(): Promise<string> {
  const missing: string[] = [];
  for (const [program, debian] of Object.entries(PROGRAMS)) if (!(await onPath(program))) missing.push(debian);
  for (const [name, debian] of Object.entries(MODULES)) if (!(await pythonWith(name))) missing.push(debian);
  if (!(await onPath(SERVICE.program)) && !(await startsServices())) missing.push(...SERVICE.debian);
  if (missing.length > 0 && process.getuid?.() === 0 && (await onPath("apt-get"))) {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const install = (packages: readonly string[]) =>
      run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], { env });
    await run("apt-get", ["update", "-qq"], { env }).catch(() => {});
    await install(missing).catch(async () => {
      for (const one of missing) await install([one]).catch(() => {}); // one that is not to be had keeps no other away
    });
  }
  const lines: string[] = [];
  for (const name of [...Object.keys(PROGRAMS), SERVICE.program])
    lines.push(`${name}: ${(await onPath(name)) ?? "absent, its tests are skipped"}`);
  for (const name of Object.keys(MODULES))
    if (!(await pythonWith(name))) lines.push(`Python's ${name}: absent, its tests are skipped`);
  return lines.join("\n");
}
