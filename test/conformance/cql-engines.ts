import { parentPort, workerData } from "node:worker_threads";
import cql from "cql-execution";
import { definitionsOf, fieldsOf, libraryName } from "../../src/fhir/bundle.ts";
import { cqlLibrary } from "../../src/fhir/cql.ts";
import { type Definition, elmLibrary } from "../../src/fhir/elm.ts";
import { decide, leavesOf } from "../../src/knowledge/criteria.ts";
import type { Pack } from "../../src/knowledge/pack.ts";
import type { Facts } from "../../src/knowledge/validation.ts";
import { loadPacks } from "../../src/server/packs.ts";
import { factsOf, type SettingKind, settings, statesOf } from "./cql-settings.ts";

/** What the other engine is given: our ELM, or our CQL text through the reference translator. */
export type From = "elm" | "text";

/** What was tried, and the first answers that differ, in words. */
export interface Compared {
  readonly comparisons: number;
  /** By kind of setting, see `settings`. */
  readonly tried: Record<SettingKind, number>;
  readonly answers: Record<"true" | "false" | "unknown", number>;
  readonly different: string[];
}

const truth = { true: true, false: false, unknown: null } as const;
const MOST_SHOWN = 5;

/** The translator takes seconds to load: only where it is asked for. */
async function elmOf(from: From, pack: Pack, definitions: readonly Definition[]) {
  const given = [libraryName(pack.id), pack.version, definitions, fieldsOf(definitions)] as const;
  if (from === "elm") return elmLibrary(...given);
  return (await import("./cql-translator.ts")).translated(cqlLibrary(...given));
}

/** A library of `cql-execution` that answers by the name of a definition. */
async function engine(from: From, pack: Pack, definitions: readonly Definition[]) {
  const library = new cql.Library(await elmOf(from, pack, definitions));
  return async (name: string, facts: Facts): Promise<boolean | null> => {
    const context = new cql.UnfilteredContext(library, {} as never, undefined, facts as never);
    return (await library.get(name).execute(context)) ?? null;
  };
}

/** Both engines on every recommendation and trial of all packs, on these kinds of settings; and on every comparison. */
async function compareEngines(from: From, kinds: readonly SettingKind[]): Promise<Compared> {
  const tried = { 1: 0, 2: 0, 3: 0 };
  const answers = { true: 0, false: 0, unknown: 0 };
  const different: string[] = [];
  let comparisons = 0;
  const differ = (name: string, ours: string, theirs: unknown, facts: Facts) => {
    if (different.length < MOST_SHOWN)
      different.push(`${name}: ${ours} here, ${theirs} there, of ${JSON.stringify(facts)}`);
  };
  for (const pack of loadPacks()) {
    const definitions = definitionsOf(pack);
    if (definitions.length === 0) continue;
    const parts = definitions.flatMap(({ name, criterion }) =>
      leavesOf(criterion).map((leaf, k) => ({ name: `${name} ${k}`, criterion: leaf, of: criterion })),
    );
    const ask = await engine(from, pack, [...definitions, ...parts]);
    for (const { name, criterion, of } of parts) {
      for (const state of statesOf(of, criterion.field)) {
        const facts = factsOf(criterion.field, state);
        const ours = decide(criterion, facts);
        const theirs = await ask(name, facts);
        if (theirs !== truth[ours]) differ(name, ours, theirs, facts);
        comparisons++;
      }
    }
    for (const { name, criterion } of definitions) {
      for (const { kind, facts } of settings(criterion, kinds)) {
        const ours = decide(criterion, facts);
        const theirs = await ask(name, facts);
        if (theirs !== truth[ours]) differ(name, ours, theirs, facts);
        tried[kind]++;
        answers[ours]++;
      }
    }
  }
  return { comparisons, tried, answers, different };
}

const { from, kinds } = workerData as { from: From; kinds: readonly SettingKind[] };
parentPort?.postMessage(await compareEngines(from, kinds));
