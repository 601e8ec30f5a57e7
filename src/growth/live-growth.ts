import { lowestOf, toMs, withMeasure, type Cells } from '../kind/cells.ts';
import { LIVE_HEAP } from '../kind/channel.ts';
import { measureTrend, windowFrom } from '../kind/trend.ts';
import type { Trend } from '../kind/trend.ts';
import { BLOCKS } from './blocks.ts';
import type { Window } from './blocks.ts';

/** What readings told of the live heap of the running process, oldest first. */
export type LiveHeap = Cells;

/** How the live heap grew over a window, and the part of that which readings reach back over. */
export interface LiveGrowth {
  readonly trend: Trend;
  /** Worked out of the collector's goal, and so about right; else as read of the heap, floor by floor. */
  readonly isByGoal: boolean;
  readonly covered: number;
}

/** `undefined` where readings do not tell, or not for long enough. */
export type LiveGrowthOver = (window: Window) => LiveGrowth | undefined;

const MIN_COVERED = 0.5;
/** Two measures of one growth may differ by so much of it, beside their errors. */
const AGREEING = 0.5;

/** Measured once for each window, whatever number of functions is tested on it. */
export function liveGrowth(live: LiveHeap): LiveGrowthOver {
  const known = new Map<Window, LiveGrowth | undefined>();
  const goals = byGoal(live);
  return (window) => {
    if (!known.has(window)) known.set(window, growthOver(live, goals, window));
    return known.get(window);
  };
}

function growthOver(live: LiveHeap, goals: LiveHeap, { blocks }: Window): LiveGrowth | undefined {
  const since = blocks.at(-BLOCKS)?.startMs ?? 0;
  let from = 0;
  while (from < live.length && toMs(live, from) < since) from += 1;
  const [floor, goal] = [live, goals].map((cells) => {
    const readings = windowFrom(cells, from);
    return readings && measureTrend(LIVE_HEAP, readings);
  });
  if (floor === undefined) return undefined;
  const covered = Math.min(1, floor.spanMs / Math.max(1, (blocks.at(-1)?.endMs ?? 0) - since));
  if (covered < MIN_COVERED) return undefined;
  return { ...surer(floor, goal), covered };
}

function surer(floor: Trend, goal: Trend | undefined): Omit<LiveGrowth, 'covered'> {
  const isByGoal = goal !== undefined && goal.z > floor.z && agree(goal, floor);
  return { trend: isByGoal ? goal : floor, isByGoal };
}

/**
 * The live heap by the goal of the collector, which is a multiple of what the last GC found alive (Go's GC
 * guide), and so knows no garbage. By how much, the least tells that was ever read of the heap.
 */
function byGoal(live: LiveHeap): LiveHeap {
  const shares = withMeasure(live, 'heap_live', (told) => told('heap_live') / told('next_gc'));
  const share = lowestOf(shares, 'heap_live', { from: 0, to: live.length }) ?? Number.NaN;
  return withMeasure(live, 'heap_live', (told) => share * told('next_gc'));
}

/** Under a memory limit, or where GOGC is changed, the goal does not follow the heap. */
function agree(goal: Trend, floor: Trend): boolean {
  return reaches(floor, AGREEING * least(goal)) && reaches(goal, AGREEING * least(floor));
}

function reaches({ growth, growthError }: Trend, bytes: number): boolean {
  return growth + 2 * growthError >= bytes;
}

function least({ growth, growthError }: Trend): number {
  return growth - 2 * growthError;
}
