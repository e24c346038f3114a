/** What is played: from frame `first` to frame `last` (from 0, both shown), forward or there and back. */
export interface CineLoop {
  readonly times: readonly number[];
  readonly first: number;
  readonly last: number;
  readonly bounce: boolean;
}

/** One frame after another as they are shown in one round, and when each begins, in seconds from the start of the round. */
interface Round {
  readonly frames: readonly number[];
  readonly begins: readonly number[];
  readonly period: number;
}

/** How long frame `k` stands: until the next; the last one as long as the one before it. */
function standing(times: readonly number[], k: number): number {
  const at = Math.min(k, times.length - 2);
  return at < 0 ? 0 : times[at + 1]! - times[at]!;
}

function roundOf({ times, first, last, bounce }: CineLoop): Round {
  const from = Math.max(0, Math.min(first, times.length - 1));
  const to = Math.max(from, Math.min(last, times.length - 1));
  const forward = Array.from({ length: to - from + 1 }, (_, k) => from + k);
  const frames = bounce ? [...forward, ...forward.slice(1, -1).reverse()] : forward;
  let period = 0;
  const begins = frames.map((frame) => {
    const begin = period;
    period += standing(times, frame);
    return begin;
  });
  return { frames, begins, period };
}

/** Where play begins when frame `frame` is on the screen: seconds into the round; 0 for a frame outside the loop. */
export function phaseOfFrame(loop: CineLoop, frame: number): number {
  const { frames, begins } = roundOf(loop);
  const at = frames.indexOf(frame);
  return at < 0 ? 0 : begins[at]!;
}

/**
 * Which frame is due `elapsed` seconds after the start of a round, however many rounds that is. Follows the clock alone:
 * who asks late misses frames and is never behind. A loop that takes no time stays at its first frame.
 */
export function frameDue(loop: CineLoop, elapsed: number): number {
  const { frames, begins, period } = roundOf(loop);
  if (!(period > 0) || !Number.isFinite(elapsed)) return frames[0] ?? 0;
  const t = ((elapsed % period) + period) % period;
  let low = 0;
  let high = frames.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (begins[middle]! <= t + 1e-9) low = middle;
    else high = middle - 1;
  }
  return frames[low]!;
}

/** The frame that stands at `time` seconds from the first frame; the first before it, the last after it. */
export function frameStanding(times: readonly number[], time: number): number {
  let low = 0;
  let high = Math.max(0, times.length - 1);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (times[middle]! <= time + 1e-6) low = middle;
    else high = middle - 1;
  }
  return low;
}
