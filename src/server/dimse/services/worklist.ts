import { setImmediate as breathe } from "node:timers/promises";
import { type DataSet, type Element, items, put, text } from "../../../dicom/data-set.ts";
import { tagOf } from "../../../dicom/dictionary.ts";
import { COMMAND } from "../../../dicom/dimse.ts";
import { matchesKeys } from "../../../dicom/key-match.ts";
import { listPeers } from "../../db/peers/read-peer.ts";
import { openSteps } from "../../db/workflow/scheduled-steps.ts";
import { Refusal, type Service, STATUS } from "../service.ts";
import { worklistItem } from "../worklist-item.ts";

/** Modality Worklist Information Model - FIND. */
const WORKLIST = "1.2.840.10008.5.1.4.31";
const MOST = 5000;
const CHARACTER_SET = tagOf("SpecificCharacterSet");
const ABOUT: ReadonlySet<number> = new Set([CHARACTER_SET, tagOf("TimezoneOffsetFromUTC")]);
/** Codes stand in for descriptions (type 1C): we have descriptions, and an empty sequence is not allowed in their place. */
const INSTEAD: ReadonlySet<number> = new Set(
  ["ScheduledProtocolCodeSequence", "RequestedProcedureCodeSequence"].map(tagOf),
);

/** C-FIND on the modality worklist (PS3.4 annex K), over the scheduled steps of the caller's organisation. */
export const worklist: Service = {
  name: "Worklist",
  needs: "worklist",
  fields: [COMMAND.find],
  takes: (sopClass) => (sopClass === WORKLIST ? "plain" : false),
  async handle(request) {
    const { services, caller, respond, signal, cancelled } = request;
    const keys = await request.dataSet();
    const steps = await openSteps(services.pool, caller.organisationId, MOST + 1, daysOf(keys));
    if (steps.length > MOST) throw new Refusal(STATUS.outOfResources, `more than ${MOST} steps: narrow the query`);
    const stations = (await listPeers(services.pool, caller.organisationId))
      .filter(({ active, permissions }) => active && permissions.includes("worklist"))
      .map(({ aeTitle }) => aeTitle);
    const charset = text(keys, "SpecificCharacterSet") ?? "";
    let sent = 0;
    for (const step of steps) {
      if (signal.aborted) break;
      const item = worklistItem(step, stations);
      if (!matchesKeys(keys, item)) continue;
      const { answer, unknown } = asked(keys, item);
      if (!charset.includes("ISO_IR 192")) put(answer, CHARACTER_SET, "CS", "ISO_IR 100"); // when it fits; else UTF-8
      await respond(unknown ? STATUS.pendingUnsupportedKeys : STATUS.pending, {}, answer);
      if (++sent % 25 === 0) await breathe(); // so that a C-CANCEL is heard
    }
    request.note("peer", caller.aeTitle, { level: "WORKLIST", answers: sent }); // one row a query: devices ask every minute
    await respond(cancelled() ? STATUS.cancelled : STATUS.success);
  },
};

/** The attributes that were asked for; `unknown` when we do not hold some of them: they come back empty. */
function asked(keys: DataSet, item: DataSet): { answer: DataSet; unknown: boolean } {
  const answer: DataSet = new Map();
  let unknown = false;
  for (const [tag, key] of keys) {
    if (ABOUT.has(tag) || INSTEAD.has(tag) || (tag & 0xffff) === 0) continue;
    const found = item.get(tag);
    if (!found) unknown = true;
    if (!found) answer.set(tag, emptied(key));
    else if (key.vr !== "SQ" || found.vr !== "SQ") answer.set(tag, found);
    else {
      const wanted = (key.value as readonly DataSet[])[0];
      if (!wanted || wanted.size === 0) {
        answer.set(tag, found); // an empty sequence asks for all of it (PS3.4 C.2.2.2.6)
        continue;
      }
      const parts = (found.value as readonly DataSet[]).map((one) => asked(wanted, one));
      unknown ||= parts.some((part) => part.unknown);
      answer.set(tag, { vr: "SQ", value: parts.map((part) => part.answer) });
    }
  }
  return { answer, unknown };
}

function emptied({ vr, value }: Element): Element {
  return { vr, value: value instanceof Uint8Array ? new Uint8Array(0) : [] };
}

/** Bounds of the start that the keys give, a day wider: the keys themselves decide. */
function daysOf(keys: DataSet): { from: Date | null; to: Date | null } {
  const step = items(keys, "ScheduledProcedureStepSequence")[0];
  const value = (step && text(step, "ScheduledProcedureStepStartDate")?.trim()) ?? "";
  const [from, to] = value.includes("-") ? value.split("-") : [value, value];
  return { from: day(from, -1), to: day(to, 2) };
}

function day(text = "", plus: number): Date | null {
  const [, year, month, date] = /^(\d{4})(\d{2})(\d{2})$/.exec(text.trim()) ?? [];
  return year === undefined ? null : new Date(Number(year), Number(month) - 1, Number(date) + plus);
}
