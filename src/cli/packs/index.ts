import { UsageError, type Verb } from "../verb.ts";
import { check } from "./check.ts";
import { diff } from "./diff.ts";
import { exportPack, importPack } from "./fhir.ts";
import { impact } from "./impact.ts";
import { install, list, remove, trust } from "./install.ts";
import { keygen, sign } from "./sign.ts";

const HELP = `node run.mjs packs check [PACK|FOLDER]... [--json] [--trust KEY.pub]...
                       every pack that comes with Willis, or those named: shape, sources, expiry, vignettes, signature
  packs diff A B [--json]
                       what changed from A to B, by recommendation and criterion
  packs impact A B [--days 365] [--json]
                       of whom B says something else than A: cases that wait for an answer, and decisions of the last days
  packs export PACK --fhir [--out FILE]
                       as FHIR R4: PlanDefinition, Library with CQL and ELM, ActivityDefinition, Evidence
  packs import BUNDLE.json --to FOLDER
                       the pack out of such a bundle, byte for byte; refused when its resources say something else
  packs keygen FILE    a new Ed25519 pair: FILE (private) and FILE.pub
  packs sign PACK --key FILE
                       signs the content hash; signature.json lies beside the files
  packs install FOLDER|BUNDLE.json --why TEXT [--unsigned REASON] [--by LOGIN]
                       in force at once, in running servers too; signed by a key that is relied on, or with the reason
  packs remove PACK --why TEXT [--by LOGIN]
                       out of force at once; its versions are kept for past decisions
  packs list [--json]  what is in force here, who signed it, and what is not in force
  packs trust list | add FILE.pub --name WHOSE | revoke KEY --why TEXT
                       keys whose signature is relied on

PACK is the id of a pack that comes with Willis, or a folder.

Exit codes: 0 all is well; 1 a pack has problems, or two differ; 2 the command cannot be used.
Not a medical device.
`;

const VERBS: Readonly<Record<string, (args: string[]) => number | Promise<number>>> = {
  check,
  diff,
  impact,
  export: exportPack,
  import: importPack,
  keygen,
  sign,
  install,
  remove,
  list,
  trust,
};

/** `packs ...`: what an author and an administrator do with knowledge packs in a terminal. */
export const packs: Verb = {
  summary: "check, compare, sign and exchange knowledge packs",
  help: HELP,
  run([name, ...args]: string[]): Promise<number> {
    const verb = name === undefined ? undefined : Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
    if (!verb) throw new UsageError(`Say what to do with packs: ${Object.keys(VERBS).join(", ")}.`);
    return Promise.resolve(verb(args));
  },
};
