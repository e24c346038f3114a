import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
/** Independent programs that the conformance tests judge us by, and the Debian packages that hold them. */
const PROGRAMS = { storescu: "dcmtk", dciodvfy: "dicom3tools" } as const;

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

/** Installs what is missing where we may; the tests that need what cannot be had are skipped and say so. */
export async function findTools(): Promise<string> {
  const missing: string[] = [];
  for (const [program, debian] of Object.entries(PROGRAMS)) if (!(await onPath(program))) missing.push(debian);
  if (missing.length > 0 && process.getuid?.() === 0 && (await onPath("apt-get"))) {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    await run("apt-get", ["update", "-qq"], { env }).catch(() => {});
    await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...missing], { env }).catch(() => {});
  }
  const lines = await Promise.all(
    Object.keys(PROGRAMS).map(
      async (program) => `${program}: ${(await onPath(program)) ?? "absent, its tests are skipped"}`,
    ),
  );
  return lines.join("\n");
}
