import { Worker } from "node:worker_threads";
import type { Progress } from "../../core/progress.ts";
import { CASES, factsOf, type PhantomCase, type PhantomFile } from "../../phantom/index.ts";
import { findPerson, personOf } from "../auth/people.ts";
import { addMessage, addTypedFact, createCase, referCase, updateCase } from "../db/cases/index.ts";
import { transaction } from "../db/pool.ts";
import { answerCase } from "../decisions/answer.ts";
import type { Person } from "../http/route.ts";
import type { Services } from "../http/services.ts";
import { storeObject } from "../ingest/store-object.ts";
import { type DemoPerson, makeDemoPeople } from "./people.ts";
import type { RenderMessage } from "./render-worker.ts";

const MINUTE = 60_000;
const SEED = 1;
/** Cases that come answered, so that a newcomer sees what an answer looks like. */
const ANSWERED: Readonly<
  Record<string, { kind: "accept" | "need-data" | "decline"; option?: string; reason: string }>
> = {
  "ruptured-aneurysm": {
    kind: "accept",
    option: "intervention",
    reason: "Coiling this morning; keep systolic pressure below 160 mmHg until then.",
  },
};

/**
 * Loads the demo hospital: people, cases, and images rendered from the phantom, through the same doors as real ones. What
 * is there whole already is left alone; a case that was interrupted is continued. `cases`: all of them when left out.
 */
export async function loadDemo(services: Services, progress: Progress, cases = CASES): Promise<void> {
  const people = await makeDemoPeople(services.pool);
  if (people.length === 0) return;
  const { rows } = await services.pool.query("select name from demo_case where loaded_at is not null");
  const there = new Set(rows.map((row) => row.name));
  const todo = cases.filter((one) => !there.has(one.name));
  const fractions = todo.map(() => 0);
  const waiting = [...todo.keys()];
  const lane = async () => {
    for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
      const at = index;
      await loadCase(services, people, todo[at]!, (step, fraction) => {
        fractions[at] = fraction;
        progress(`Demo hospital, first start only: ${todo[at]!.title}, ${step}`, sum(fractions) / todo.length);
      });
    }
  };
  await Promise.all([lane(), lane()]);
}

async function loadCase(
  services: Services,
  people: readonly DemoPerson[],
  theCase: PhantomCase,
  progress: Progress,
): Promise<void> {
  const { pool } = services;
  const spoke = people.find((one) => one.login === (theCase.urgency === "elective" ? "lindqvist" : "keller"))!;
  const hub = people.find((one) => one.login === "brunner")!;
  const now = services.now().getTime();
  const referredAt = now - (theCase.urgency === "critical" ? 4 : theCase.urgency === "urgent" ? 50 : 26 * 60) * MINUTE;
  const find = () => pool.query("select case_id, imaged_at from demo_case where name = $1", [theCase.name]);
  if (!(await find()).rows[0]) await writeCase(services, theCase, spoke, hub, referredAt);
  const { case_id: caseId, imaged_at: imagedAt } = (await find()).rows[0];
  for await (const file of render(theCase.name, imagedAt.toISOString(), progress)) {
    const origin = {
      organisationId: spoke.organisationId,
      via: "demo",
      who: spoke.id,
      name: file.path,
      caseId,
    } as const;
    const { state } = await storeObject(services, file.bytes, origin);
    if (state === "quarantined" || state === "ignored")
      throw new Error(`the demo image ${file.path} was not stored: ${state}`);
  }
  await pool.query("update demo_case set loaded_at = now() where name = $1", [theCase.name]);
  const answer = ANSWERED[theCase.name];
  if (answer) await answerCase(services, caseId, answer, await asPerson(services, hub));
}

async function writeCase(
  services: Services,
  theCase: PhantomCase,
  spoke: DemoPerson,
  hub: DemoPerson,
  referredAt: number,
): Promise<void> {
  const opened = new Date(referredAt - 3 * MINUTE);
  const { patient, kind, urgency, question } = theCase;
  const by = { personId: spoke.id, organisationId: spoke.organisationId };
  await transaction(services.pool, async (sql) => {
    const [family, given] = patient.name.split("^");
    const birthDate = patient.birthDate.replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3");
    const who = { name: `${family}, ${given}`, identifier: patient.patientId, birthDate, sex: patient.sex };
    const id = await createCase(
      sql,
      { kind, urgency, question, patient: who, toOrganisationId: hub.organisationId },
      by,
      opened,
    );
    if (theCase.lastKnownWellHoursAgo !== undefined) {
      const at = new Date(referredAt - theCase.lastKnownWellHoursAgo * 60 * MINUTE).toISOString();
      await updateCase(sql, id, { lastKnownWell: { at, by: "daughter" } }, spoke.id, opened);
    }
    for (const [name, value] of Object.entries(factsOf(theCase, referredAt))) {
      const derived = name === "age_years" || (name === "time_lkw_h" && theCase.lastKnownWellHoursAgo !== undefined);
      if (!derived) await addTypedFact(sql, id, { name, value, observedAt: opened.toISOString() }, spoke, opened);
    }
    await referCase(sql, id, by, new Date(referredAt));
    const last = Math.max(1, ...theCase.story.map((one) => one.afterMinutes));
    const pace = Math.min(1, (services.now().getTime() - referredAt) / MINUTE / (last + 0.5));
    for (const { from, afterMinutes, text } of theCase.story) {
      const at = new Date(referredAt + afterMinutes * pace * MINUTE);
      await addMessage(sql, id, text, from === "hub" ? hub.id : spoke.id, at);
    }
    const imagedAt = new Date(referredAt - 35 * MINUTE);
    await sql.query("insert into demo_case (name, case_id, imaged_at) values ($1, $2, $3)", [
      theCase.name,
      id,
      imagedAt,
    ]);
  });
}

/** The files of a case, rendered in a thread that stays one handful ahead. */
async function* render(name: string, at: string, progress: Progress): AsyncGenerator<PhantomFile> {
  const worker = new Worker(new URL("./render-worker.ts", import.meta.url), { workerData: { name, seed: SEED, at } });
  const queue: (readonly PhantomFile[])[] = [];
  let wake = () => {};
  let failure: Error | null = null;
  worker.on("message", (message: RenderMessage) => {
    if (message.kind === "progress") return progress(message.step, message.fraction);
    queue.push(message.files);
    wake();
  });
  worker.on("error", (error) => {
    failure = error as Error;
    wake();
  });
  try {
    worker.postMessage("next");
    for (;;) {
      while (queue.length === 0 && !failure) {
        const waiting = Promise.withResolvers<void>();
        wake = waiting.resolve;
        await waiting.promise;
      }
      if (failure) throw failure;
      const files = queue.shift()!;
      if (files.length === 0) return;
      worker.postMessage("next");
      yield* files;
    }
  } finally {
    await worker.terminate();
  }
}

async function asPerson(services: Services, one: DemoPerson): Promise<Person> {
  return personOf((await findPerson(services.pool, one.id))!, "session");
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
