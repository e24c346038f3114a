import { mayRecruit, type Pack } from "../../knowledge/index.ts";
import { lookEvery } from "../dimse/looking.ts";
import type { Services } from "../http/services.ts";
import { screenById } from "./screen.ts";

const PAUSE_MS = 1000;
const LOOK_MS = 3000;
const BATCH = 100;
const FIRST = "00000000-0000-0000-0000-000000000000";

/**
 * Screens cases as their facts come: each case that changed, at most once a second. When the open trials become other ones
 * (a pack was installed, or this process begins), every case that still waits or was accepted is held against them. An
 * answer screens by itself, in its own transaction, so the log is whole also where this was not running.
 */
export function startScreening(services: Services): { stop(): Promise<void> } {
  const waiting = new Set<string>();
  let timer: NodeJS.Timeout | null = null;
  let working: Promise<void> = Promise.resolve();
  let stopped = false;
  let known = "";
  const open = () => services.packs.filter((pack) => pack.trials.some(mayRecruit));
  const screen = (caseId: string) =>
    screenById(services, caseId).catch((error: Error) =>
      console.error(`screening of case ${caseId}: ${error.message}`),
    );
  const work = async () => {
    const ids = [...waiting];
    waiting.clear();
    for (const caseId of ids) if (!stopped) await screen(caseId);
  };
  const leave = services.live.subscribe((event) => {
    if (event.type !== "case" || event.what === "message" || event.what === "images" || open().length === 0) return;
    waiting.add(event.caseId);
    timer ??= setTimeout(() => {
      timer = null;
      working = working.then(work);
    }, PAUSE_MS);
  });
  const looking = lookEvery(LOOK_MS, "screening of open cases", async (stopping) => {
    const packs = open();
    const now = packs.map((pack) => pack.hash).join(" ");
    if (now === known) return;
    for (const pack of packs) {
      for (let last: string | undefined = FIRST; last !== undefined && !stopping.aborted; ) {
        const ids = await notScreened(services, pack, last);
        for (const caseId of ids) if (!stopping.aborted) await screen(caseId);
        last = ids.length === BATCH ? ids.at(-1) : undefined;
      }
    }
    known = now;
  });
  return {
    async stop() {
      stopped = true;
      leave();
      if (timer) clearTimeout(timer);
      await Promise.all([looking.stop(), working]);
    },
  };
}

/** Cases of the kinds of a pack that are not closed and were not yet held against this version of it. */
async function notScreened({ pool }: Services, pack: Pack, after: string): Promise<readonly string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `select c.id from clinical_case c
     where c.status in ('waiting', 'need-data', 'accepted') and c.kind = any($1) and c.id > $2
       and not exists (select 1 from screening s where s.case_id = c.id and s.pack_hash = $3)
     order by c.id limit ${BATCH}`,
    [pack.caseKinds, after, pack.hash],
  );
  return rows.map(({ id }) => id);
}
