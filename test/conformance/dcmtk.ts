import { type ChildProcess, execFile, spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { onPath } from "../tools.ts";

/** Why tests against dcmtk are skipped; empty when it is there. */
export async function withoutDcmtk(): Promise<string> {
  return (await onPath("storescu")) ? "" : "dcmtk is not installed here";
}

/** Runs one of its programs to the end: exit code and all that it said. */
export function dcmtk(
  program: string,
  args: readonly string[],
  options: { cwd?: string } = {},
): Promise<{ code: number; text: string }> {
  return new Promise((done) => {
    execFile(program, args, { ...options, timeout: 60_000, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === "number" ? error.code : 1) : 0;
      done({ code, text: stdout + stderr });
    });
  });
}

/** A program of dcmtk that listens; `stop` ends it. */
export async function listening(program: string, args: readonly string[]): Promise<{ stop(): Promise<void> }> {
  const child: ChildProcess = spawn(program, args, { stdio: "ignore" });
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  await sleep(300);
  return {
    async stop() {
      child.kill();
      await ended;
    },
  };
}

/** The files of a folder with their bytes. */
export async function filesOf(folder: string): Promise<{ name: string; bytes: Buffer }[]> {
  const names = (await readdir(folder)).sort();
  return Promise.all(names.map(async (name) => ({ name, bytes: await readFile(`${folder}/${name}`) })));
}
