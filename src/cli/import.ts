import { stat } from "node:fs/promises";
import { parseArgs } from "node:util";
import { findOrganisation } from "../server/auth/people.ts";
import type { Services } from "../server/http/services.ts";
import { settleArrivals } from "../server/ingest/arrivals.ts";
import { type FailedFile, storeFolder } from "../server/ingest/store-folder.ts";
import type { Origin, StoreResult } from "../server/ingest/store-object.ts";
import { openServices } from "../server/services.ts";
import { status } from "./status.ts";
import { EXIT, UsageError, type Verb } from "./verb.ts";

const HELP = `node run.mjs import DIR [--organisation NAME-OR-ID] [--case ID] [--json]

Stores every DICOM file below DIR (zip archives are looked into). Each file is stored, or is there already, or goes to
quarantine with the reason, or is left out with the reason (texts, DICOMDIR): none is passed over in silence.

  DIR              a folder, or one file
  --organisation   who owns the images; default: the first hub
  --case ID        attach their studies to this case
  --parallel N     files at once (default 4)
  --json           print the summary as JSON on standard output and nothing else there

Works beside a running server. Exit codes: 0 all in; 1 something went to quarantine or failed; 2 the command line is wrong.`;

const OPTIONS = {
  organisation: { type: "string" },
  case: { type: "string" },
  parallel: { type: "string", default: "4" },
  json: { type: "boolean", default: false },
} as const;

interface Summary {
  files: number;
  stored: number;
  duplicates: number;
  versions: number;
  readonly quarantined: { id: string; name: string; code: string; reason: string }[];
  readonly ignored: { name: string; reason: string }[];
  readonly failed: { name: string; reason: string }[];
  readonly studies: string[];
  readonly warnings: string[];
  seconds: number;
}

/** The verb `import`. */
export const importVerb: Verb = {
  summary: "store a folder of DICOM files",
  help: HELP,
  async run(args) {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    const [folder] = positionals;
    const parallel = Number(values.parallel);
    if (folder === undefined || positionals.length !== 1) throw new UsageError("give one folder or file to import");
    if (!Number.isInteger(parallel) || parallel < 1 || parallel > 64)
      throw new UsageError("--parallel is a number from 1 to 64");
    if (!(await stat(folder).catch(() => null))) throw new UsageError(`there is no ${folder}`);
    const line = status();
    const { services, close } = await openServices({ jobs: false, say: (text) => line.step(text) });
    try {
      const summary = await importFolder(services, folder, values, parallel, line);
      line.done();
      console.log(values.json ? JSON.stringify(summary, null, 2) : inWords(summary));
      return summary.quarantined.length + summary.failed.length === 0 ? EXIT.ok : EXIT.failed;
    } finally {
      await close();
    }
  },
};

async function importFolder(
  services: Services,
  folder: string,
  wanted: { readonly organisation?: string | undefined; readonly case?: string | undefined },
  parallel: number,
  line: ReturnType<typeof status>,
): Promise<Summary> {
  const caseId = wanted.case === undefined ? undefined : await knownCase(services, wanted.case);
  const origin: Origin = {
    ...{ organisationId: await owner(services, wanted.organisation), via: "import", who: "import" },
    ...(caseId === undefined ? {} : { caseId }),
  };
  const began = performance.now();
  const summary: Summary = {
    ...{ files: 0, stored: 0, duplicates: 0, versions: 0, quarantined: [], ignored: [], failed: [] },
    ...{ studies: [], warnings: [], seconds: 0 },
  };
  const onResult = (result: StoreResult | FailedFile, done: number, total: number): void => {
    count(summary, result);
    line.step(`${done} of ${total} files`, done / Math.max(1, total));
  };
  await storeFolder(services, folder, origin, { parallel, onResult });
  await settleArrivals(services);
  summary.seconds = Math.round((performance.now() - began) / 10) / 100;
  return summary;
}

function count(summary: Summary, result: StoreResult | FailedFile): void {
  summary.files++;
  if (result.state === "quarantined") {
    const { id, name, code, reason } = result;
    summary.quarantined.push({ id, name, code, reason });
  } else if (result.state === "ignored") summary.ignored.push({ name: result.name, reason: result.reason });
  else if (result.state === "failed") summary.failed.push({ name: result.name, reason: result.reason });
  else {
    if (result.state === "duplicate") summary.duplicates++;
    else if (result.state === "version") summary.versions++;
    else summary.stored++;
    if (!summary.studies.includes(result.studyUid)) summary.studies.push(result.studyUid);
    for (const text of result.warnings) if (!summary.warnings.includes(text)) summary.warnings.push(text);
  }
}

async function owner({ pool }: Services, wanted: string | undefined): Promise<string> {
  if (wanted !== undefined) {
    const found = await findOrganisation(pool, wanted);
    if (!found) throw new UsageError(`there is no organisation "${wanted}"`);
    return found.id;
  }
  const { rows } = await pool.query<{ id: string }>(
    "select id from organisation order by kind = 'hub' desc, created_at, id limit 1",
  );
  if (!rows[0])
    throw new UsageError(
      "there is no organisation yet: start the server once, or add a person with node run.mjs user add",
    );
  return rows[0].id;
}

async function knownCase({ pool }: Services, id: string): Promise<string> {
  const { rows } = await pool.query<{ id: string }>("select id from clinical_case where id::text = lower($1)", [id]);
  if (!rows[0]) throw new UsageError(`there is no case ${id}`);
  return rows[0].id;
}

function inWords(summary: Summary): string {
  const { files, stored, duplicates, versions, quarantined, ignored, failed, studies, seconds } = summary;
  const reasons = (list: readonly { name: string; reason: string }[]): string[] =>
    list
      .slice(0, MOST_LINES)
      .map(({ name, reason }) => `    ${name}: ${reason}`)
      .concat(list.length > MOST_LINES ? [`    and ${list.length - MOST_LINES} more`] : []);
  return [
    `${files} files in ${seconds} s: ${stored} stored in ${studies.length} studies, ${duplicates} there already`,
    ...(versions > 0 ? [`  ${versions} with other content under a known UID: kept beside the first`] : []),
    ...(quarantined.length > 0 ? [`  ${quarantined.length} in quarantine`, ...reasons(quarantined)] : []),
    ...(ignored.length > 0 ? [`  ${ignored.length} left out`, ...reasons(ignored)] : []),
    ...(failed.length > 0 ? [`  ${failed.length} FAILED: try again`, ...reasons(failed)] : []),
  ].join("\n");
}

const MOST_LINES = 20;
