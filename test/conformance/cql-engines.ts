import { parentPort } from "node:worker_threads";
import cql from "cql-execution";
import { definitionsOf, fieldsOf } from "../../src/fhir/bundle.ts";
import { type Definition, elmLibrary } from "../../src/fhir/elm.ts";
import { decide, leavesOf } from "../../src/knowledge/criteria.ts";
import type { Facts } from "../../src/knowledge/validation.ts";
import { loadPacks } from "../../src/server/packs.ts";
import { factsOf, settings, statesOf } from "./cql-settings.ts";

/** What was tried, and the first answers that differ, in words. */
export interface Compared {
  readonly comparisons: number;
  /** By kind of setting, see `settings`. */
  readonly tried: Record<1 | 2 | 3, number>;
  readonly answers: Record<"true" | "false" | "unknown", number>;
  readonly different: string[];
}

const truth = { true: true, false: false, unknown: null } as const;
const MOST_SHOWN = 5;

/** A library of `cql-execution` that answers by the name of a definition. */
function engine(pack: { id: string; version: string }, definitions: readonly Definition[]) {
  const library = new cql.Library(elmLibrary(pack.id, pack.version, definitions, fieldsOf(definitions)));
  return async (name: string, facts: Facts): Promise<boolean | null> => {
    const context = new cql.UnfilteredContext(library, {} as never, undefined, facts as never);
    return (await library.get(name).execute(context)) ?? null;
  };
}

/** Both engines on every comparison and on every recommendation and trial of all packs. */
async function compareEngines(): Promise<Compared> {
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
    const parts = definitions.flatMap(({ name, criterion }) =>
      leavesOf(criterion).map((leaf, k) => ({ name: `${name} ${k}`, criterion: leaf, of: criterion })),
    );
    const ofPart = engine(pack, parts);
    for (const { name, criterion, of } of parts) {
      for (const state of statesOf(of, criterion.field)) {
        const facts = factsOf(criterion.field, state);
        const ours = decide(criterion, facts);
        const theirs = await ofPart(name, facts);
        if (theirs !== truth[ours]) differ(name, ours, theirs, facts);
        comparisons++;
      }
    }
    const ofWhole = engine(pack, definitions);
    for (const { name, criterion } of definitions) {
      for (const { kind, facts } of settings(criterion)) {
        const ours = decide(criterion, facts);
        const theirs = await ofWhole(name, facts);
        if (theirs !== truth[ours]) differ(name, ours, theirs, facts);
        tried[kind]++;
        answers[ours]++;
      }
    }
  }
  return { comparisons, tried, answers, different };
}

parentPort?.postMessage(await compareEngines());
