import { WillisError } from "../core/errors.ts";
import { EXIT, UsageError, type Verb } from "./verb.ts";

/** Loaded on demand: `--help` and a quick verb do not wait for the whole server. */
const VERBS: Record<string, { summary: string; load: () => Promise<Verb> }> = {
  serve: {
    summary: "start Willis: database, web app, DICOMweb and DIMSE",
    load: async () => (await import("./serve.ts")).serve,
  },
  work: {
    summary: "compute what servers on the same database have queued",
    load: async () => (await import("./work.ts")).work,
  },
  import: { summary: "store a folder of DICOM files", load: async () => (await import("./import.ts")).importVerb },
  analyze: {
    summary: "compute numbers from DICOM files, without a server",
    load: async () => (await import("./analyze/index.ts")).analyze,
  },
  deidentify: {
    summary: "remove the patient from DICOM files by PS3.15 Annex E",
    load: async () => (await import("./deidentify.ts")).deidentify,
  },
  evaluate: {
    summary: "set facts against the guidelines in force",
    load: async () => (await import("./evaluate.ts")).evaluate,
  },
  packs: {
    summary: "check, compare, sign and exchange knowledge packs",
    load: async () => (await import("./packs/index.ts")).packs,
  },
  phantom: {
    summary: "render the digital patient, with its truth",
    load: async () => (await import("./phantom.ts")).phantom,
  },
  user: { summary: "list, add, link and disable people", load: async () => (await import("./user.ts")).user },
  token: { summary: "create, list and revoke API tokens", load: async () => (await import("./token.ts")).token },
  peers: { summary: "list, add and test DICOM peers", load: async () => (await import("./peers.ts")).peers },
  cds: {
    summary: "list, add and remove EHRs that may call CDS Hooks",
    load: async () => (await import("./cds.ts")).cds,
  },
  doctor: {
    summary: "say what this machine has and what is wrong",
    load: async () => (await import("./doctor.ts")).doctor,
  },
};

function overview(): string {
  const rows = Object.entries(VERBS).map(([name, verb]) => `  ${name.padEnd(10)} ${verb.summary}`);
  return [
    "Willis: the open, self-hosted workspace for interventional neuroradiology.",
    "",
    "  node run.mjs VERB [options]      node run.mjs VERB --help",
    "",
    ...rows,
    "  test       everything that is checked, a real browser included",
    "  bench      speed against named peers, as ratios",
    "",
    "Not a medical device.",
  ].join("\n");
}

async function main([name = "--help", ...args]: string[]): Promise<number> {
  if (name === "--help" || name === "-h" || name === "help") {
    console.log(overview());
    return EXIT.ok;
  }
  const entry = VERBS[name];
  if (!entry) {
    console.error(`There is no verb "${name}".\n\n${overview()}`);
    return EXIT.usage;
  }
  const verb = await entry.load();
  if (args.includes("--help") || args.includes("-h")) {
    console.log(typeof verb.help === "string" ? verb.help : await verb.help(args));
    return EXIT.ok;
  }
  try {
    return await verb.run(args);
  } catch (error) {
    const usage = error instanceof UsageError || (error as { code?: string }).code?.startsWith?.("ERR_PARSE_ARGS");
    if (usage) console.error(`${(error as Error).message}\nSee: node run.mjs ${name} --help`);
    else if (error instanceof WillisError) console.error(error.message);
    else console.error(process.env.WILLIS_DEBUG ? error : `${(error as Error).message ?? error}`);
    return usage ? EXIT.usage : EXIT.failed;
  }
}

process.exitCode = await main(process.argv.slice(2));
if (process.connected) process.disconnect();
