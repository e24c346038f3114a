import type { Pool } from "../db/pool.ts";
import type { Live, LiveEvent } from "./live.ts";
import { postgresListen } from "./postgres-listen.ts";

const CHANNEL = "willis_live";

/**
 * The live channel by LISTEN/NOTIFY: one connection of its own per server, made again when it is lost. What was said
 * while it was away is lost too: an event only says that something changed, and a page asks again when it returns or is reloaded.
 */
export async function postgresLive(pool: Pool, connectionString: string): Promise<Live> {
  const listeners = new Set<(event: LiveEvent) => void>();
  const listening = await postgresListen(connectionString, CHANNEL, (payload) => {
    const event = parse(payload);
    if (event) for (const listener of listeners) tell(listener, event);
  });
  return {
    async publish(event) {
      await pool.query("select pg_notify($1, $2)", [CHANNEL, JSON.stringify(event)]);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async stop() {
      listeners.clear();
      await listening.stop();
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
