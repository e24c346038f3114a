import { availableParallelism, loadavg } from "node:os";

const SLOW_MS = 2000;

/**
 * Milliseconds after which an answer is late: two seconds of a machine that does nothing else. Where others keep its
 * processors busy, every program gets its share only, and so does the one that is tested.
 */
export function slowMs(): number {
  return SLOW_MS * Math.max(1, loadavg()[0]! / availableParallelism());
}
