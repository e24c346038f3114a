import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

const LONGEST_WAIT_MS = 10_000;

export interface Listening {
  stop(): Promise<void>;
}

/**
 * LISTEN on one channel, on a connection of its own that is made again when it is lost. What was said while it was away
 * is lost: `returned` is called when it is back, so that whoever depends on it looks for himself.
 */
export async function postgresListen(
  connectionString: string,
  channel: string,
  heard: (payload: string) => void,
  returned: () => void = () => {},
): Promise<Listening> {
  let stopped = false;
  let client: pg.Client | null = null;

  async function connect(): Promise<void> {
    const next = new pg.Client({ connectionString, application_name: `willis ${channel}`, keepAlive: true });
    next.on("error", () => {});
    next.on("end", () => {
      if (!stopped && client === next) void reconnect();
    });
    next.on("notification", ({ payload }) => {
      if (payload) heard(payload);
    });
    await next.connect();
    await next.query(`listen ${channel}`);
    client = next;
  }
  async function reconnect(): Promise<void> {
    for (let wait = 100; !stopped; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      try {
        await connect();
        if (stopped) await client?.end();
        else returned();
        return;
      } catch (error) {
        console.error(`${channel}: database lost, trying again in ${wait} ms: ${(error as Error).message}`);
        await sleep(wait, undefined, { ref: false });
      }
    }
  }
  await connect();
  return {
    async stop() {
      stopped = true;
      await client?.end().catch(() => {});
    },
  };
}
