import { fromMs, toMs, type Cells } from './cells.ts';
import { CHANNELS } from './channel.ts';
import { measureTrend, windowFrom, type Trend, type Window } from './trend.ts';
import type { GrowthKind } from '../memory/growth-kind.ts';

/** Standard errors. */
const CLEAR = 3;

/** What memory grows by while goroutines pile up, bytes. */
export interface PileGrowth {
  readonly perHour: number;
  /** Of that, at its low bound, what is of their stacks alone. */
  readonly least: number;
  /** Else the rest may be of a heap that fills up beside them, and stops. */
  readonly isWarm: boolean;
  /** Standard errors: of that, and of what a reading tells of the collector's goal. */
  readonly perHourError: number;
  readonly goalError: number;
}

interface Since {
  readonly ms: number;
  /** Whether the goroutines pile up for so long that the process is warm. */
  readonly isWarm: boolean;
}

/**
 * Their stacks and the goal of the collector, which rises by the part of a stack that is in use, times GOGC/100, and
 * by twice what they hold on the heap (Go's GC guide). The heap comes up to its goal before each collection, so
 * what is garbage at a reading does not blur it. `undefined` where one of them is not told since then, or for
 * too short a time.
 */
export function pileGrowth(cells: Cells, { ms, isWarm }: Since): PileGrowth | undefined {
  const window = windowFrom(cells, firstSince(cells, ms));
  const stacks = window && trendOf('stacks', window);
  const goal = window && slowest(window);
  if (stacks === undefined || goal === undefined) return undefined;
  const perHour = stacks.perHour + Math.max(0, goal.perHour);
  return {
    perHour,
    least: stacks.perHour - 2 * stacks.perHourError,
    isWarm,
    perHourError: Math.hypot(stacks.perHourError, goal.perHourError),
    goalError: goal.growthError / Math.SQRT2,
  };
}

/** Of the goal over all the time, or over the newest half of that where it clearly rose more slowly, and so on. */
function slowest(window: Window): Trend | undefined {
  const { cells, from } = window;
  const whole = trendOf('gc_headroom', window);
  const middle = firstSince(cells, (fromMs(cells, from) + toMs(cells, cells.length - 1)) / 2);
  const [before, after] = [
    windowFrom({ ...cells, length: middle }, from),
    windowFrom(cells, middle),
  ];
  const earlier = before && trendOf('gc_headroom', before);
  const later = after && trendOf('gc_headroom', after);
  if (earlier === undefined || later === undefined) return whole;
  // It rises in steps, from one collection to the next, and may by chance seem to be on a line.
  const error = Math.SQRT2 * Math.max(earlier.perHourError, later.perHourError);
  return after && earlier.perHour - later.perHour > CLEAR * error ? slowest(after) : whole;
}

function firstSince(cells: Cells, ms: number): number {
  let from = 0;
  while (from < cells.length && fromMs(cells, from) < ms) from += 1;
  return from;
}

function trendOf(kind: GrowthKind, window: Window): Trend | undefined {
  const channel = CHANNELS.find((each) => each.kind === kind);
  return channel && measureTrend(channel, window);
}
