import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { Pool } from "../db/pool.ts";
import type { Live, LiveEvent } from "./live.ts";

const CHANNEL = "willis_live";
const LONGEST_WAIT_MS = 10_000;

/**
 * The live channel by LISTEN/NOTIFY: one connection of its own per server, made again when it is lost. What was said
 * while it was away is lost too: an event only says that something changed, and a page asks again when it returns or is reloaded.
 */
export async function postgresLive(pool: Pool, connectionString: string): Promise<Live> {
  const listeners = new Set<(event: LiveEvent) => void>();
  let stopped = false;
  let client: pg.Client | null = null;

  async function connect(): Promise<void> {
    const next = new pg.Client({ connectionString, application_name: "willis live", keepAlive: true });
    next.on("error", () => {});
    next.on("end", () => {
      if (!stopped && client === next) void reconnect();
    });
    next.on("notification", ({ payload }) => {
      const event = payload ? parse(payload) : null;
      if (event) for (const listener of listeners) tell(listener, event);
    });
    await next.connect();
    await next.query(`listen ${CHANNEL}`);
    client = next;
  }
  async function reconnect(): Promise<void> {
    for (let wait = 100; !stopped; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      try {
        await connect();
        if (stopped) await client?.end();
        return;
      } catch (error) {
        console.error(`live channel lost, trying again in ${wait} ms: ${(error as Error).message}`);
        await sleep(wait, undefined, { ref: false });
      }
    }
  }
  await connect();
  return {
    async publish(event) {
      await pool.query("select pg_notify($1, $2)", [CHANNEL, JSON.stringify(event)]);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async stop() {
      stopped = true;
      listeners.clear();
      await client?.end().catch(() => {});
    },
  };
}

function parse(payload: string): LiveEvent | null {
  try {
    return JSON.parse(payload) as LiveEvent;
  } catch {
    return null;
  }
}

/** A listener that fails must not keep the others from hearing. */
function tell(listener: (event: LiveEvent) => void, event: LiveEvent): void {
  try {
    listener(event);
  } catch (error) {
    console.error("a listener of the live channel failed:", error);
  }
}
