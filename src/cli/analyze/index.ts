import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ParseArgsConfig, parseArgs } from "node:util";
import { WillisError } from "../../core/errors.ts";
import { NOT_A_DEVICE } from "../../core/tier.ts";
import { status } from "../status.ts";
import { EXIT, UsageError, type Verb } from "../verb.ts";
import type { AnalysisKind } from "./kind.ts";

/** Loaded on demand: one kind does not wait for the kernels of the others. */
const KINDS: Readonly<Record<string, { summary: string; load: () => Promise<AnalysisKind> }>> = {
  aneurysm: {
    summary: "aneurysm of a 3DRA, CTA or TOF from a point in its dome: neck, size, shape, working projections",
    load: async () => (await import("./aneurysm.ts")).aneurysmKind,
  },
  dsa: {
    summary: "an angiographic run: subtraction, motion correction, phases, maps of times and densities",
    load: async () => (await import("./dsa.ts")).dsaKind,
  },
  perfusion: {
    summary: "CT or DSC MR perfusion of a folder: maps, core, mismatch",
    load: async () => (await import("./perfusion.ts")).perfusionKind,
  },
  register: {
    summary: "rigid registration of two volumes: matrix, resampled volume, DICOM registration",
    load: async () => (await import("./register.ts")).registerKind,
  },
  vessel: {
    summary: "vessel of a 3DRA, CTA or TOF from a seed: mask, centrelines, diameters, surface",
    load: async () => (await import("./vessel.ts")).vesselKind,
  },
};

const COMMON = `  --out OUT        write results there, result.json among them
  --json           print the result as JSON on standard output and nothing else there

The JSON of every kind has limitations [{ code, message }], steps_s and notice.
Exit codes: 0 done; 1 it failed; 2 the command line is wrong; 3 nothing there can be analysed (the message says why).
${NOT_A_DEVICE}
`;

/** The verb `analyze`: the words after it are the kind, its inputs and its options. */
export const analyze: Verb = {
  summary: "compute numbers from DICOM files, without a server",
  async help(args) {
    const [name] = args.filter((word) => !word.startsWith("-"));
    const entry = name === undefined ? undefined : KINDS[name];
    if (!entry || name === undefined) return overview();
    const kind = await entry.load();
    return `node run.mjs analyze ${name} ${kind.inputs.join(" ")} [--out OUT] [--json] [options]\n\n${kind.help}\n${COMMON}`;
  },
  async run(args) {
    try {
      return await run(args);
    } catch (error) {
      if (!(error instanceof WillisError)) throw error;
      process.stderr.write(`${error.message}\n`);
      return ["not-found", "bad-request"].includes(error.code) ? EXIT.usage : EXIT.nothing;
    }
  },
};

function overview(): string {
  const rows = Object.entries(KINDS).map(([name, { summary }]) => `  ${name.padEnd(12)} ${summary}`);
  return `node run.mjs analyze KIND ... [--out OUT] [--json] [options]

Computes numbers from DICOM files, without a server.

${rows.join("\n")}

  node run.mjs analyze KIND --help   says what the kind takes, computes and writes

${COMMON}`;
}

async function run([name, ...args]: string[]): Promise<number> {
  const entry = name === undefined ? undefined : KINDS[name];
  if (!entry) {
    const known = Object.keys(KINDS).map((kind) => `"${kind}"`);
    throw new UsageError(`Say what to analyse: ${known.join(", ")}; "${name ?? ""}" is not there.`);
  }
  const kind = await entry.load();
  const options: NonNullable<ParseArgsConfig["options"]> = {
    ...kind.options,
    out: { type: "string" },
    json: { type: "boolean", default: false },
  };
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
  if (positionals.length !== kind.inputs.length)
    throw new UsageError(`Give exactly ${kind.inputs.length}: analyze ${name} ${kind.inputs.join(" ")}.`);
  const out = values.out as string | undefined;
  const began = performance.now();
  const steps: Record<string, number> = {};
  const took = (step: string, seconds: number): void => {
    steps[step] = Math.round(seconds * 1000) / 1000;
  };
  const line = process.stderr.isTTY ? status() : { step: () => {}, note: () => {}, done: () => {} };
  if (out !== undefined) mkdirSync(out, { recursive: true });
  const outcome = await kind.run({
    paths: positionals,
    values: values as Record<string, string | boolean | undefined>,
    out,
    line,
    took,
    async timed(step, work) {
      const start = performance.now();
      try {
        return await work();
      } finally {
        took(step, (performance.now() - start) / 1000);
      }
    },
  });
  took("total", (performance.now() - began) / 1000);
  const full = { ...outcome.report, limitations: outcome.limitations, steps_s: steps, notice: NOT_A_DEVICE };
  if (out !== undefined) writeFileSync(join(out, "result.json"), `${JSON.stringify(full, null, 1)}\n`);
  line.done();
  process.stdout.write(
    values.json ? `${JSON.stringify(full)}\n` : `${outcome.words(steps.total!)}\n  ${NOT_A_DEVICE}\n`,
  );
  return EXIT.ok;
}
