import { WillisError } from "../../core/errors.ts";
import { keyedPseudonyms, type Pseudonyms } from "../../dicom/deidentify/pseudonyms.ts";
import { type InstanceFile, seriesInstances } from "../db/archive/instances.ts";
import type { Services } from "../http/services.ts";
import { chosenSeries } from "./chosen-studies.ts";
import { type ExportCounts, type ExportRun, endExport, noteExport } from "./export-rows.ts";
import { type ManifestLine, manifestCsv, readMe } from "./manifest.ts";
import { macOf, projectSecret } from "./projects.ts";
import { treatObject } from "./treat-object.ts";
import { remember } from "./vault.ts";
import type { ZipEntry } from "./zip-stream.ts";

const AT_ONCE = 2;
const TOLD_EVERY_MS = 500;

interface Wanted {
  readonly file: InstanceFile;
  readonly folder: string;
  readonly name: string;
}

/**
 * The files of an export, one after the other as they are taken: objects, then the list and the page about it. The vault
 * knows each patient and UID before the object leaves. An object that cannot be treated is told in the list, never dropped.
 * Ends the row of the export whatever happens: done, failed, or cancelled by the page or by a client that left.
 */
export async function* exportFiles(services: Services, run: ExportRun, signal: AbortSignal): AsyncGenerator<ZipEntry> {
  const counts: ExportCounts = { done: 0, withheld: 0, flagged: 0, failed: 0 };
  const lines: ManifestLine[] = [];
  let ended = false;
  const end = async (state: "done" | "failed" | "cancelled", error = ""): Promise<void> => {
    if (ended) return;
    ended = true;
    await noteExport(services.pool, run.id, counts);
    await endExport(services.pool, run.id, state, error);
  };
  try {
    const secret = await projectSecret(services, run.projectId);
    const names = keyedPseudonyms(macOf(secret));
    let told = performance.now();
    const treat = (wanted: Wanted) => oneObject(services, run, secret, names, wanted, signal);
    for await (const { line, bytes } of inOrder(wantedFiles(services, run), treat)) {
      lines.push(line);
      count(counts, line);
      if (performance.now() - told > TOLD_EVERY_MS) {
        told = performance.now();
        if (!(await noteExport(services.pool, run.id, counts))) throw new Cancelled();
      }
      signal.throwIfAborted();
      if (bytes) yield { name: line.file, bytes };
    }
    yield { name: "manifest.csv", bytes: Buffer.from(manifestCsv(lines)) };
    yield { name: "README.txt", bytes: Buffer.from(readMe(run.options, counts)) };
    await end("done");
  } catch (error) {
    if (!(error instanceof Cancelled) && !signal.aborted) {
      const known = error instanceof WillisError;
      if (!known) console.error("de-identified export failed:", error);
      await end("failed", known ? error.message : "A fault of ours: the log of the server says more.");
    }
    throw error;
  } finally {
    await end("cancelled");
  }
}

class Cancelled extends WillisError {
  constructor() {
    super("conflict", "The export was cancelled.");
  }
}

/** Numbered folders and files: a name from the hospital could name the patient. */
async function* wantedFiles({ pool }: Services, run: ExportRun): AsyncGenerator<Wanted> {
  const places = new Map<number, number>();
  let series = 0;
  for (const one of await chosenSeries(pool, run.studyIds)) {
    const study = places.get(one.studyId) ?? places.size + 1;
    if (!places.has(one.studyId)) {
      places.set(one.studyId, study);
      series = 0;
    }
    const folder = `study-${String(study).padStart(2, "0")}/series-${String(++series).padStart(3, "0")}`;
    let number = 0;
    for (const file of await seriesInstances(pool, one.id))
      yield { file, folder, name: `${String(++number).padStart(5, "0")}.dcm` };
  }
}

interface Treated {
  readonly line: ManifestLine;
  readonly bytes: Uint8Array | null;
}

async function oneObject(
  services: Services,
  run: ExportRun,
  secret: Uint8Array,
  names: Pseudonyms,
  { file, folder, name }: Wanted,
  signal: AbortSignal,
): Promise<Treated> {
  const how = { options: run.options, secret, looks: false };
  const uid = (original: string) => (run.options.includes("uids") ? original : names.uid(original));
  const unnamed = {
    ...{ file: "", patient: "", modality: "", description: "" },
    ...{ study: uid(file.studyUid), series: uid(file.seriesUid), object: uid(file.sopUid) },
  };
  try {
    const reply = await treatObject(services, file, how, signal);
    if (reply.state === "withheld") return { line: { ...unnamed, state: "withheld", look: reply.reason }, bytes: null };
    const { subject, line, flags, bytes } = reply;
    await remember(services, run.projectId, subject);
    const look = flags.map((flag) => `${flag.risk} ${flag.kind}: ${flag.why}`).join("; ");
    const [study, series, object] = [subject.uids.study[0], subject.uids.series[0], subject.uids.instance[0]];
    const told = { patient: subject.pseudonym, study, series, object, modality: line.modality };
    const path = `${subject.pseudonym}/${folder}/${name}`;
    return { line: { file: path, ...told, description: line.description, state: "given", look }, bytes };
  } catch (error) {
    if (signal.aborted || !(error instanceof WillisError) || error.code === "unavailable") throw error;
    return { line: { ...unnamed, state: "failed", look: error.code }, bytes: null };
  }
}

function count(counts: ExportCounts, { state, look }: ManifestLine): void {
  if (state === "withheld") counts.withheld++;
  else if (state === "failed") counts.failed++;
  else {
    counts.done++;
    if (look !== "") counts.flagged++;
  }
}

/** Works a little ahead, gives in order: never more than two objects in memory beside the one that is being sent. */
async function* inOrder<From, To>(source: AsyncIterable<From>, work: (from: From) => Promise<To>): AsyncGenerator<To> {
  const running: Promise<To>[] = [];
  try {
    for await (const from of source) {
      const one = work(from);
      one.catch(() => {}); // it is awaited below, in its turn
      running.push(one);
      if (running.length >= AT_ONCE) yield await running.shift()!;
    }
    while (running.length > 0) yield await running.shift()!;
  } finally {
    await Promise.allSettled(running);
  }
}
