import { fromMs, type Cells } from './cells.ts';
import { CHANNELS } from './channel.ts';
import { measureTrend, windowFrom, type Trend, type Window } from './trend.ts';
import type { GrowthKind } from '../memory/growth-kind.ts';

/** What memory grows by while goroutines pile up, bytes. */
export interface PileGrowth {
  readonly perHour: number;
  /** Standard errors: of that, and of what a reading tells of the collector's goal. */
  readonly perHourError: number;
  readonly goalError: number;
}

/**
 * Their stacks and the goal of the collector, which rises by the part of a stack that is in use, times GOGC/100, and
 * by twice what they hold on the heap (Go's GC guide). The heap comes up to its goal before each collection, so
 * what is garbage at a reading does not blur it. `undefined` where one of them is not told since then, or for
 * too short a time.
 */
export function pileGrowth(cells: Cells, sinceMs: number): PileGrowth | undefined {
  let from = 0;
  while (from < cells.length && fromMs(cells, from) < sinceMs) from += 1;
  const window = windowFrom(cells, from);
  const stacks = window && trendOf('stacks', window);
  const goal = window && trendOf('gc_headroom', window);
  if (stacks === undefined || goal === undefined) return undefined;
  return {
    perHour: stacks.perHour + Math.max(0, goal.perHour),
    perHourError: Math.hypot(stacks.perHourError, goal.perHourError),
    goalError: goal.growthError / Math.SQRT2,
  };
}

function trendOf(kind: GrowthKind, window: Window): Trend | undefined {
  const channel = CHANNELS.find((each) => each.kind === kind);
  return channel && measureTrend(channel, window);
}
