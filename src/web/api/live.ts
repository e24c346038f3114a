import { useSyncExternalStore } from "react";
import { queryClient } from "./query-client.ts";

export type Connection = "connecting" | "live" | "lost";

/** The live channel says that something changed, never what; the page asks again through the ordinary routes. */
interface LiveEvent {
  readonly type: "case" | "analysis" | "study";
  readonly caseId?: string;
  readonly analysisId?: string;
  readonly what?: string;
  readonly state?: string;
  readonly step?: string;
  readonly progress?: number;
}

interface ConnectionState {
  readonly state: Connection;
  /** When the channel was last known to work, ms. */
  readonly lastHeard: number | null;
}

/** An analysis that is running, as the channel last told it. */
export interface AnalysisPulse {
  readonly state: string;
  readonly step: string;
  readonly progress: number;
}

let connection: ConnectionState = { state: "connecting", lastHeard: null };
let pulses: ReadonlyMap<string, AnalysisPulse> = new Map();
const listeners = new Set<() => void>();
let source: EventSource | null = null;
/** Takes the listeners of the channel before this one off the window. */
let leave: (() => void) | null = null;

function tell(next: ConnectionState): void {
  connection = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Many events come in bursts (each arriving slice): ask again at most once in 400 ms for one key. */
const pending = new Map<string, ReturnType<typeof setTimeout>>();
function askAgain(key: readonly unknown[]): void {
  const name = JSON.stringify(key);
  if (pending.has(name)) return;
  pending.set(
    name,
    setTimeout(() => {
      pending.delete(name);
      void queryClient.invalidateQueries({ queryKey: key });
    }, 400),
  );
}

function heard(event: LiveEvent): void {
  if (event.type === "case") {
    askAgain(["cases"]);
    if (event.caseId) askAgain(["case", event.caseId]);
  } else if (event.type === "analysis" && event.analysisId) {
    const { state = "", step = "", progress = 0 } = event;
    pulses = new Map(pulses).set(event.analysisId, { state, step, progress });
    tell(connection);
    if (state === "done" || state === "failed" || state === "cancelled") {
      askAgain(["case"]);
      askAgain(["cases"]);
      askAgain(["studies"]);
    }
    askAgain(["analysis", event.analysisId]);
  } else {
    askAgain(["admin", "arrivals"]);
    askAgain(["studies"]);
    askAgain(["case"]);
    askAgain(["cases"]);
  }
}

/** Whether a channel before was lost, so that the next one asks for everything again. */
let wasLost = false;

/** Opens the channel; the browser reconnects by itself, and then everything is asked again. Returns how to close it. */
export function listen(): () => void {
  source?.close();
  const mine = new EventSource("/api/live");
  source = mine;
  mine.onopen = () => {
    tell({ state: "live", lastHeard: Date.now() });
    if (wasLost) void queryClient.invalidateQueries();
    wasLost = false;
  };
  mine.addEventListener("willis", (message) => {
    tell({ state: "live", lastHeard: Date.now() });
    heard(JSON.parse((message as MessageEvent<string>).data) as LiveEvent);
  });
  let again: ReturnType<typeof setTimeout> | null = null;
  mine.onerror = () => {
    wasLost = true;
    tell({ state: "lost", lastHeard: connection.lastHeard });
    // A refused channel (status other than 200) is closed by the browser for good: open a new one.
    if (mine.readyState === EventSource.CLOSED && again === null && source === mine) {
      again = setTimeout(listenAgain, 5000);
    }
  };
  // A network that went away closes nothing by itself: the browser says so.
  const gone = () => {
    wasLost = true;
    tell({ state: "lost", lastHeard: connection.lastHeard });
  };
  const back = () => source === mine && listen();
  addEventListener("offline", gone);
  addEventListener("online", back);
  leave?.();
  leave = () => {
    removeEventListener("offline", gone);
    removeEventListener("online", back);
  };
  const listenAgain = () => source === mine && listen();
  return () => {
    if (again !== null) clearTimeout(again);
    leave?.();
    leave = null;
    source?.close();
    source = null;
  };
}

export function useConnection(): ConnectionState {
  return useSyncExternalStore(subscribe, () => connection);
}

/** What the channel last said about an analysis that is running; undefined when it said nothing yet. */
export function useAnalysisPulse(id: string): AnalysisPulse | undefined {
  return useSyncExternalStore(subscribe, () => pulses.get(id));
}
