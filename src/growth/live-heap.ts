import { formatBytes } from '../config/units.ts';
import type { Cell } from '../kind/cells.ts';
import { LIVE_HEAP } from '../kind/channel.ts';
import { doubt } from '../kind/criteria.ts';
import { measureTrend } from '../kind/trend.ts';
import type { Trend } from '../kind/trend.ts';
import { BLOCKS } from './blocks.ts';
import type { Window } from './blocks.ts';
import type { Trend as SiteTrend } from './trend.ts';
import type { TestOutcome } from './verdict.ts';

/**
 * What readings told of the live heap of the running process, oldest first. They count it exactly, where
 * profiles sample: so they tell better how it grows, and profiles where.
 */
export type LiveHeap = readonly Cell[];

type Site = Pick<SiteTrend, 'window' | 'growthBytes' | 'staircase'>;

/** A leak has at least so large a part in what the live heap grew by. */
const LEAST_PART = 1 / 3;
/** And the live heap grew by at least so large a part of what a function is said to have grown by. */
const LEAST_SEEN = 0.5;
const LEVELLING = 0.8;
/** The ratio of two halves errs by about 2√2/z; doubts are raised only beyond most of that. */
const LEVELLING_ERROR = 2;
/** Where traffic falls a leak slows down with it. */
const STEADY_TRAFFIC = 1.25;
const MIN_COVERED = 0.5;

/** Whether over a window the live heap grew as only a leak makes it grow, and a function has a good part in that. */
export function bearsOut(live: LiveHeap, { window, growthBytes }: Site, least: number): boolean {
  const heap = liveHeapOver(live, window);
  if (heap === undefined || doubt(heap.trend, least) !== undefined) return false;
  return growthBytes >= LEAST_PART * heap.trend.growth;
}

/**
 * Whether the live heap grew too, and goes on; `undefined` where readings do not tell, or not for long enough.
 * In a process where more goes on than this growth its noise is large, and then nothing speaks against it.
 */
export function testLiveHeap(live: LiveHeap, site: Site): TestOutcome | undefined {
  const heap = liveHeapOver(live, site.window);
  if (heap === undefined) return undefined;
  const { growth, growthError, levelling } = heap.trend;
  const grew = `the live heap grew ${formatBytes(Math.max(0, growth))}, as readings count it`;
  const outcome = (passed: boolean, reason: string): TestOutcome => ({
    name: 'live heap',
    passed,
    reason,
  });
  const atMost = growth + 2 * growthError;
  const least = LEAST_SEEN * heap.covered * site.growthBytes;
  if (atMost < least) return outcome(false, `${grew} (needs ${formatBytes(least)})`);
  const late = `${levelling.toFixed(2)} times the earlier rate in the later half`;
  if (site.staircase === undefined && levelsOff(heap.trend))
    return outcome(false, `${grew}, levelling off: ${late}`);
  return outcome(true, `${grew}, ${late}`);
}

/** Clearly, and by more than traffic fell. What is outgrown by doubling stands still between two steps. */
function levelsOff({ z, levelling, pace }: Trend): boolean {
  const slower = pace < 1 / STEADY_TRAFFIC ? pace : 1;
  return z > 0 && (levelling / slower) * Math.exp(LEVELLING_ERROR / z) < LEVELLING;
}

/** `covered`: the part of the window that readings reach back over. */
function liveHeapOver(
  live: LiveHeap,
  { blocks }: Window,
): { readonly trend: Trend; readonly covered: number } | undefined {
  const since = blocks.at(-BLOCKS)?.startMs ?? 0;
  const from = live.findIndex(({ toMs }) => toMs >= since);
  if (from < 0) return undefined;
  const trend = measureTrend(LIVE_HEAP, live.slice(from), live.slice(0, from));
  if (trend === undefined) return undefined;
  const covered = Math.min(1, trend.spanMs / Math.max(1, (blocks.at(-1)?.endMs ?? 0) - since));
  return covered < MIN_COVERED ? undefined : { trend, covered };
}
