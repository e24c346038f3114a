import { setImmediate as breathe } from "node:timers/promises";
import { text } from "../../../dicom/data-set.ts";
import { COMMAND } from "../../../dicom/dimse.ts";
import { type Search, search } from "../../db/archive/search.ts";
import { searchPatients } from "../../db/archive/search-patients.ts";
import { archiveScope } from "../../db/archive/visible.ts";
import { type AnswerFrame, answerOfPatient, answerOfRow } from "../find-answers.ts";
import { type FindKeys, findKeys, INDEX_LEVEL } from "../find-keys.ts";
import { agreeRelational, levelOf, type QueryLevel, takesModel } from "../query-model.ts";
import { type DimseRequest, Refusal, type Service, STATUS } from "../service.ts";

/** Most answers to one query; more is refused with A700, as a list that is cut in silence would be believed. */
const MOST: Readonly<Record<QueryLevel, number>> = { PATIENT: 5000, STUDY: 5000, SERIES: 10_000, IMAGE: 20_000 };
const PAGE = 200;

/** C-FIND of Patient Root and Study Root (PS3.4 C.4.1), over what people of the caller's organisation may see. */
export const find: Service = {
  name: "C-FIND",
  needs: "find",
  fields: [COMMAND.find],
  takes: takesModel("find"),
  negotiate: agreeRelational,
  async handle(request) {
    const { message, session, ownAeTitle, respond, cancelled, signal } = request;
    const identifier = await request.dataSet();
    const level = levelOf(identifier, message, session);
    const keys = findKeys(identifier, level);
    const charset = text(identifier, "SpecificCharacterSet") ?? "";
    const frame: AnswerFrame = { level, retrieveAeTitle: ownAeTitle, returns: keys.returns, charset };
    const status = keys.unsupported.length > 0 ? STATUS.pendingUnsupportedKeys : STATUS.pending;
    let sent = 0;
    for await (const answer of answers(request, keys, frame)) {
      if (signal.aborted) break;
      await respond(status, {}, answer);
      if (++sent % 25 === 0) await breathe(); // so that a C-CANCEL is heard
    }
    const asked = keys.matches.map(({ key }) => key.column);
    request.note("peer", request.caller.aeTitle, { level, answers: sent, matchedBy: [...new Set(asked)].slice(0, 20) });
    await respond(cancelled() ? STATUS.cancelled : STATUS.success);
  },
};

async function* answers(request: DimseRequest, keys: FindKeys, frame: AnswerFrame) {
  const { services, caller } = request;
  const scope = archiveScope(caller);
  const most = MOST[frame.level];
  if (frame.level === "PATIENT") {
    const found = await searchPatients(services.pool, scope, keys.matches, most);
    checked(found.length, frame.level);
    for (const patient of found) yield answerOfPatient(patient, frame);
    return;
  }
  const how = { fuzzy: false, multiple: true, apart: true, offset: 0 } as const;
  const wanted: Search = { level: INDEX_LEVEL[frame.level], scope, matches: keys.matches, ...how, limit: most };
  const found = await search(services.pool, wanted);
  checked(found.length, frame.level);
  if (!keys.beyondIndex) {
    for (const row of found) yield await answerOfRow(row, frame);
    return;
  }
  let after = {};
  for (let left = found.length; left > 0 && !request.signal.aborted; ) {
    const page = await search(services.pool, { ...wanted, ...after, limit: Math.min(PAGE, left), metadata: true });
    page.splice(Math.min(PAGE, left));
    if (page.length === 0) return;
    for (const row of page) yield await answerOfRow(row, frame);
    left -= page.length;
    after = { after: page.at(-1)!.place };
  }
}

function checked(found: number, level: QueryLevel): void {
  if (found <= MOST[level]) return;
  throw new Refusal(STATUS.outOfResources, `more than ${MOST[level]} matches: narrow the query`);
}
