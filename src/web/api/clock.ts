import { useSyncExternalStore } from "react";

/** One timer for all clocks of the page: rows tick together, and a hidden page does not tick. */
let now = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  now = Date.now();
  timer ??= setInterval(() => {
    if (document.hidden) return;
    now = Date.now();
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && timer !== null) {
      clearInterval(timer);
      timer = null;
    }
  };
}

const everySecond = () => Math.floor(now / 1000) * 1000;
const everyMinute = () => Math.floor(now / 60_000) * 60_000;

/** The time now, ms; the component draws again each second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, everySecond);
}

/** As `useNow`, each minute. */
export function useMinute(): number {
  return useSyncExternalStore(subscribe, everyMinute);
}
